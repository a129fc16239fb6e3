import AssayModels

/// Interventional attributions of one tree for pairs of rows: a row against one row of the background.
///
/// Where both go the same way the tree is followed; where they part, both ways are, the row's with the player among those taken from the row, the
/// other with it among those from the background. A leaf with u players from the row and v from the background gives each of the first
/// `value · (u−1)! v! / (u+v)!` and takes `value · u! (v−1)! / (u+v)!` from each of the others.
///
/// - Complexity: for a pair of rows the nodes that a mixture of both can reach.
/// - Source: Lundberg et al. (2020), Algorithm 3.
struct TreePairs: Sendable {
    let score: Int
    /// Inner nodes, the root first; a child below 0 is the leaf `-1 - child`.
    let inner: [Inner]
    /// By output, within it by leaf.
    let values: [Double]
    private let leafCount: Int
    let outputCount: Int
    /// `weights[u · width + v]` = u! v! / (u + v + 1)!
    let weights: [Double]
    let weightWidth: Int
    let playerCount: Int

    struct Inner: Sendable {
        var left: Int32
        var right: Int32
        var player: Int32
        /// The node's place among the ensemble's.
        var place: Int32
    }

    var innerCount: Int { inner.count }

    /// - Parameter only: leaves that are looked at, by place among the ensemble's nodes; the others count as 0. `nil` for all.
    init(
        _ ensemble: TreeEnsemble, _ tree: TreeEnsemble.Tree, players: [Int32], playerCount: Int, explained: [Int], only: Set<Int>? = nil
    ) {
        self.playerCount = playerCount
        score = Int(tree.score)
        let outputs = score < 0 ? explained : [0]
        outputCount = outputs.count
        var inner: [Inner] = []
        /// Leaves' values; -1 for one that is not looked at, and for all below a node without one.
        var leaves: [Int] = []
        let wanted = only.map { TreeWalk.nodes(ensemble, tree, to: $0) }
        /// Where a child's number is written once it is known.
        var open: [(node: Int32, parent: Int, isLeft: Bool)] = [(tree.root, -1, true)]
        while let (place, parent, isLeft) = open.popLast() {
            let node = ensemble.nodes[Int(place)]
            let number: Int32
            let isWanted = wanted?.contains(Int(place)) ?? true
            if node.isLeaf || !isWanted {
                number = -1 - Int32(leaves.count)
                leaves.append(isWanted ? Int(node.content) : -1)
            } else {
                number = Int32(inner.count)
                inner.append(Inner(left: 0, right: 0, player: players[Int(node.feature)], place: place))
                open.append((node.right, inner.count - 1, false))
                open.append((node.left, inner.count - 1, true))
            }
            guard parent >= 0 else { continue }
            if isLeft { inner[parent].left = number } else { inner[parent].right = number }
        }
        self.inner = inner
        leafCount = leaves.count
        values = outputs.flatMap { output in leaves.map { $0 < 0 ? 0 : ensemble.leaves[$0 + output] } }
        let count = min(ensemble.depth, playerCount) + 1
        weightWidth = max(count, 2)
        var weights: [Double] = []
        for u in 0..<count {
            // u! v! / (u + v + 1)! = 1 / ((u + v + 1) · C(u + v, u)), by its ratio from one v to the next.
            var weight = 1 / Double(u + 1)
            for v in 0..<weightWidth {
                weights.append(weight)
                weight *= Double(v + 1) / Double(u + v + 2)
            }
        }
        self.weights = weights
    }

