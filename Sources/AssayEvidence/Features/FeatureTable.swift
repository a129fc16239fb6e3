package import AssayColumns
import AssayData
package import AssayTerms

/// A view's rows by entity and time, which answers what was known of an entity at a time.
///
/// A row counts from its timestamp on, at that microsecond included, until it is older than the validity, that age included. Of
/// rows of one entity and time the later one of the source counts. A row counts as a whole: a value that is missing in it is
/// missing, whatever an earlier row had. Rows without entity or timestamp are never found.
///
/// Source: the definition of pandas' `merge_asof` by groups, backward, with exact matches and a tolerance, which keeps the last
/// of equal times. The kernel is our own: rows ordered by entity and time, and a binary search a question.
package struct FeatureTable {
    /// How many rows were read, and how many of them can never be found.
    package private(set) var rowCount = 0
    package private(set) var unusableCount = 0
    package var entityCount: Int { Int(codes.count) }

    private let source: FeatureSource
    private var codes: EntityCodes
    private var columns: [ColumnGathering]
    /// Who the rows are about, where that was asked for.
    private var entityColumns: [ColumnGathering] = []
    /// The source's rows by entity, then time, then their place in the source.
    private var order: [Int] = []
    /// The times of the rows in that order.
    private var times: [Int64] = []
    /// Where the rows of each entity begin; one more than there are entities.
    private var starts: [Int] = [0]

    /// Reads the columns of the view, in memory as a whole.
    ///
    /// - Parameter keepsEntities: whether ``newest()`` will be asked for.
    /// - Throws: whatever is wrong with the file, naming it and the column.
    /// - Complexity: O(n log n) for n rows; 8 bytes a number and about 30 a row beside.
    package init(reading source: FeatureSource, keepsEntities: Bool = false, progress: (Int) -> Void = { _ in }) throws(AssayError) {
        self.source = source
        codes = EntityCodes(columnCount: source.entities.count)
        columns = source.features.map { ColumnGathering(name: $0.name, type: $0.type) }
        if keepsEntities { entityColumns = source.entities.map { ColumnGathering(name: $0.name, type: $0.type) } }
        let typed = source.entities + source.features
        var options = DataOptions(columns: typed.map(\.name) + [source.timestamp])
        for column in typed { options.schema.types[column.name] = column.type }
        options.schema.types[source.timestamp] = .timestamp
        let reader = try source.data.open(options).makeReader()
        var entities: [Int32] = []
        var known: [Int64] = []
        while let block = try reader.next() {
            var found = try codes.codes(of: Array(block.columns[..<source.entities.count]), isAdding: true)
            for (index, column) in block.columns[source.entities.count..<typed.count].enumerated() { columns[index].append(column) }
            for index in entityColumns.indices { entityColumns[index].append(block.columns[index]) }
            let time = block.columns[typed.count]
            guard case .timestamp(let values) = time.values else {
                throw AssayError(.internalFault, "column '\(source.timestamp)' was not read as timestamps")
            }
            for row in found.indices where !time.isPresent(row) { found[row] = EntityCodes.none }
            unusableCount += found.count { $0 < 0 }
            entities += found
            known += values
            rowCount += block.rowCount
            progress(rowCount)
        }
        _ = try reader.finish()
        sort(entities, known)
    }

    /// Counted into entities, then each entity's rows by time; rows of one time stay in the order of the source.
    private mutating func sort(_ entities: [Int32], _ known: [Int64]) {
        starts = Array(repeating: 0, count: entityCount + 1)
        for entity in entities where entity >= 0 { starts[Int(entity) + 1] += 1 }
        for entity in 0..<entityCount { starts[entity + 1] += starts[entity] }
        var next = starts
        order = Array(repeating: 0, count: rowCount - unusableCount)
        for (row, entity) in entities.enumerated() where entity >= 0 {
            order[next[Int(entity)]] = row
            next[Int(entity)] += 1
        }
        for entity in 0..<entityCount {
            order[starts[entity]..<starts[entity + 1]].sort { (known[$0], $0) < (known[$1], $1) }
        }
        times = order.map { known[$0] }
    }

    /// What was known of each row's entity at its time.
    package struct Answer: Sendable {
        /// The view's features, in its order, a value a row.
        package let columns: [Column]
        package let matchedCount: Int
        /// Rows whose newest row of the entity is older than the validity.
        package let expiredCount: Int
        /// Rows without an entity or a time.
        package let unaskedCount: Int
        package let rowCount: Int
    }

    /// - Parameters:
    ///   - entities: columns of the view's entity columns' types, in their order.
    ///   - timestamp: the times that are asked for.
    /// - Throws: `invalidArgument` where entities are of another kind than the view's.
    /// - Complexity: O(m log k) for m rows and k rows of an entity.
    package mutating func answer(entities: [Column], at timestamp: Column) throws(AssayError) -> Answer {
        guard case .timestamp(let asked) = timestamp.values else {
            throw AssayError(.invalidArgument, "column '\(timestamp.name)' does not hold timestamps")
        }
        let codes = try self.codes.codes(of: entities, isAdding: false)
        var rows: [Int?] = Array(repeating: nil, count: codes.count)
        var (matched, expired, unasked) = (0, 0, 0)
        for row in codes.indices {
            guard timestamp.isPresent(row), entities.allSatisfy({ $0.isPresent(row) }) else {
                unasked += 1
                continue
            }
            guard codes[row] >= 0, let place = newest(of: Int(codes[row]), at: asked[row]) else { continue }
            // Times may lie further apart than 64 bits of microseconds hold.
            let (age, isHuge) = asked[row].subtractingReportingOverflow(times[place])
            if let validity = source.validity, isHuge || age > validity {
                expired += 1
            } else {
                rows[row] = order[place]
                matched += 1
            }
        }
        return Answer(
            columns: columns.map { $0.column(of: rows) }, matchedCount: matched, expiredCount: expired, unaskedCount: unasked, rowCount: codes.count)
    }

    /// The place of the entity's last row whose time is not after `time`.
    private func newest(of entity: Int, at time: Int64) -> Int? {
        var (low, high) = (starts[entity], starts[entity + 1])
        while low < high {
            let middle = low + (high - low) / 2
            if times[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low > starts[entity] ? low - 1 : nil
    }
}

extension FeatureTable {
    /// The newest row of each entity, entities in the order of their values.
    package struct Newest: Sendable {
        package let entities: [Column]
        /// Microseconds since 1970.
        package let times: [Int64]
        package let features: [Column]
    }

    /// - Parameter time: rows that were written later are left out, in microseconds; `nil` leaves none out.
    /// - Complexity: O(e log e) for e entities.
    package func newest(at time: Int64? = nil) -> Newest {
        let places = (0..<entityCount).compactMap { newest(of: $0, at: time ?? .max) }
        var named = places.map { place in (place: place, key: entityColumns.map { $0.value(at: order[place]) }) }
        named.sort { left, right in
            for (one, other) in zip(left.key, right.key) {
                guard let one, let other, one != other else { continue }
                return one < other
            }
            return false
        }
        let rows: [Int?] = named.map { order[$0.place] }
        return Newest(
            entities: entityColumns.map { $0.column(of: rows) }, times: named.map { times[$0.place] }, features: columns.map { $0.column(of: rows) })
    }
}
