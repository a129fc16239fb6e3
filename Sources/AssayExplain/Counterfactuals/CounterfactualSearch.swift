package import AssayColumns
package import AssayModels
package import AssayTerms

/// Finds what would have to be different about a row for the model to answer as wanted.
///
/// Definition: among the rows that differ from it by values of the pool and keep to the constraints, those that the model answers as wanted, by the number
/// of inputs that differ, then by distance (``CandidatePool``), then by the inputs' and values' order. Of each set of inputs the nearest, and no set of
/// which a part is enough. All rows that differ in one input are tried, then all that differ in two, and so on, the nearest first, for as long as the
/// evaluations last: what is found so is the best there is among them (`isOptimal`). Where a number of inputs has more combinations than that, half of
/// what is left goes into its nearest ones and the rest into a beam search, whose answers reach the target and are not said to be the best.
///
/// Each answer is scored again alone before it is given. The same row, background and settings give the same answers.
///
/// - Complexity: at most `evaluations` rows scored, and two more for each answer; memory for the heap of combinations, at most some 100 bytes each.
package struct CounterfactualSearch: Sendable {
    package struct Settings: Sendable {
        /// Answers wanted of each row.
        package var count = 1
        /// Rows that the model is asked about for each row.
        package var evaluations = 100_000

        package init() {}
    }

    package struct Change: Sendable {
        package let feature: Text
        /// `nil` where the row has no value.
        package let from: ColumnValue?
        package let to: ColumnValue
    }

    package struct Answer: Sendable {
        package let changes: [Change]
        package let distance: Double
        /// What the model answers about the changed row, of one row.
        package let predictions: Predictions
        /// The target class's; `nil` where there is none.
        package let probability: Double?
        /// Whether nothing with fewer changes, and of these inputs nothing nearer, is among the values tried.
        package let isOptimal: Bool
    }

    package struct Outcome: Sendable {
        package enum Status: String, Sendable {
            /// The model answers so already.
            case already
            case found
            /// Nothing was found among what was tried.
            case none
        }

        package let status: Status
        /// The model's answer about the row as it is.
        package let predictions: Predictions
        package let answers: [Answer]
        package let evaluations: Int
        /// Every combination of at most so many changed inputs was tried, or was farther than an answer that was found.
        package let tried: Int
        /// Whether that was every combination there is.
        package let isExhaustive: Bool
    }

    /// Sets of variants that are listed for one number of changes; beyond it only the beam looks.
    private static let rootLimit = 100_000

    private let predictor: any RowPredictor
    package let pool: CandidatePool
    private let target: CounterfactualTarget
    package let settings: Settings

    package init(_ predictor: any RowPredictor, pool: CandidatePool, target: CounterfactualTarget, settings: Settings = Settings()) {
        self.predictor = predictor
        self.pool = pool
        self.target = target
        self.settings = settings
    }

    /// - Parameters:
    ///   - block: rows as the model takes them.
    ///   - number: the row's number in the data set, for messages.
    /// - Throws: `invalidArgument` where the row contradicts the constraints; what asking the model throws.
    package func outcome(of row: Int, in block: RowBlock, number: Int) throws(AssayError) -> Outcome {
        let bound = try predictor.form.bound(block)
        let alone = RowBlock(rowCount: 1, columns: bound.columns.map { $0.gathered([row]) })
        let candidates = try RowCandidates(alone, pool: pool, number: number)
        var asker = ChangeAsker(predictor, target, limit: settings.evaluations)
        let before = try asker.predictions(candidates.block([.init(variants: [], candidates: [])]))
        guard try target.judge(before).first?.isReached == false else {
            return Outcome(status: .already, predictions: before, answers: [], evaluations: 0, tried: 0, isExhaustive: false)
        }
        var found: [(change: RowCandidates.Change, isOptimal: Bool)] = []
        let limit = min(pool.rules.limit, candidates.variants.reduce(0) { $0 + $1.features.count })
        var tried = 0
        while tried < limit, found.count < settings.count {
            guard try tryAll(tried + 1, candidates, &asker, &found) else { break }
            tried += 1
        }
        let isExhaustive = tried == limit && found.count < settings.count
        if found.count < settings.count, tried < limit {
            let sets = found.map { Set(candidates.features($0.change.variants)) }
            let beam = BeamSearch(row: candidates, limit: limit) { features in sets.contains { $0.isSubset(of: features) } }
            for change in try beam.run(&asker) where found.count < settings.count {
                let features = Set(candidates.features(change.variants))
                if !found.contains(where: { Set(candidates.features($0.change.variants)).isSubset(of: features) }) { found.append((change, false)) }
            }
        }
        let answers = try found.map { (change, isOptimal) throws(AssayError) in try answer(change, isOptimal, candidates, asker) }
            .sorted { ($0.changes.count, $0.distance) < ($1.changes.count, $1.distance) }
        return Outcome(
            status: answers.isEmpty ? .none : .found, predictions: before, answers: answers, evaluations: asker.asked, tried: tried,
            isExhaustive: isExhaustive)
    }

    /// Tries changes of so many inputs, the nearest first.
    ///
    /// - Returns: whether all were tried, or as many answers as wanted were found.
    private func tryAll(
        _ size: Int, _ row: RowCandidates, _ asker: inout ChangeAsker, _ found: inout [(change: RowCandidates.Change, isOptimal: Bool)]
    ) throws(AssayError) -> Bool {
        let sets = found.map { Set(row.features($0.change.variants)) }
        guard let all = roots(size, row) else { return false }
        let roots = all.filter { root in
            let features = row.features(root)
            return !sets.contains { $0.isSubset(of: features) }
        }
        var count = 0.0
        for root in roots { count += root.reduce(1.0) { $0 * Double(row.variants[$1].candidates.count) } }
        // Where not all fit, something is left for the beam.
        let keep = count <= Double(asker.left) ? 0 : asker.left / 2
        var queue = CombinationQueue(distances: row.variants.map { $0.candidates.map(\.distance) }, roots: roots)
        var batch = 64
        while true {
            var changes: [(root: Int, change: RowCandidates.Change)] = []
            let room = min(batch, asker.left - keep)
            while changes.count < room, let next = queue.next() {
                changes.append((next.root, .init(variants: roots[next.root], candidates: next.candidates)))
            }
            guard !changes.isEmpty else { return room > 0 }
            let judged = try asker.judge(changes.map(\.change), row)
            for ((root, change), answer) in zip(changes, judged) where answer.isReached {
                // Of one set of inputs the first is the nearest; variants of one set differ in nothing but their group.
                let features = row.features(change.variants)
                guard !found.contains(where: { row.features($0.change.variants) == features }) else { continue }
                found.append((change, true))
                queue.close(root: root)
                if found.count == settings.count { return true }
            }
            batch = min(batch * 2, 4_096)
        }
    }

    /// Sets of variants of different groups that change so many inputs together, in the variants' order.
    ///
    /// - Returns: `nil` where there are too many to list.
    private func roots(_ size: Int, _ row: RowCandidates) -> [[Int]]? {
        var found: [[Int]] = []
        var isWhole = true
        var taken: [Int] = []
        var groups: Set<Int> = []
        func extend(from first: Int, left: Int) {
            if left == 0 {
                found.append(taken)
                isWhole = found.count <= Self.rootLimit
                return
            }
            for variant in first..<max(row.variants.count, first) where isWhole {
                let next = row.variants[variant]
                guard next.features.count <= left, groups.insert(next.group).inserted else { continue }
                taken.append(variant)
                extend(from: variant + 1, left: left - next.features.count)
                taken.removeLast()
                groups.remove(next.group)
            }
        }
        extend(from: 0, left: size)
        return isWhole ? found : nil
    }

    /// Scores a change alone, as whoever gets it would.
    private func answer(
        _ change: RowCandidates.Change, _ isOptimal: Bool, _ row: RowCandidates, _ asker: ChangeAsker
    ) throws(AssayError) -> Answer {
        let block = row.block([change])
        let predictions = try asker.predictions(block)
        guard try target.judge(predictions).first?.isReached == true else {
            throw AssayError(
                .unreadable,
                "the model answers otherwise about row \(row.firstRow) (counted from 0) with the same changes the second time, so nothing can be said of it")
        }
        let changes = row.features(change.variants).compactMap { feature -> Change? in
            guard let to = block.columns[feature].value(at: 0) else { return nil }
            return Change(feature: pool.features[feature].name, from: row.columns[feature].value(at: 0), to: to)
        }
        return Answer(
            changes: changes, distance: row.distance(change), predictions: predictions, probability: target.probabilities(predictions)?.first,
            isOptimal: isOptimal)
    }
}
