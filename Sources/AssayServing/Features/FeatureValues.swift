package import AssayColumns
package import AssayJSON
package import AssayTerms

/// The newest values of each entity of one view, in memory: what a store says at one time.
///
/// Nothing of it changes, so that a request that has it reads one state of the store from its first row to its last.
package final class FeatureValues: Sendable {
    package static let format = "feature-store/v2"

    package struct Field: Hashable, Sendable {
        package let name: Text
        package let type: ColumnType

        package init(name: Text, type: ColumnType) {
            self.name = name
            self.type = type
        }
    }

    /// What is known of an entity at a time.
    package enum Finding: Hashable, Sendable {
        /// The row that counts.
        case found(Int)
        /// The newest row is older than the view allows.
        case expired(Int)
        /// The newest row was written after the time that is asked for; those before it are not kept.
        case later(Int)
        case unknown
    }

    package let view: Text
    package let viewDigest: SHA256Digest
    /// Of the whole store.
    package let digest: SHA256Digest
    package let entities: [Field]
    package let features: [Field]
    /// Microseconds that a row counts; `nil` is for ever.
    package let validity: Int64?
    /// The timestamps of the rows.
    package let times: [Int64]
    /// The greatest of them; `nil` without a row.
    package let newest: Int64?
    /// By feature, a value a row.
    package let columns: [Column]
    private let rows: [[ColumnValue]: Int32]

    /// - Parameters:
    ///   - lines: of the store without its last one, which tells the digest.
    ///   - digest: of these lines, verified.
    ///   - path: stands in messages.
    /// - Throws: `unreadable` naming the line; no value stands in it.
    /// - Complexity: O(bytes); a store of n entities takes about 150 bytes an entity and 8 a number.
    package init(_ lines: ArraySlice<UInt8>, digest: SHA256Digest, path: String) throws(AssayError) {
        func damaged(_ line: Int) -> AssayError {
            AssayError(.unreadable, "line \(line) of the feature store \(path) is damaged; write it anew with assay features materialize")
        }
        var reader = LineReader(rest: lines)
        guard let first = reader.next(), let head = FeatureStoreHead(first) else {
            throw AssayError(.unreadable, "\(path) is no \(Self.format); assay features materialize writes one")
        }
        view = head.view
        viewDigest = head.digest
        entities = head.entities
        features = head.features
        validity = head.validity
        self.digest = digest
        var rows: [[ColumnValue]: Int32] = [:]
        rows.reserveCapacity(min(head.rowCount, lines.count / 16))
        var times: [Int64] = []
        var builders = head.features.map { FeatureColumnBuilder($0.type) }
        while let line = reader.next() {
            guard times.count < Int(Int32.max), let value = try? JSONValue(parsing: Array(line), limits: JSONLimits(bytes: 16 << 20, depth: 4)),
                let cells = value["entity"]?.array, cells.count == head.entities.count, let time = value["time"]?.integer,
                let values = value["features"]?.array, values.count == builders.count
            else { throw damaged(times.count + 2) }
            var key: [ColumnValue] = []
            for (cell, field) in zip(cells, head.entities) {
                guard let value = Self.entity(cell, field.type) else { throw damaged(times.count + 2) }
                key.append(value)
            }
            for index in builders.indices {
                guard builders[index].append(values[index]) else { throw damaged(times.count + 2) }
            }
            guard rows.updateValue(Int32(times.count), forKey: key) == nil else { throw damaged(times.count + 2) }
            times.append(time)
        }
        guard times.count == head.rowCount else { throw damaged(times.count + 2) }
        self.rows = rows
        self.times = times
        newest = times.max()
        columns = zip(head.features, builders).map { $1.column(named: $0.name) }
    }

    /// The value by which an entity is told apart; `nil` for what is none of the type. Nothing is cast: `7` is not `"7"`.
    package static func entity(_ cell: JSONValue, _ type: ColumnType) -> ColumnValue? {
        switch (type, cell) {
        case (.int64, .integer(let value)): .integer(value)
        case (.int64, .number(let value)): Int64(exactly: value).map { .integer($0) }
        case (.text, .string(let text)): .text(Text(text))
        default: nil
        }
    }

    /// - Complexity: O(1).
    package func find(_ entity: [ColumnValue], at time: Int64) -> Finding {
        guard let row = rows[entity].map({ Int($0) }) else { return .unknown }
        guard times[row] <= time else { return .later(row) }
        // Times may lie further apart than 64 bits of microseconds hold.
        let (age, isHuge) = time.subtractingReportingOverflow(times[row])
        if let validity, isHuge || age > validity { return .expired(row) }
        return .found(row)
    }

    /// Lines of bytes, without their ends.
    private struct LineReader {
        var rest: ArraySlice<UInt8>

        mutating func next() -> ArraySlice<UInt8>? {
            guard !rest.isEmpty else { return nil }
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            defer { rest = end < rest.endIndex ? rest[(end + 1)...] : rest[end...] }
            return rest[..<end]
        }
    }
}
