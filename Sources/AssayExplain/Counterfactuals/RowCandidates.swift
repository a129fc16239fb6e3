import AssayColumns
import AssayTerms

/// Every change of one row that is tried, sorted into variants: sets of inputs that change as one.
struct RowCandidates {
    /// A way in which the inputs of a variant change.
    struct Candidate {
        /// Places among the feature's ``columns``, by feature of the variant.
        var places: [Int32]
        var distance: Double
    }

    struct Variant {
        /// No two variants of a group are taken together.
        var group: Int
        /// Ascending.
        var features: [Int]
        /// By distance, then as they stand in the pool.
        var candidates: [Candidate]
    }

    /// By feature: the row's own value at 0, then the pool's.
    private(set) var columns: [Column] = []
    private(set) var variants: [Variant] = []
    /// As blocks call it.
    let firstRow: Int

    /// - Parameters:
    ///   - row: one row with the pool's columns, under their names; a column that is not there has no value.
    /// - Throws: `invalidArgument` where the row contradicts the constraints or its types are others.
    init(_ row: RowBlock, pool: CandidatePool, number: Int) throws(AssayError) {
        firstRow = number
        for (place, feature) in pool.features.enumerated() {
            let own = row[feature.name]
            try pool.rules.requireOwn(own?.value(at: 0), feature: place, name: feature.name, row: number)
            columns.append(try JoinedColumns.join(own, 1, feature.values, feature.values.count, name: feature.name))
        }
        let linked = Set(pool.rules.links.flatMap(\.features))
        var group = 0
        for place in pool.features.indices where !linked.contains(place) {
            try addSingle(place, pool, group: group)
            group += 1
        }
        for link in pool.rules.links {
            switch link.form {
            case .rows: try addRows(link.features, pool, group: group)
            case .amount: try addAmounts(link.features, pool, group: group)
            }
            group += 1
        }
    }

    private func own(_ feature: Int) -> ColumnValue? { columns[feature].value(at: 0) }

    private static func distance(_ from: ColumnValue?, _ to: ColumnValue, _ unit: Double?) -> Double {
        guard let unit, let start = from?.number, let end = to.number else { return 1 }
        return (end - start).magnitude / unit
    }

    private mutating func addSingle(_ feature: Int, _ pool: CandidatePool, group: Int) throws(AssayError) {
        let from = own(feature)
        let rule = pool.rules.features[feature]
        if let step = rule.step, let start = from?.number { try addSteps(feature, start, step, pool) }
        var candidates: [Candidate] = []
        var seen: Set<ColumnValue> = []
        for place in 1..<max(columns[feature].count, 1) {
            guard let value = columns[feature].value(at: place), value.number?.isFinite ?? true, pool.rules.allows(value, from: from, feature: feature),
                seen.insert(value).inserted
            else { continue }
            candidates.append(Candidate(places: [Int32(place)], distance: Self.distance(from, value, pool.features[feature].unit)))
        }
        add(candidates, [feature], group)
    }

    /// The pool's values, moved to the nearest whole number of steps away from the row's own.
    private mutating func addSteps(_ feature: Int, _ start: Double, _ step: Double, _ pool: CandidatePool) throws(AssayError) {
        var values: Set<ColumnValue> = []
        for place in 1..<max(columns[feature].count, 1) {
            guard let number = columns[feature].value(at: place)?.number, number.isFinite else { continue }
            let count = ((number - start) / step).rounded()
            // The neighbours too, since the nearest may lie on the other side of a threshold.
            for count in [count - 1, count, count + 1] {
                if let value = ColumnValue(Self.stepped(start, step, count)) { values.insert(value) }
            }
        }
        try append(values.sorted(), feature)
    }

    /// A start of few decimals and a step of few decimals give one of few decimals: 0.1 and two steps of 0.1 are 0.3.
    private static func stepped(_ start: Double, _ step: Double, _ count: Double) -> Double {
        let value = start + count * step
        for scale in [1.0, 10, 100, 1_000, 10_000, 100_000, 1_000_000] {
            let whole = (value * scale).rounded()
            guard whole.magnitude < 0x1p53 else { break }
            let short = whole / scale
            if (short - value).magnitude <= 1e-12 * max(value.magnitude, step) { return short }
        }
        return value
    }

    private mutating func append(_ values: [ColumnValue], _ feature: Int) throws(AssayError) {
        let made = CandidatePool.column(values, like: columns[feature])
        columns[feature] = try JoinedColumns.join(columns[feature], columns[feature].count, made, made.count, name: columns[feature].name)
    }

