import AssayColumns
import AssayMetrics
package import AssayTerms

/// A data set held against a schema, and against other data for skew.
package struct SchemaValidation: Sendable {
    /// The distance of one column from the same column of other data.
    package struct Distance: Sendable, Hashable {
        package var column: Text
        package var comparator: TableSchema.Comparator
        /// `nil` where one side has no value to compare.
        package var value: Double?
        /// The value whose share differs most, for categories.
        package var worst: Text?
    }

    /// TFDV has no threshold of its own; this one says that a tenth of the rows would have to change their value.
    package static let standardThreshold = 0.1

    package private(set) var anomalies: [SchemaAnomaly] = []
    package private(set) var distances: [Distance] = []

    /// - Parameters:
    ///   - other: the data that was trained on, for skew.
    ///   - threshold: for columns without a comparator of their own.
    package init(
        _ profile: DataProfile, schema: TableSchema, against other: DataProfile? = nil,
        threshold: Double = standardThreshold
    ) {
        let columns = Self.byName(profile.columns, \.name)
        let features = Self.byName(schema.features, \.name)
        for feature in schema.features where !feature.isDeprecated {
            guard let column = columns[feature.name] else {
                // A column that need not be there may be missing.
                if feature.minimumCount ?? 0 > 0 || feature.minimumFraction ?? 0 > 0 {
                    add(feature.name, .missingColumn, "the schema has the column and the data does not")
                }
                continue
            }
            hold(column, to: feature, isTyped: profile.isTyped)
        }
        for column in profile.columns where features[column.name] == nil {
            add(column.name, .newColumn, "the data has the column and the schema does not")
        }
        guard let other else { return }
        let others = Self.byName(other.columns, \.name)
        for column in profile.columns {
            if let standing = others[column.name] {
                compare(column, standing, comparator: features[column.name]?.skewComparator, threshold: threshold)
            }
        }
    }

    private static func byName<Item>(_ items: [Item], _ name: KeyPath<Item, Text>) -> [Text: Item] {
        Dictionary(items.map { ($0[keyPath: name], $0) }) { first, _ in first }
    }

    private mutating func add(_ column: Text, _ kind: SchemaAnomaly.Kind, _ description: String) {
        anomalies.append(SchemaAnomaly(column: column, kind: kind, description: description))
    }

    private mutating func hold(_ column: ColumnStatistics, to feature: TableSchema.Feature, isTyped: Bool) {
        let name = feature.name
        guard column.presentCount > 0 else {
            if feature.minimumCount ?? 0 > 0 || feature.minimumFraction ?? 0 > 0 {
                add(name, .notPresent, "no row has a value")
            }
            return
        }
        if feature.hasShape, column.missingCount > 0 {
            add(name, .shapeDropped, "every row is to have its one value, and \(column.missingCount) of \(column.rowCount) have none")
        }
        if let least = feature.minimumFraction, let missing = column.missingShare, 1 - missing < least {
            let share = ShortestDecimal.text(of: Double(column.presentCount) / Double(column.rowCount))
            add(
                name, .lowFraction,
                "the share of rows with a value is \(share) (\(column.missingCount) of \(column.rowCount) rows have none); "
                    + "expected is at least \(ShortestDecimal.text(of: least))")
        }
        if let least = feature.minimumCount, column.presentCount < least {
            add(name, .lowNumber, "\(column.presentCount) rows have a value; expected are at least \(least)")
        }
        let found = TableSchema.FeatureType(column.type)
        // In CSV a column of fractions may happen to hold whole numbers only.
        guard found == feature.type || (!isTyped && feature.type == .float && found == .integer) else {
            add(name, .unexpectedType, "expected is \(feature.type.rawValue), and the data has \(found.rawValue)")
            return
        }
        switch feature.domain {
        case .texts(let domain): hold(column, toTexts: domain, mass: feature.minimumDomainMass)
        case .integers(let least, let greatest):
            let low = column.moments.least ?? 0
            let high = column.moments.greatest ?? 0
            if let least, low < Double(least) { add(name, .smallInteger, "the least value is \(Self.text(low)), below \(least)") }
            if let greatest, high > Double(greatest) {
                add(name, .bigInteger, "the greatest value is \(Self.text(high)), above \(greatest)")
            }
        case .floats(let least, let greatest, let refusesNaN, let refusesInfinity):
            let low = column.moments.least ?? 0
            let high = column.moments.greatest ?? 0
            if let least, low < least { add(name, .smallFloat, "the least value is \(Self.text(low)), below \(Self.text(least))") }
            if let greatest, high > greatest {
                add(name, .bigFloat, "the greatest value is \(Self.text(high)), above \(Self.text(greatest))")
            }
            if refusesInfinity, column.moments.infiniteCount > 0 {
                add(name, .infinite, "\(column.moments.infiniteCount) values are infinite")
            }
            if refusesNaN, column.missingCount > 0 { add(name, .missingNumbers, "\(column.missingCount) values are missing or NaN") }
        case .booleans:
            let low = column.moments.least ?? 0
            let high = column.moments.greatest ?? 0
            if low < 0 { add(name, .smallBoolean, "the least value is \(Self.text(low)), below 0") }
            if high > 1 { add(name, .bigBoolean, "the greatest value is \(Self.text(high)), above 1") }
        case nil: break
        }
    }

    private mutating func hold(_ column: ColumnStatistics, toTexts domain: [Text], mass: Double) {
        let known = Set(domain)
        guard let values = column.counts.sorted() else { return }
        let unexpected = values.filter { pair in
            if case .text(let text) = pair.value { !known.contains(text) } else { true }
        }
        let count = unexpected.reduce(0) { $0 + $1.count }
        guard 1 - Double(count) / Double(column.presentCount) < mass else { return }
        let shown = unexpected.prefix(10).map { pair in
            "\(ValueList.quoted(pair.value.name)) (\(pair.count) \(pair.count == 1 ? "row" : "rows"))"
        }
        add(
            column.name, .unexpectedValues,
            "\(unexpected.count) \(unexpected.count == 1 ? "value is" : "values are") missing from the schema: "
                + shown.joined(separator: ", ") + (unexpected.count > 10 ? " and \(unexpected.count - 10) more" : ""))
    }

    private mutating func compare(
        _ column: ColumnStatistics, _ standing: ColumnStatistics, comparator: TableSchema.Comparator?, threshold: Double
    ) {
        // Columns of different domains differ by type, which the schema's anomalies say.
        guard column.type.domain == standing.type.domain else { return }
        let isCategory = column.type == .text || column.type == .boolean
        let comparator = comparator ?? (isCategory ? .infinityNorm(threshold) : .jensenShannon(threshold))
        switch comparator {
        case .infinityNorm(let threshold):
            guard let here = column.counts.sorted(), let there = standing.counts.sorted(), !here.isEmpty, !there.isEmpty else {
                distances.append(Distance(column: column.name, comparator: comparator, value: nil, worst: nil))
                return
            }
            let (distance, worst) = Skew.infinityNorm(here, there)
            distances.append(Distance(column: column.name, comparator: comparator, value: distance, worst: worst?.name))
            if distance > threshold, let worst {
                add(
                    column.name, .infinityNormHigh,
                    "the Linfty distance is \(Self.text(distance)), above \(Self.text(threshold)); the share of "
                        + "\(ValueList.text([worst])) differs most")
            }
        case .jensenShannon(let threshold):
            let distance =
                column.type.domain == .numbers
                ? Skew.jensenShannon(column.quantiles.sorted(), standing.quantiles.sorted()) : nil
            distances.append(Distance(column: column.name, comparator: comparator, value: distance, worst: nil))
            if let distance, distance > threshold {
                add(
                    column.name, .jensenShannonHigh,
                    "the Jensen-Shannon divergence is \(Self.text(distance)) bits, above \(Self.text(threshold))")
            }
        }
    }

    private static func text(_ number: Double) -> String { ShortestDecimal.text(of: number) }
}
