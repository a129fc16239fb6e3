import AssayModels
import CTreeWalk

/// Path-dependent attributions of those leaves of a tree that ask too many players for tables.
///
/// The integral of ``LeafGame`` is kept at its nodes t: going down an edge on player k multiplies the product by k's new factor over its old one, coming
/// back its sum over the leaves below gives k its part. A row that meets the conditions on k so far has the factor `b + t (1 − b)`, one that
/// does not `b (1 − t)`, b being the share of training rows that meet them: positive, so that nothing cancels, at any depth. Which of the factors it is
/// depends on whether the row still meets the conditions, has just ceased to, or did not meet them before; of the last the ratio is one number and the part
/// is nothing. So both are tables by edge, and a row's way is two passes over the edges, down in their order and back.
///
/// - Complexity: O(edges to these leaves × distinct players of the longest way) for a row.
/// - Source: the recursion is that of Yu, Xu, Chapman and Liu, Linear TreeShap (2022), over the integral form in place of its polynomials.
struct TreeWalk: Sendable {
    /// Of the integral's nodes, which are filled up to whole vectors.
    private static let vector = 4
    /// A row's state at an edge: conditions met, ceased to be met there, not met above.
    private static let stateCount = 3

    let score: Int
    /// How the inner nodes on the ways are asked.
    let tests: [NodeMasks.Test]
    /// What these leaves add to each output before anything is known of a row.
    let base: [Double]
    /// Edges that lead to nodes, each behind the one above; then those that lead to leaves.
    private let inner: [AssayTreeEdge]
    private let outer: [AssayTreeEdge]
    /// Of each outer edge.
    private let leaves: [Double]
    private let outputCount: Int
    private let pointCount: Int
    /// `[(edge · 3 + state) · points + point]`, inner edges before outer ones.
    private let ratios: [Double]
    /// `[(edge · 2 + state) · points + point]`, and a row of zeros for where conditions were not met above.
    private let weights: [Double]

    /// What an edge makes of the share of training rows that meet the conditions on its player.
    private struct Share {
        let before: Double
        let after: Double
        /// Whether no edge above is on the same player.
        let isFirst: Bool
    }

    /// - Parameters:
    ///   - only: leaves that are looked at, by place among the ensemble's nodes; `nil` for all.
    ///   - thresholds: by feature, of the group of trees that rows are coded for.
    init(
        _ ensemble: TreeEnsemble, _ tree: TreeEnsemble.Tree, players: [Int32], explained: [Int], thresholds: [[Double]], only: Set<Int>?
    ) {
        score = Int(tree.score)
        let outputs = score < 0 ? explained : [0]
        outputCount = outputs.count
        let wanted = only.map { Self.nodes(ensemble, tree, to: $0) }

        /// By number: 0 is what lies above all.
        var inner: [AssayTreeEdge] = []
        var innerShares: [Share] = []
        var outer: [AssayTreeEdge] = []
        var outerShares: [Share] = []
        var nodes: [TreeEnsemble.Node] = []
        var leaves: [Double] = []
        var base = [Double](repeating: 0, count: outputs.count)
        var most = 1
        var open: [(node: Int, parent: Int32, test: Int, isLeft: Bool, covered: Double)] = [(Int(tree.root), 0, -1, false, 1)]
        while let (place, parent, test, isLeft, covered) = open.popLast() {
            let node = ensemble.nodes[place]
            if node.isLeaf {
                for (output, offset) in outputs.enumerated() { base[output] += covered * ensemble.leaves[Int(node.content) + offset] }
            }
            if test >= 0 {
                let player = players[Int(nodes[test].feature)]
                var previous = parent
                while previous > 0, inner[Int(previous) - 1].player != player { previous = inner[Int(previous) - 1].parent }
                let before = previous == 0 ? 1 : innerShares[Int(previous) - 1].after
                let after = nodes[test].cover > 0 ? before * (node.cover / nodes[test].cover) : 0
                let share = Share(before: before, after: after, isFirst: previous == 0)
                let edge = AssayTreeEdge(condition: Int32(test * 2 + (isLeft ? 1 : 0)), parent: parent, previous: previous, player: player)
                if node.isLeaf {
                    outer.append(edge)
                    outerShares.append(share)
                    leaves += outputs.map { ensemble.leaves[Int(node.content) + $0] }
                    var count = share.isFirst ? 1 : 0
                    var above = parent
                    while above > 0 {
                        if innerShares[Int(above) - 1].isFirst { count += 1 }
                        above = inner[Int(above) - 1].parent
                    }
                    most = max(most, count)
                } else {
                    inner.append(edge)
                    innerShares.append(share)
                }
            }
            // A tree that is one leaf attributes nothing.
            guard !node.isLeaf else { continue }
            let edge = test >= 0 ? Int32(inner.count) : 0
            nodes.append(node)
            for (child, goesLeft) in [(node.right, false), (node.left, true)] where wanted?.contains(Int(child)) ?? true {
                let share = node.cover > 0 ? ensemble.nodes[Int(child)].cover / node.cover : 0
                open.append((Int(child), edge, nodes.count - 1, goesLeft, covered * share))
            }
        }
        tests = nodes.map { NodeMasks.Test($0, thresholds) }
        self.inner = inner
        self.outer = outer
        self.leaves = leaves
        self.base = base
        let rule = GaussLegendre(count: (most + 1) / 2)
        pointCount = (rule.nodes.count + Self.vector - 1) / Self.vector * Self.vector
        (ratios, weights) = Self.tables(innerShares + outerShares, rule, pointCount: pointCount)
    }

