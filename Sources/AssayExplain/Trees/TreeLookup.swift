import AssayModels

/// One tree's attributions as tables by pattern.
struct TreeLookup: Sendable {
    /// A block, flattened for the loop over rows.
    struct Block: Sendable {
        /// `node · 2 + 1` where left meets the condition, `node · 2` where right does.
        var conditions: [Int32]
        /// The end of each way bit's conditions.
        var ends: [Int32]
        var local: [Int32]
        var columns: [Int32]
        /// Where the block's table begins.
        var offset: Int
    }

    let score: Int
    /// Scores that a table's entry has values for: the explained ones for trees that add to all.
    let scoreCount: Int
    let tests: [NodeMasks.Test]
    let blocks: [Block]
    /// By block, within it by pattern, score and column.
    let values: [Double]
    /// What the tree adds to each explained score before anything is known of a row.
    let base: [Double]

    /// What a row is compared with.
    enum Reference {
        case covers
        case background(FeatureMatrix)
    }

    /// Leaves without a table, by place among the ensemble's nodes.
    let deepLeaves: Set<Int>

    /// - Returns: `nil` where tables have more values than `limit`.
    init?(
        _ ensemble: TreeEnsemble, _ tree: TreeEnsemble.Tree, thresholds: [[Double]], players: [Int32], explained: [Int], reference: Reference,
        limit: Int
    ) {
        let cut = PatternBlocks(ensemble, tree, players: players)
        score = Int(tree.score)
        let isVector = tree.score < 0
        scoreCount = isVector ? explained.count : 1
        let count = cut.blocks.reduce(0) { $0 + $1.entryCount } * scoreCount
        guard count <= limit else { return nil }
        tests = cut.nodes.map { NodeMasks.Test(ensemble.nodes[$0], thresholds) }
        deepLeaves = cut.deepLeaves
        var values = [Double](repeating: 0, count: count)
        var base = [Double](repeating: 0, count: scoreCount)
        func leafValues(_ place: Int) -> [Double] {
            let content = Int(ensemble.nodes[place].content)
            return isVector ? explained.map { ensemble.leaves[content + $0] } : [ensemble.leaves[content]]
        }
        var lefts: [[Bool]] = []
        if case .background(let matrix) = reference {
            lefts = cut.nodes.map { place in
                let node = ensemble.nodes[place]
                return (0..<matrix.rowCount).map { ensemble.goesLeft(matrix[row: $0, feature: Int(node.feature)], at: node) }
            }
        }
        var games: [Int: LeafGame] = [:]
        var flat: [Block] = []
        var offset = 0
        for block in cut.blocks {
            let histogram: [(pattern: Int, share: Double)]? =
                if case .background(let matrix) = reference { Self.histogram(block, lefts, rows: matrix.rowCount) } else { nil }
            let width = block.players.count
            for leaf in block.leaves {
                let players = leaf.players
                let game = games[players.count] ?? LeafGame(featureCount: players.count)
                games[players.count] = game
                let table: [Double]
                let expected: Double
                if let histogram {
                    var shares = [Double](repeating: 0, count: 1 << players.count)
                    for (pattern, share) in histogram where share > 0 { shares[PatternBlock.pattern(players, pattern)] += share }
                    table = game.table(background: shares)
                    expected = shares[shares.count - 1]
                } else {
                    table = game.table(shares: players.map(\.share))
                    expected = LeafGame.base(shares: players.map(\.share))
                }
                for (place, value) in leafValues(leaf.node).enumerated() {
                    base[place] += value * expected
                    for pattern in 0..<(1 << block.bitCount) {
                        let own = PatternBlock.pattern(players, pattern) * players.count
                        let entry = offset + (pattern * scoreCount + place) * width
                        for (player, part) in players.enumerated() { values[entry + part.column] += value * table[own + player] }
                    }
                }
            }
            var conditions: [Int32] = []
            var ends: [Int32] = []
            for part in block.way {
                conditions += part.conditions.map { Int32($0.node * 2 + ($0.isLeft ? 1 : 0)) }
                ends.append(Int32(conditions.count))
            }
            flat.append(
                Block(conditions: conditions, ends: ends, local: block.local.map { Int32($0) }, columns: block.players, offset: offset))
            offset += block.entryCount * scoreCount
        }
        if ensemble.nodes[Int(tree.root)].isLeaf { for (place, value) in leafValues(Int(tree.root)).enumerated() { base[place] += value } }
        blocks = flat
        self.values = values
        self.base = base
    }

    /// Shares of the background by the block's patterns; `nil` where covers are followed.
    ///
    /// - Parameter lefts: for each of the tree's inner nodes, which rows of the background go left.
    private static func histogram(_ block: PatternBlock, _ lefts: [[Bool]], rows: Int) -> [(pattern: Int, share: Double)] {
        var counts = [Int](repeating: 0, count: 1 << block.bitCount)
        for row in 0..<rows {
            var pattern = 0
            for (bit, part) in block.way.enumerated() where part.conditions.allSatisfy({ lefts[$0.node][row] == $0.isLeft }) {
                pattern |= 1 << bit
            }
            for (bit, node) in block.local.enumerated() where lefts[node][row] { pattern |= 1 << (block.way.count + bit) }
            counts[pattern] += 1
        }
        return counts.enumerated().filter { $0.element > 0 }.map { ($0.offset, Double($0.element) / Double(rows)) }
    }
}
