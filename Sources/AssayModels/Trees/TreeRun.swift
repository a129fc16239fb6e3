/// Trees one after another that are asked by codes of one width.
struct TreeRun: Sendable {
    enum Part: Sendable {
        /// Only where ``TreeRun/narrow`` is there.
        case narrow(TreeProgram<NarrowCodes>)
        case wide(TreeProgram<RankCodes>)
        case walk(tree: Int)

        var isWalk: Bool {
            if case .walk = self { true } else { false }
        }
    }

    /// Questions for each feature of a run below which narrow codes cost more than they save.
    private static let narrowQuestions = 8

    let narrow: NarrowRanks?
    let parts: [Part]

    /// The trees of a group, in their order.
    ///
    /// - Parameter programNodes: trees with more inner nodes are walked.
    static func runs(_ ensemble: TreeEnsemble, _ group: TreeGroups.Group, programNodes: Int) -> [TreeRun] {
        var runs: [TreeRun] = []
        var trees: [(number: Int, isWalked: Bool)] = []
        var seen: [Int: Set<Double>] = [:]
        var questions = 0
        func close() {
            guard !trees.isEmpty else { return }
            let isNarrow = questions >= Self.narrowQuestions * seen.count && questions > 0
            runs.append(TreeRun(ensemble, group.thresholds, trees, narrow: isNarrow ? NarrowRanks(group.thresholds, own: seen) : nil))
            (trees, seen, questions) = ([], [:], 0)
        }
        for number in group.trees {
            var own: [Int: Set<Double>] = [:]
            var count = 0
            ensemble.forEachQuestion(of: ensemble.trees[number]) { node in
                count += 1
                if !node.isCategorical { own[Int(node.feature), default: []].insert(node.threshold) }
            }
            if count > programNodes {
                trees.append((number, true))
                continue
            }
            if own.contains(where: { (seen[$0.key] ?? []).union($0.value).count > NarrowRanks.limit }) { close() }
            for (feature, values) in own { seen[feature, default: []].formUnion(values) }
            questions += count
            trees.append((number, false))
        }
        close()
        return runs
    }

    private init(_ ensemble: TreeEnsemble, _ thresholds: [[Double]], _ trees: [(number: Int, isWalked: Bool)], narrow: NarrowRanks?) {
        self.narrow = narrow
        parts = trees.map { number, isWalked in
            if isWalked { return .walk(tree: number) }
            let tree = ensemble.trees[number]
            if let narrow { return .narrow(TreeProgram(ensemble, tree) { narrow.rank($0, $1) }) }
            return .wide(TreeProgram(ensemble, tree) { Int16(RankCodes.rank(of: $1, in: thresholds[$0])) })
        }
    }
}