    private static func tables(_ shares: [Share], _ rule: GaussLegendre, pointCount: Int) -> (ratios: [Double], weights: [Double]) {
        // What fills a vector up has no weight.
        var ratios = [Double](repeating: 1, count: shares.count * stateCount * pointCount)
        var weights = [Double](repeating: 0, count: (shares.count * 2 + 1) * pointCount)
        for (number, share) in shares.enumerated() {
            let (before, after) = (share.before, share.after)
            let missedAbove = before > 0 ? after / before : 0
            for (point, t) in rule.nodes.enumerated() {
                let met = number * stateCount * pointCount + point
                let missed = met + pointCount
                let old = before + t * (1 - before)
                ratios[met] = (after + t * (1 - after)) / old
                ratios[missed] = after * (1 - t) / old
                ratios[missed + pointCount] = missedAbove
                // (a − b) / factor, new less old; the old is nothing before the player's first condition.
                let oldPart = share.isFirst ? 0 : (1 - before) / old
                let place = number * 2 * pointCount + point
                weights[place] = rule.weights[point] * ((1 - after) / (after + t * (1 - after)) - oldPart)
                weights[place + pointCount] = rule.weights[point] * ((after > 0 ? -1 / (1 - t) : 0) - oldPart)
            }
        }
        return (ratios, weights)
    }

    /// The nodes on the ways to some leaves.
    static func nodes(_ ensemble: TreeEnsemble, _ tree: TreeEnsemble.Tree, to leaves: Set<Int>) -> Set<Int> {
        var parents: [Int: Int] = [:]
        var open = [Int(tree.root)]
        while let place = open.popLast() {
            let node = ensemble.nodes[place]
            guard !node.isLeaf else { continue }
            for child in [Int(node.left), Int(node.right)] {
                parents[child] = place
                open.append(child)
            }
        }
        var nodes: Set<Int> = [Int(tree.root)]
        for leaf in leaves {
            var place = leaf
            while nodes.insert(place).inserted, let parent = parents[place] { place = parent }
        }
        return nodes
    }

    /// Calls `body` with the walk as its inner loop takes it.
    private func withWalk(_ body: (AssayTreeWalk) -> Void) {
        inner.withUnsafeBufferPointer { inner in
            outer.withUnsafeBufferPointer { outer in
                ratios.withUnsafeBufferPointer { ratios in
                    weights.withUnsafeBufferPointer { weights in
                        leaves.withUnsafeBufferPointer { leaves in
                            body(
                                AssayTreeWalk(
                                    inner: inner.baseAddress, inner_count: inner.count, outer: outer.baseAddress, outer_count: outer.count,
                                    point_count: pointCount, output_count: outputCount, factors: ratios.baseAddress, weights: weights.baseAddress,
                                    leaves: leaves.baseAddress))
                        }
                    }
                }
            }
        }
    }

    /// Calls `body` with what adds the attributions of up to eight rows to `[row · rowStride + output · outputStride + player]`, given ``NodeMasks`` of the
    /// tests for these rows as numbers.
    func withWalk(
        rowStride: Int, outputStride: Int,
        _ body: (_ add: (_ masks: UnsafePointer<Int16>, _ rows: Int, _ target: UnsafeMutablePointer<Double>) -> Void) -> Void
    ) {
        withWalk { walk in
            withUnsafePointer(to: walk) { walk in
                withUnsafeTemporaryAllocation(of: Double.self, capacity: assay_tree_walk_scratch(walk)) { scratch in
                    guard let scratch = scratch.baseAddress else { return }
                    body { masks, rows, target in assay_tree_walk_add(walk, masks, rows, target, rowStride, outputStride, scratch) }
                }
            }
        }
    }
}
