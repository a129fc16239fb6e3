package import AssayModels
package import AssayTerms

extension TreeExplainer {
    /// Matrices of one block of rows: 128 MiB.
    package static let interactionCells = 1 << 24

    /// Shapley interaction values of prepared rows: `[((row · explained + score) · players + i) · players + j]`, each row of a matrix adding up to
    /// the attribution.
    ///
    /// - Parameter attributions: of the same rows.
    /// - Throws: as ``TreeInteractions``; `limitExceeded` where the matrices take more than ``interactionCells``.
    /// - Complexity: trees are prepared anew for each call.
    package func interactions(_ matrix: FeatureMatrix, attributions: [Double], threads: Int = 1) throws(AssayError) -> [Double] {
        let size = playerCount * playerCount
        let width = explained.count * size
        guard matrix.rowCount * width <= Self.interactionCells else {
            throw AssayError(
                .limitExceeded,
                "interaction values of \(matrix.rowCount) rows and \(playerCount) columns are more than fit into memory; put columns into groups")
        }
        var parts: [TreeInteractions] = []
        for tree in ensemble.trees where tree.score < 0 || explained.contains(Int(tree.score)) {
            parts.append(
                try TreeInteractions(
                    ensemble, tree, players: playerOf, playerCount: playerCount, explained: explained, background: backgroundMatrix))
        }
        let made = parts
        var matrices = [Double](repeating: 0, count: matrix.rowCount * width)
        matrices.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            // Each thread writes the rows it was given.
            nonisolated(unsafe) let matrices = start
            RowThreads.forEach(rowCount: matrix.rowCount, chunk: 128, threads: threads) { rows in
                for part in made { part.add(matrix, rows: rows, explained: explained, to: matrices + rows.lowerBound * width) }
                for place in (rows.lowerBound * explained.count)..<(rows.upperBound * explained.count) {
                    let own = matrices + place * size
                    for i in 0..<playerCount {
                        var rest = attributions[place * playerCount + i]
                        for j in 0..<playerCount where j != i { rest -= own[i * playerCount + j] }
                        own[i * playerCount + i] = rest
                    }
                }
            }
        }
        return matrices
    }
}
