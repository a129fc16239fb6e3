import AssayModels

/// A subtree small enough that its attributions are looked up: by the bits of what a row meets on the way to it and at each of its nodes.
///
/// A player is what attributions are given to: an input column with all features made from it. The lowest bits are the distinct players of the way, in
/// order of their first appearance: set where the row meets all conditions on that player's features.
/// The bits above are the subtree's nodes, each set where the row goes left.
struct PatternBlock: Sendable {
    /// One condition of the way: the tree's node, and whether left is right.
    struct Condition: Sendable {
        let node: Int
        let isLeft: Bool
    }

    /// Distinct players of the way with their conditions.
    let way: [(player: Int32, conditions: [Condition])]
    /// The subtree's inner nodes, by place among the tree's.
    let local: [Int]
    /// Distinct players of way and subtree: what the table has columns for.
    let players: [Int32]
    let leaves: [Leaf]

    struct Leaf: Sendable {
        let node: Int
        /// The leaf's distinct players, each with its conditions as the block's bits.
        let players: [Player]
    }

    struct Player: Sendable {
        /// Among the block's players.
        let column: Int
        /// The bits that must be set, and those that must not.
        let set: Int
        let clear: Int
        /// The share of training rows that meet the conditions.
        let share: Double
    }

    var bitCount: Int { way.count + local.count }
    var entryCount: Int { players.count << bitCount }

    /// A leaf's own pattern in a block's pattern.
    static func pattern(_ players: [Player], _ block: Int) -> Int {
        var pattern = 0
        for (place, player) in players.enumerated() where block & player.set == player.set && block & player.clear == 0 { pattern |= 1 << place }
        return pattern
    }
}

/// Cuts one tree into blocks.
struct PatternBlocks {
    /// Bits of a block that holds more than one leaf. Eight: a block of four leaves at depth six takes 7, and its table stays in the nearest cache.
    static let blockBits = 8
    /// Bits of a single leaf in a tree whose every leaf has a table.
    static let leafBits = 10
    /// Bits of a single leaf where others are walked: a table of eight stays in the nearest cache, and one of ten does not.
    static let mixedLeafBits = 8

    let ensemble: TreeEnsemble
    /// Each feature's player.
    let players: [Int32]
    private(set) var blocks: [PatternBlock] = []
    /// Leaves that ask too many players, by place among the ensemble's nodes.
    private(set) var deepLeaves: Set<Int> = []
    private let limit: Int
    /// Inner nodes of the tree, by place among the ensemble's.
    private(set) var nodes: [Int] = []
    private var places: [Int: Int] = [:]
    private var sizes: [Int: Int] = [:]

    /// One step of the way to a node.
    private struct Step {
        let place: Int
        let isLeft: Bool
        let share: Double
    }

    init(_ ensemble: TreeEnsemble, _ tree: TreeEnsemble.Tree, players: [Int32]) {
        self.ensemble = ensemble
        self.players = players
        limit = Self.fits(ensemble, tree, players) ? Self.leafBits : Self.mixedLeafBits
        number(Int(tree.root))
        visit(Int(tree.root), [])
    }

    private static func fits(_ ensemble: TreeEnsemble, _ tree: TreeEnsemble.Tree, _ players: [Int32]) -> Bool {
        var open: [(node: Int32, way: [Int32])] = [(tree.root, [])]
        while let (place, way) = open.popLast() {
            let node = ensemble.nodes[Int(place)]
            if node.isLeaf {
                if way.count > leafBits { return false }
                continue
            }
            let player = players[Int(node.feature)]
            let next = way.contains(player) ? way : way + [player]
            open.append((node.left, next))
            open.append((node.right, next))
        }
        return true
    }

