/// An ensemble made ready to score rows.
///
/// Of many rows, trees with few nodes are asked all their questions, ``RankCodes/lanes`` rows at a time (``TreeProgram``); larger trees, and all
/// trees where there are few rows, are walked (``TreePaths``). Sums are added tree by tree in the trees' order, each row's by itself, so a row has
/// the same bits alone, in a table, on one core or many.
package struct TreeScorer: Sendable {
    /// Below this many rows ranks and masks cost more than they save.
    static let programRows = 32
    /// Inner nodes of a tree that is asked all its questions.
    static let programNodes = 160
    /// Rows of a block: their codes and sums stay in the nearest caches while all trees pass.
    private static let block = 256

    let ensemble: TreeEnsemble
    private let paths: TreePaths
    private let groups: [(thresholds: [[Double]], runs: [TreeRun])]
    /// Whether any tree has too many nodes to be asked all its questions.
    private let hasWalks: Bool

    /// - Complexity: O(nodes × log nodes), and about half the ensemble's memory once more.
    package init(_ ensemble: TreeEnsemble) {
        self.ensemble = ensemble
        paths = TreePaths(ensemble)
        groups = TreeGroups(ensemble).groups.map { ($0.thresholds, TreeRun.runs(ensemble, $0, programNodes: Self.programNodes)) }
        hasWalks = groups.contains { group in group.runs.contains { $0.parts.contains(where: \.isWalk) } }
    }

    /// One array of rows for each score, each `base + leaves` in the trees' order.
    ///
    /// - Parameters:
    ///   - matrix: values as ``TreeEnsemble/prepared(_:feature:)`` gives them.
    ///   - isExact: add in 64 bits though the library adds in 32.
    /// - Complexity: O(rows × trees × depth), or × nodes of small trees divided by the rows of one instruction.
    package func scores(_ matrix: FeatureMatrix, threads: Int = 1, isExact: Bool = false) -> [[Double]] {
        let inFloat = ensemble.addsInFloat && !isExact
        let count = ensemble.scoreCount
        let rows = matrix.rowCount
        var flat = [Double](repeating: 0, count: rows * count)
        flat.withUnsafeMutableBufferPointer { flat in
            // Each thread writes the rows it was given.
            nonisolated(unsafe) let flat = flat
            RowThreads.forEach(rowCount: rows, chunk: Self.block, threads: threads) { part in
                score(matrix, part, into: flat.baseAddress.map { $0 + part.lowerBound * count }, inFloat: inFloat)
            }
        }
        if count == 1 { return [flat] }
        return (0..<count).map { score in (0..<rows).map { flat[$0 * count + score] } }
    }

    /// Row by row, within a row score by score.
    private func score(_ matrix: FeatureMatrix, _ rows: Range<Int>, into sums: UnsafeMutablePointer<Double>?, inFloat: Bool) {
        guard let sums else { return }
        let count = ensemble.scoreCount
        let isLast = ensemble.addsBaseLast
        for row in 0..<rows.count { for score in 0..<count { sums[row * count + score] = isLast ? 0 : ensemble.base[score] } }
        defer {
            if isLast {
                for place in 0..<(rows.count * count) {
                    let sum = sums[place] + ensemble.base[place % count]
                    sums[place] = inFloat ? Double(Float(sum)) : sum
                }
            }
        }
        if matrix.rowCount == 1, ensemble.linearLeaves.isEmpty {
            // Of one row the matrix is the row.
            matrix.values.withUnsafeBufferPointer { values in
                if let start = values.baseAddress { paths.addAll(start, sums, count, inFloat: inFloat) }
            }
            return
        }
        guard ensemble.linearLeaves.isEmpty else { return scoreLinear(FeatureRows(matrix, rows), into: sums, inFloat: inFloat) }
        if rows.count < Self.programRows {
            let values = FeatureRows(matrix, rows)
            values.values.withUnsafeBufferPointer { values in
                guard let start = values.baseAddress else { return }
                for row in 0..<rows.count { paths.addAll(start + row * matrix.featureCount, sums + row * count, count, inFloat: inFloat) }
            }
            return
        }
        let values = hasWalks ? FeatureRows(matrix, rows) : nil
        for group in groups {
            let codes = RankCodes(matrix, group.thresholds, rows: rows)
            for run in group.runs {
                let narrow = run.narrow.map { NarrowCodes(codes, $0) }
                for part in run.parts {
                    switch part {
                    case .narrow(let program):
                        if let narrow { program.add(narrow, matrix, first: rows.lowerBound, ensemble, sums, count, inFloat: inFloat) }
                    case .wide(let program): program.add(codes, matrix, first: rows.lowerBound, ensemble, sums, count, inFloat: inFloat)
                    case .walk(let tree): if let values { paths.add(tree: tree, values, sums, count, inFloat: inFloat) }
                    }
                }
            }
        }
    }

    /// Trees whose leaves are linear in the row's values, row by row.
    private func scoreLinear(_ rows: FeatureRows, into sums: UnsafeMutablePointer<Double>, inFloat: Bool) {
        let count = ensemble.scoreCount
        rows.values.withUnsafeBufferPointer { values in
            guard let start = values.baseAddress else { return }
            for row in 0..<rows.rowCount {
                let own = start + row * rows.featureCount
                for tree in ensemble.trees {
                    let leaf = Int(ensemble.leaf(of: tree, own).content)
                    for score in tree.score < 0 ? 0..<count : Int(tree.score)..<(Int(tree.score) + 1) {
                        let place = row * count + score
                        let sum = sums[place] + ensemble.value(ofLeaf: leaf + (tree.score < 0 ? score : 0), own)
                        sums[place] = inFloat ? Double(Float(sum)) : sum
                    }
                }
            }
        }
    }
}