    private mutating func add(_ candidates: [Candidate], _ features: [Int], _ group: Int) {
        guard !candidates.isEmpty else { return }
        let order = candidates.enumerated().sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }
        variants.append(Variant(group: group, features: features, candidates: order.map(\.element)))
    }

    /// Values that stand together in a row of the background, sorted by which of the inputs change.
    private mutating func addRows(_ features: [Int], _ pool: CandidatePool, group: Int) throws(AssayError) {
        let from = features.map { own($0) }
        var found: [[Int]: [(values: [ColumnValue], distance: Double)]] = [:]
        var seen: Set<[ColumnValue]> = []
        for row in 0..<pool.background.rowCount {
            let values = features.map { pool.background.columns[$0].value(at: row) }
            let known = values.compactMap { $0 }
            guard known.count == values.count, seen.insert(known).inserted else { continue }
            let changed = features.indices.filter { known[$0] != from[$0] }
            let isAllowed = changed.allSatisfy { spot in
                (known[spot].number?.isFinite ?? true) && pool.rules.allows(known[spot], from: from[spot], feature: features[spot])
            }
            guard !changed.isEmpty, isAllowed else { continue }
            var distance = 0.0
            for spot in changed { distance += Self.distance(from[spot], known[spot], pool.features[features[spot]].unit) }
            found[changed.map { features[$0] }, default: []].append((changed.map { known[$0] }, distance))
        }
        for (changed, tuples) in found.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            // A tuple's values by what changes alone may repeat, since the others are the row's own.
            let order = tuples.sorted { $0.distance != $1.distance ? $0.distance < $1.distance : $0.values.lexicographicallyPrecedes($1.values) }
            let kept = Array(order.prefix(Self.tupleLimit))
            var first: [Int] = []
            for (spot, feature) in changed.enumerated() {
                first.append(columns[feature].count)
                try append(kept.map { $0.values[spot] }, feature)
            }
            add(
                kept.enumerated().map { number, tuple in Candidate(places: first.map { Int32($0 + number) }, distance: tuple.distance) }, changed, group)
        }
    }

    /// Of a link by rows the nearest so many of each set of changes.
    private static let tupleLimit = 1_000

    /// The amounts by which the pool's values of any of the inputs differ from the row's own, for all of them.
    private mutating func addAmounts(_ features: [Int], _ pool: CandidatePool, group: Int) throws(AssayError) {
        let from = features.compactMap { own($0)?.number }
        guard from.count == features.count else { return }
        var amounts: Set<Double> = []
        for (spot, feature) in features.enumerated() {
            for place in 1..<max(columns[feature].count, 1) {
                guard let number = columns[feature].value(at: place)?.number, number.isFinite else { continue }
                var amount = number - from[spot]
                if let step = pool.rules.features[feature].step { amount = (amount / step).rounded() * step }
                amounts.insert(amount)
            }
        }
        var kept: [(values: [ColumnValue], distance: Double)] = []
        for amount in amounts.sorted() where amount != 0 {
            var values: [ColumnValue] = []
            var distance = 0.0
            for (spot, feature) in features.enumerated() {
                guard let value = ColumnValue(Self.stepped(from[spot], amount, 1)), let own = own(feature), isOfType(value, feature),
                    pool.rules.allows(value, from: own, feature: feature)
                else { break }
                values.append(value)
                distance += Self.distance(own, value, pool.features[feature].unit)
            }
            if values.count == features.count { kept.append((values, distance)) }
        }
        var first: [Int] = []
        for (spot, feature) in features.enumerated() {
            first.append(columns[feature].count)
            try append(kept.map { $0.values[spot] }, feature)
        }
        add(kept.enumerated().map { number, tuple in Candidate(places: first.map { Int32($0 + number) }, distance: tuple.distance) }, features, group)
    }

    private func isOfType(_ value: ColumnValue, _ feature: Int) -> Bool {
        if case .int64 = columns[feature].values { value.isWhole } else { true }
    }

    /// One change of the row: the variants that are taken, ascending, and which candidate of each.
    struct Change: Hashable {
        var variants: [Int]
        var candidates: [Int]
    }

    /// The changed rows as the model takes them.
    func block(_ changes: [Change]) -> RowBlock {
        var places = [[Int]](repeating: [Int](repeating: 0, count: changes.count), count: columns.count)
        for (number, change) in changes.enumerated() {
            for (variant, candidate) in zip(change.variants, change.candidates) {
                let taken = variants[variant].candidates[candidate].places
                for (spot, feature) in variants[variant].features.enumerated() { places[feature][number] = Int(taken[spot]) }
            }
        }
        return RowBlock(rowCount: changes.count, columns: columns.indices.map { columns[$0].gathered(places[$0]) })
    }

    /// The inputs that change, ascending.
    func features(_ variants: [Int]) -> [Int] { variants.flatMap { self.variants[$0].features }.sorted() }

    /// Added in the order of the variants.
    func distance(_ change: Change) -> Double {
        var sum = 0.0
        for (variant, candidate) in zip(change.variants, change.candidates) { sum += variants[variant].candidates[candidate].distance }
        return sum
    }
}
