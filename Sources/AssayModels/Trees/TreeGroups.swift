/// An ensemble's trees in runs whose thresholds have 16-bit ranks.
package struct TreeGroups: Sendable {
    package struct Group: Sendable {
        package let trees: Range<Int>
        /// Each feature's distinct thresholds, ascending.
        package let thresholds: [[Double]]
    }

    package let groups: [Group]

    package init(_ ensemble: TreeEnsemble) {
        var groups: [Group] = []
        var seen = [Set<Double>](repeating: [], count: ensemble.featureCount)
        var start = 0
        func close(_ end: Int) {
            guard start < end else { return }
            groups.append(Group(trees: start..<end, thresholds: seen.map { $0.sorted() }))
            start = end
            seen = [Set<Double>](repeating: [], count: ensemble.featureCount)
        }
        for (number, tree) in ensemble.trees.enumerated() {
            var own: [Int32: Set<Double>] = [:]
            ensemble.forEachQuestion(of: tree) { if !$0.isCategorical { own[$0.feature, default: []].insert($0.threshold) } }
            // A tree alone has fewer nodes than a rank can count, or is not looked up at all.
            let isFull = own.contains { seen[Int($0.key)].union($0.value).count > RankCodes.limit }
            if isFull { close(number) }
            for (feature, values) in own { seen[Int(feature)].formUnion(values) }
        }
        close(ensemble.trees.count)
        self.groups = groups
    }
}
