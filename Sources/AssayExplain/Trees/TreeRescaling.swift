import AssayModels
import AssayTerms

/// Attributions of a function of the margin: those of the margin for each pair of a row and a background row, times how much the function changes
/// for each unit of the margin between the two, averaged over the background.
///
/// Definition: with φ(x, b) the margin's interventional attributions of x against b alone, `Σ_b φᵢ(x, b) · (g(f(x)) − g(f(b))) / (f(x) − f(b)) / B`,
/// and g's slope where both margins are equal. They add up to `g(f(x)) − mean g(f(b))`. These are shap's values for `model_output="probability"` and
/// `"log_loss"`. They
/// are no Shapley values of g ∘ f, which no rule finds in time polynomial in the trees; kernel SHAP asks for those. Interaction values are rescaled alike,
/// so that each row of a matrix adds up to the attribution; shap has none.
///
/// - Complexity: for each row, background row and tree the nodes that a mixture of both can reach.
/// - Source: Lundberg et al. (2020), section "Explaining model loss"; the rule is DeepLIFT's rescale rule (Shrikumar et al. 2017).
struct TreeRescaling: Sendable {
    private struct Part: Sendable {
        let tree: TreePairs
        /// The background's ways.
        let ways: [UInt8]

        /// - Parameters:
        ///   - own: ways of rows, of which one is asked.
        ///   - factors: by background row.
        func addInteractions(_ own: [UInt8], _ place: Int, _ factors: [Double], to matrix: UnsafeMutablePointer<Double>) {
            let inner = tree.innerCount
            var sides = TreePairs.Sides()
            own.withUnsafeBufferPointer { own in
                ways.withUnsafeBufferPointer { their in
                    guard let own = own.baseAddress, let their = their.baseAddress else { return }
                    for (other, factor) in factors.enumerated() {
                        tree.addInteractions(own + place * inner, their + other * inner, factor: factor, sides: &sides, to: matrix)
                    }
                }
            }
        }
    }

    private let ensemble: TreeEnsemble
    private let parts: [Part]
    private let playerCount: Int
    /// The background's margins.
    let margins: [Double]
    private let divisor: Double

    /// Bytes of the background's ways through all trees.
    private static let byteLimit = 1 << 30
    /// Doubles of one chunk's pairs.
    private static let pairCells = 1 << 20

    /// - Parameters:
    ///   - explained: the one score.
    ///   - margins: of the background, as ``TreeHead`` scores them.
    ///   - divisor: what sums over trees are divided by.
    /// - Throws: `limitExceeded` where the background's ways take too much memory.
    init(
        _ ensemble: TreeEnsemble, players: [Int32], playerCount: Int, explained: Int, background: FeatureMatrix, margins: [Double], divisor: Double
    ) throws(AssayError) {
        self.ensemble = ensemble
        self.playerCount = playerCount
        self.margins = margins
        self.divisor = divisor
        var bytes = 0
        var parts: [Part] = []
        for tree in ensemble.trees where tree.score < 0 || Int(tree.score) == explained {
            let pairs = TreePairs(ensemble, tree, players: players, playerCount: playerCount, explained: [explained])
            bytes += pairs.innerCount * background.rowCount
            guard bytes <= Self.byteLimit else {
                throw AssayError(
                    .limitExceeded,
                    "\(background.rowCount) background rows through \(ensemble.trees.count) trees take more than 1 GiB; use fewer --background-rows")
            }
            parts.append(Part(tree: pairs, ways: pairs.ways(ensemble, background, rows: 0..<background.rowCount)))
        }
        self.parts = parts
    }

