import AssayColumns
package import AssayData
package import AssayTerms

/// How far the values that an evaluation used are from those that were served, for the same rows.
///
/// A row of one file is the same as one of the other where all key columns are equal. Where several rows have one key, the first
/// of one is held against the first of the other, and so on. Rows that only one file has are counted and not compared. Two values
/// are equal where both are missing, or where they are the same number, text, truth or time; numbers may be `tolerance` apart.
package struct FeatureSkew: Sendable {
    /// One feature over all rows that both files have.
    package struct Feature: Sendable {
        package let name: Text
        package fileprivate(set) var differingCount = 0
        /// Of those, rows where only one of the two has a value.
        package fileprivate(set) var oneMissingCount = 0
        /// The largest distance of two numbers; `nil` without two numbers that differ.
        package fileprivate(set) var largestDifference: Double?
    }

    package private(set) var features: [Feature] = []
    package private(set) var pairedCount = 0
    package private(set) var joinedOnlyCount = 0
    package private(set) var servedOnlyCount = 0

    /// The share of paired rows whose values differ; `nil` without a paired row.
    package func share(of feature: Feature) -> Double? {
        pairedCount == 0 ? nil : Double(feature.differingCount) / Double(pairedCount)
    }

    /// One of the two files.
    package struct Side: Sendable {
        package var data: DataFile
        package var keys: [Text]
        package var schema: DataSchema

        package init(data: DataFile, keys: [Text], schema: DataSchema) {
            self.data = data
            self.keys = keys
            self.schema = schema
        }
    }

    /// Both files are held in memory.
    ///
    /// - Throws: whatever is wrong with a file, naming it; `invalidArgument` where a key is of another kind in the other file.
    /// - Complexity: O(rows · columns).
    package init(joined: Side, served: Side, features: [Text], tolerance: Double) throws(AssayError) {
        precondition(joined.keys.count == served.keys.count, "both sides have the same keys")
        let (one, other) = (try Rows(joined, features), try Rows(served, features))
        for (left, right) in zip(one.domains, other.domains) where left.domain != right.domain {
            throw AssayError(
                .invalidArgument,
                "column '\(left.name)' of \(joined.data.name) holds \(left.domain.rawValue) and column '\(right.name)' of "
                    + "\(served.data.name) holds \(right.domain.rawValue), so no row is the same; give both the same type")
        }
        self.features = features.map { Feature(name: $0) }
        var waiting: [[ColumnValue?]: (rows: [Int], next: Int)] = [:]
        for (row, key) in other.keys.enumerated() { waiting[key, default: ([], 0)].rows.append(row) }
        for (row, key) in one.keys.enumerated() {
            guard let place = waiting[key], place.next < place.rows.count else {
                joinedOnlyCount += 1
                continue
            }
            waiting[key]?.next += 1
            pairedCount += 1
            for index in features.indices {
                compare(one.values[index][row], other.values[index][place.rows[place.next]], index, tolerance)
            }
        }
        servedOnlyCount = other.keys.count - pairedCount
    }

    private mutating func compare(_ left: ColumnValue?, _ right: ColumnValue?, _ index: Int, _ tolerance: Double) {
        guard left != right else { return }
        if let left = left?.number, let right = right?.number {
            let distance = abs(left - right)
            guard !(distance <= tolerance) else { return }
            features[index].largestDifference = max(features[index].largestDifference ?? 0, distance)
        } else if left == nil || right == nil {
            features[index].oneMissingCount += 1
        }
        features[index].differingCount += 1
    }

    /// A file's rows: keys, and values by feature.
    private struct Rows {
        var keys: [[ColumnValue?]] = []
        var values: [[ColumnValue?]]
        let domains: [(name: Text, domain: ColumnValue.Domain)]

        init(_ side: Side, _ features: [Text]) throws(AssayError) {
            let options = DataOptions(schema: side.schema, columns: side.keys + features)
            let table = try side.data.open(options)
            domains = table.columns.prefix(side.keys.count).map { ($0.name, $0.type.domain) }
            values = Array(repeating: [], count: features.count)
            let reader = try table.makeReader()
            while let block = try reader.next() {
                for row in 0..<block.rowCount { keys.append(block.columns.prefix(side.keys.count).map { $0.value(at: row) }) }
                for (index, column) in block.columns.dropFirst(side.keys.count).enumerated() {
                    for row in 0..<block.rowCount { values[index].append(column.value(at: row)) }
                }
            }
            _ = try reader.finish()
        }
    }
}
