package import AssayColumns
import AssayMetrics
import AssayTerms

extension TableSchema {
    /// TFDV's `max_string_domain_size`: text columns with more distinct values get no domain.
    package static let domainLimit = 100

    /// The schema that the data itself keeps to.
    ///
    /// A column that has a value in every row must have one in every row; one that has any must have at least one. Text of
    /// at most `domainLimit` distinct values has them as its domain.
    ///
    /// - Parameter infersRanges: whether numbers are bounded by the least and the greatest seen, which TFDV leaves to people.
    /// - Source: TensorFlow Data Validation 1.16, `infer_schema` with its defaults.
    package init(inferredFrom profile: DataProfile, infersRanges: Bool = false) {
        self.init(features: profile.columns.map { Self.feature(of: $0, infersRanges: infersRanges) })
    }

    private static func feature(of column: ColumnStatistics, infersRanges: Bool) -> Feature {
        var feature = Feature(name: column.name, type: FeatureType(column.type))
        feature.minimumCount = column.presentCount > 0 ? 1 : 0
        if column.missingCount == 0, column.rowCount > 0 {
            feature.minimumFraction = 1
            feature.hasShape = true
        }
        switch column.type {
        case .boolean: feature.domain = .booleans
        case .text:
            guard column.counts.distinctCount <= domainLimit, let values = column.counts.sorted(), !values.isEmpty else { break }
            feature.domain = .texts(
                values.compactMap { pair in
                    if case .text(let text) = pair.value { text } else { nil }
                })
        case .int64:
            guard infersRanges, let least = column.moments.least, let greatest = column.moments.greatest else { break }
            // Beyond 2^53 a double is no longer the integer, and such a bound is left open.
            func exact(_ bound: Double) -> Int64? { bound.magnitude <= 0x1p53 ? Int64(exactly: bound) : nil }
            feature.domain = .integers(least: exact(least), greatest: exact(greatest))
        case .double:
            guard infersRanges, let least = column.moments.least, let greatest = column.moments.greatest else { break }
            feature.domain = .floats(
                least: least.isFinite ? least : nil, greatest: greatest.isFinite ? greatest : nil, refusesNaN: false,
                refusesInfinity: false)
        case .timestamp: break
        }
        return feature
    }
}

extension TableSchema.FeatureType {
    /// Timestamps count as bytes, as text that stands for a time does.
    package init(_ type: ColumnType) {
        switch type {
        case .boolean, .int64: self = .integer
        case .double: self = .float
        case .text, .timestamp: self = .bytes
        }
    }
}