    /// Depth is bounded by the features of a leaf only where each appears once, so the walk keeps its own stack.
    private mutating func number(_ root: Int) {
        var open = [root]
        var order: [Int] = []
        while let place = open.popLast() {
            order.append(place)
            let node = ensemble.nodes[place]
            guard !node.isLeaf else { continue }
            places[place] = nodes.count
            nodes.append(place)
            open.append(Int(node.right))
            open.append(Int(node.left))
        }
        for place in order.reversed() {
            let node = ensemble.nodes[place]
            sizes[place] = node.isLeaf ? 0 : 1 + sizes[Int(node.left), default: 0] + sizes[Int(node.right), default: 0]
        }
    }

    private func player(_ place: Int) -> Int32 { players[Int(ensemble.nodes[place].feature)] }

    private func share(_ child: Int32, of node: TreeEnsemble.Node) -> Double {
        node.cover > 0 ? ensemble.nodes[Int(child)].cover / node.cover : 0
    }

    private mutating func visit(_ root: Int, _ steps: [Step]) {
        var open: [(node: Int, steps: [Step])] = [(root, steps)]
        while let (place, steps) = open.popLast() {
            let node = ensemble.nodes[place]
            let way = Set(steps.map { player($0.place) })
            if node.isLeaf || way.count + sizes[place, default: 0] <= Self.blockBits {
                if node.isLeaf, way.count > limit {
                    deepLeaves.insert(place)
                } else if !(node.isLeaf && steps.isEmpty) {
                    blocks.append(block(place, steps))
                }
                continue
            }
            open.append((Int(node.right), steps + [Step(place: place, isLeft: false, share: share(node.right, of: node))]))
            open.append((Int(node.left), steps + [Step(place: place, isLeft: true, share: share(node.left, of: node))]))
        }
    }

    private func block(_ root: Int, _ steps: [Step]) -> PatternBlock {
        var way: [(player: Int32, conditions: [PatternBlock.Condition])] = []
        var wayShares: [Double] = []
        for step in steps {
            let player = player(step.place)
            let condition = PatternBlock.Condition(node: places[step.place] ?? 0, isLeft: step.isLeft)
            if let place = way.firstIndex(where: { $0.player == player }) {
                way[place].conditions.append(condition)
                wayShares[place] *= step.share
            } else {
                way.append((player, [condition]))
                wayShares.append(step.share)
            }
        }
        var local: [Int] = []
        var columns = way.map(\.player)
        var leaves: [PatternBlock.Leaf] = []
        var open: [(node: Int, steps: [Step])] = [(root, [])]
        var bits: [Int: Int] = [:]
        while let (place, inside) = open.popLast() {
            let node = ensemble.nodes[place]
            guard node.isLeaf else {
                bits[place] = way.count + local.count
                local.append(places[place] ?? 0)
                if !columns.contains(player(place)) { columns.append(player(place)) }
                open.append((Int(node.right), inside + [Step(place: place, isLeft: false, share: share(node.right, of: node))]))
                open.append((Int(node.left), inside + [Step(place: place, isLeft: true, share: share(node.left, of: node))]))
                continue
            }
            var parts: [(player: Int32, set: Int, clear: Int, share: Double)] = []
            for (bit, part) in way.enumerated() { parts.append((part.player, 1 << bit, 0, wayShares[bit])) }
            for step in inside {
                let player = player(step.place)
                let bit = 1 << (bits[step.place] ?? 0)
                let part = parts.firstIndex { $0.player == player } ?? parts.count
                if part == parts.count { parts.append((player, 0, 0, 1)) }
                if step.isLeft { parts[part].set |= bit } else { parts[part].clear |= bit }
                parts[part].share *= step.share
            }
            leaves.append(
                PatternBlock.Leaf(
                    node: place,
                    players: parts.map { part in
                        PatternBlock.Player(
                            column: columns.firstIndex(of: part.player) ?? 0, set: part.set, clear: part.clear, share: part.share)
                    }))
        }
        return PatternBlock(way: way, local: local, players: columns, leaves: leaves)
    }
}