    /// - Parameters:
    ///   - margins: of the rows.
    ///   - functions: of each row; labels can make them differ.
    /// - Returns: `[row · players + player]`.
    func attributions(
        _ matrix: FeatureMatrix, margins rowMargins: [Double], functions: [MarginFunction], threads: Int
    ) -> [Double] {
        let others = margins.count
        let chunk = max(1, min(64, Self.pairCells / max(others * playerCount, 1)))
        return [Double](unsafeUninitializedCapacity: matrix.rowCount * playerCount) { buffer, count in
            buffer.initialize(repeating: 0)
            count = matrix.rowCount * playerCount
            guard let start = buffer.baseAddress else { return }
            // Each thread writes the rows it was given.
            nonisolated(unsafe) let result = start
            RowThreads.forEach(rowCount: matrix.rowCount, chunk: chunk, threads: threads) { rows in
                var pairs = [Double](repeating: 0, count: rows.count * others * playerCount)
                pairs.withUnsafeMutableBufferPointer { pairs in
                    guard let pairs = pairs.baseAddress else { return }
                    for part in parts { Self.add(part, ensemble, matrix, rows, others, playerCount, pairs) }
                    for (place, row) in rows.enumerated() {
                        for other in 0..<others {
                            let (own, their) = (rowMargins[row], margins[other])
                            let factor = functions[row].quotient(own, their)
                            let from = pairs + (place * others + other) * playerCount
                            let to = result + row * playerCount
                            for player in 0..<playerCount { to[player] += from[player] * factor }
                        }
                        for player in 0..<playerCount { result[row * playerCount + player] /= Double(others) * divisor }
                    }
                }
            }
        }
    }

    /// Interaction values, `[(row · players + i) · players + j]`, each row of a matrix adding up to the attribution.
    ///
    /// - Parameters: as ``attributions(_:margins:functions:threads:)``, and what that returned.
    /// - Throws: `limitExceeded` where the matrices take more than ``TreeExplainer/interactionCells``.
    /// - Complexity: for each row, background row and tree the leaves that a mixture of both can reach, times the square of the players on their ways.
    func interactions(
        _ matrix: FeatureMatrix, margins rowMargins: [Double], functions: [MarginFunction], attributions: [Double], threads: Int
    ) throws(AssayError) -> [Double] {
        var matrices = try Explanation.diagonals(attributions, players: playerCount)
        let size = playerCount * playerCount
        matrices.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            // Each thread writes the rows it was given.
            nonisolated(unsafe) let matrices = start
            RowThreads.forEach(rowCount: matrix.rowCount, chunk: 8, threads: threads) { rows in
                let factors = rows.map { row in margins.map { functions[row].quotient(rowMargins[row], $0) / (Double(margins.count) * divisor) } }
                for part in parts {
                    let ways = part.tree.ways(ensemble, matrix, rows: rows)
                    for (place, row) in rows.enumerated() { part.addInteractions(ways, place, factors[place], to: matrices + row * size) }
                }
                for row in rows { Self.complete(matrices + row * size, playerCount) }
            }
        }
        return matrices
    }

    /// What was added above the diagonal is put below it too, and taken from what stands on it.
    private static func complete(_ matrix: UnsafeMutablePointer<Double>, _ count: Int) {
        for i in 0..<count {
            for j in (i + 1)..<max(count, i + 1) { matrix[j * count + i] = matrix[i * count + j] }
        }
        for i in 0..<count {
            for j in 0..<count where j != i { matrix[i * count + i] -= matrix[i * count + j] }
        }
    }

    private static func add(
        _ part: Part, _ ensemble: TreeEnsemble, _ matrix: FeatureMatrix, _ rows: Range<Int>, _ others: Int, _ players: Int,
        _ pairs: UnsafeMutablePointer<Double>
    ) {
        let inner = part.tree.innerCount
        part.tree.withWalk { add in
            part.tree.ways(ensemble, matrix, rows: rows).withUnsafeBufferPointer { own in
                part.ways.withUnsafeBufferPointer { their in
                    guard let own = own.baseAddress, let their = their.baseAddress else { return }
                    for place in 0..<rows.count {
                        for other in 0..<others {
                            add(own + place * inner, their + other * inner, pairs + (place * others + other) * players, players)
                        }
                    }
                }
            }
        }
    }
}