    /// Which inner nodes each row goes left at, row by row; 1 for left.
    func ways(_ ensemble: TreeEnsemble, _ matrix: FeatureMatrix, rows: Range<Int>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: rows.count * inner.count) { buffer, count in
            for (number, node) in inner.enumerated() {
                let node = ensemble.nodes[Int(node.place)]
                for (place, row) in rows.enumerated() {
                    buffer[place * inner.count + number] = ensemble.goesLeft(matrix[row: row, feature: Int(node.feature)], at: node) ? 1 : 0
                }
            }
            count = rows.count * inner.count
        }
    }

    /// What a walk needs, so that nothing is allocated or counted on the way.
    struct Walk {
        fileprivate let inner: UnsafePointer<Inner>
        fileprivate var values: UnsafePointer<Double>
        fileprivate let weights: UnsafePointer<Double>
        fileprivate let width: Int
        /// 1: taken from the row, 2: from the background; by player, all 0 between walks.
        fileprivate let sides: UnsafeMutablePointer<UInt8>
        var own: UnsafePointer<UInt8>
        var their: UnsafePointer<UInt8>
        /// Added to, by player.
        var sums: UnsafeMutablePointer<Double>

        /// What the leaves below give each player of the row's side, and take from each of the other's.
        fileprivate func visit(_ number: Int32, _ u: Int, _ v: Int) -> (gives: Double, takes: Double) {
            var number = number
            while number >= 0 {
                let node = inner[Int(number)]
                let ownChild = own[Int(number)] == 1 ? node.left : node.right
                let theirChild = their[Int(number)] == 1 ? node.left : node.right
                let side = sides[Int(node.player)]
                if ownChild == theirChild || side == 1 {
                    number = ownChild
                    continue
                }
                if side == 2 {
                    number = theirChild
                    continue
                }
                let player = Int(node.player)
                sides[player] = 1
                let mine = visit(ownChild, u + 1, v)
                sides[player] = 2
                let yours = visit(theirChild, u, v + 1)
                sides[player] = 0
                sums[player] += mine.gives + yours.takes
                return (mine.gives + yours.gives, mine.takes + yours.takes)
            }
            let value = values[Int(-1 - number)]
            return (u > 0 ? value * weights[(u - 1) * width + v] : 0, v > 0 ? -value * weights[u * width + v - 1] : 0)
        }
    }

    /// Adds one pair's attributions for one output after another.
    ///
    /// - Parameters:
    ///   - own: the row's ways; `their`: the background row's.
    ///   - sums: `[output · stride + player]`.
    func withWalk(
        _ body: (
            _ add: (_ own: UnsafePointer<UInt8>, _ their: UnsafePointer<UInt8>, _ sums: UnsafeMutablePointer<Double>, _ stride: Int) -> Void
        ) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(playerCount, 1)) { sides in
            sides.initialize(repeating: 0)
            inner.withUnsafeBufferPointer { inner in
                values.withUnsafeBufferPointer { values in
                    weights.withUnsafeBufferPointer { weights in
                        // A tree that is one leaf attributes nothing.
                        guard let inner = inner.baseAddress, let values = values.baseAddress, let weights = weights.baseAddress,
                            let sides = sides.baseAddress, innerCount > 0
                        else { return }
                        body { own, their, sums, stride in
                            var walk = Walk(
                                inner: inner, values: values, weights: weights, width: weightWidth, sides: sides, own: own, their: their, sums: sums)
                            for output in 0..<outputCount {
                                walk.values = values + output * leafCount
                                walk.sums = sums + output * stride
                                _ = walk.visit(0, 0, 0)
                            }
                        }
                    }
                }
            }
        }
    }

    /// The mean over the background of what the tree's leaves add, or some of them.
    static func base(
        _ ensemble: TreeEnsemble, _ tree: TreeEnsemble.Tree, explained: [Int], background: FeatureMatrix, only: Set<Int>? = nil
    ) -> [Double] {
        let outputs = tree.score < 0 ? explained : [0]
        var base = [Double](repeating: 0, count: outputs.count)
        for row in 0..<background.rowCount {
            var place = Int(tree.root)
            while !ensemble.nodes[place].isLeaf {
                let node = ensemble.nodes[place]
                place = Int(ensemble.goesLeft(background[row: row, feature: Int(node.feature)], at: node) ? node.left : node.right)
            }
            guard only?.contains(place) ?? true else { continue }
            for (output, offset) in outputs.enumerated() { base[output] += ensemble.leaves[Int(ensemble.nodes[place].content) + offset] }
        }
        return base.map { $0 / Double(background.rowCount) }
    }
}
