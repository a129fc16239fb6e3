import AssayModels

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
    private typealias Lanes = SIMD4<Double>

    let score: Int
    /// How the inner nodes on the ways are asked.
    let tests: [NodeMasks.Test]
    /// What these leaves add to each output before anything is known of a row.
    let base: [Double]
    private let edges: [Edge]
    private let leaves: [Double]
    private let outputCount: Int
    /// Nodes of the integral, filled up to whole vectors.
    private let pointCount: Int
    /// `[(edge · 2 + state) · points + point]`, the state 0 where conditions are met and 1 where the last one is not.
    private let ratios: [Double]
    private let weights: [Double]

    private struct Edge: Sendable {
        /// The node that is left, by place among the tests, twice; and one for its left edge.
        var condition: Int32
        /// The edge above; -1 for none.
        var parent: Int32
        /// The nearest edge above on the same player; -1 for none.
        var previous: Int32
        var player: Int32
        /// The leaf's values; -1 where the edge leads to a node.
        var leaf: Int32
        /// The ratio where conditions were not met before.
        var missed: Double
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

        var edges: [Edge] = []
        /// Of each edge the shares before and after it, and whether it is its player's first.
        var shares: [(before: Double, after: Double, isFirst: Bool)] = []
        var inner: [TreeEnsemble.Node] = []
        var leaves: [Double] = []
        var base = [Double](repeating: 0, count: outputs.count)
        var most = 1
        var open: [(node: Int, parent: Int32, test: Int, isLeft: Bool, covered: Double)] = [(Int(tree.root), -1, -1, false, 1)]
        while let (place, parent, test, isLeft, covered) = open.popLast() {
            let node = ensemble.nodes[place]
            var edge = parent
            if test >= 0 {
                let player = players[Int(inner[test].feature)]
                var previous = parent
                while previous >= 0, edges[Int(previous)].player != player { previous = edges[Int(previous)].parent }
                let before = previous < 0 ? 1 : shares[Int(previous)].after
                let after = inner[test].cover > 0 ? before * (node.cover / inner[test].cover) : 0
                edge = Int32(edges.count)
                edges.append(
                    Edge(
                        condition: Int32(test * 2 + (isLeft ? 1 : 0)), parent: parent, previous: previous, player: player, leaf: -1,
                        missed: before > 0 ? after / before : 0))
                shares.append((before, after, previous < 0))
            }
            if node.isLeaf {
                for (output, offset) in outputs.enumerated() { base[output] += covered * ensemble.leaves[Int(node.content) + offset] }
                // A tree that is one leaf attributes nothing.
                guard edge >= 0 else { continue }
                edges[Int(edge)].leaf = Int32(leaves.count)
                leaves += outputs.map { ensemble.leaves[Int(node.content) + $0] }
                var count = 0
                var above = edge
                while above >= 0 {
                    if shares[Int(above)].isFirst { count += 1 }
                    above = edges[Int(above)].parent
                }
                most = max(most, count)
                continue
            }
            inner.append(node)
            for (child, goesLeft) in [(node.right, false), (node.left, true)] where wanted?.contains(Int(child)) ?? true {
                let share = node.cover > 0 ? ensemble.nodes[Int(child)].cover / node.cover : 0
                open.append((Int(child), edge, inner.count - 1, goesLeft, covered * share))
            }
        }
        tests = inner.map { NodeMasks.Test($0, thresholds) }
        self.edges = edges
        self.leaves = leaves
        self.base = base

        let rule = GaussLegendre(count: (most + 1) / 2)
        let width = Lanes.scalarCount
        pointCount = (rule.nodes.count + width - 1) / width * width
        // What fills a vector up has no weight.
        var ratios = [Double](repeating: 1, count: edges.count * 2 * pointCount)
        var weights = [Double](repeating: 0, count: edges.count * 2 * pointCount)
        for (number, share) in shares.enumerated() {
            let (before, after) = (share.before, share.after)
            for (point, t) in rule.nodes.enumerated() {
                let met = number * 2 * pointCount + point
                let missed = met + pointCount
                let old = before + t * (1 - before)
                ratios[met] = (after + t * (1 - after)) / old
                ratios[missed] = after * (1 - t) / old
                // (a − b) / factor, new less old; the old is nothing before the player's first condition.
                let oldPart = share.isFirst ? 0 : (1 - before) / old
                weights[met] = rule.weights[point] * ((1 - after) / (after + t * (1 - after)) - oldPart)
                weights[missed] = rule.weights[point] * ((after > 0 ? -1 / (1 - t) : 0) - oldPart)
            }
        }
        self.ratios = ratios
        self.weights = weights
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

    /// Doubles that ``add(_:lane:to:stride:scratch:)`` works in.
    var scratchCount: Int { edges.count * (pointCount * (1 + outputCount) + 1) + pointCount }

    /// Adds one row's attributions to `attributions[output · stride + player]`.
    ///
    /// - Parameters:
    ///   - masks: ``NodeMasks`` of the tests for eight rows, as numbers; `lane` is the row's.
    ///   - scratch: ``scratchCount`` doubles, whatever they hold.
    func add(
        masks: UnsafePointer<Int16>, lane: Int, to attributions: UnsafeMutablePointer<Double>, stride: Int, scratch: UnsafeMutablePointer<Double>
    ) {
        let points = pointCount
        let outputs = outputCount
        let size = edges.count * points
        let products = scratch
        let sums = scratch + size
        let ones = sums + size * outputs
        /// 0 met, 1 just missed, 2 missed before.
        let states = ones + points
        for point in 0..<points { ones[point] = 1 }
        edges.withUnsafeBufferPointer { edges in
            ratios.withUnsafeBufferPointer { ratios in
                weights.withUnsafeBufferPointer { weights in
                    leaves.withUnsafeBufferPointer { leaves in
                        guard let edges = edges.baseAddress, let ratios = ratios.baseAddress, let weights = weights.baseAddress,
                            let leaves = leaves.baseAddress
                        else { return }
                        let count = size / points
                        for number in 0..<count {
                            let edge = edges[number]
                            let goesLeft = masks[Int(edge.condition >> 1) * NodeMasks.Lanes.scalarCount + lane] != 0
                            let isMet = goesLeft == (edge.condition & 1 == 1)
                            let wasMet = edge.previous < 0 || states[Int(edge.previous)] == 0
                            states[number] = wasMet ? (isMet ? 0 : 1) : 2
                            let above = UnsafePointer(edge.parent < 0 ? ones : products + Int(edge.parent) * points)
                            let own = products + number * points
                            if wasMet {
                                Self.multiply(above, ratios + (number * 2 + (isMet ? 0 : 1)) * points, points, into: own)
                            } else {
                                Self.scale(above, by: edge.missed, points, into: own)
                            }
                            for output in 0..<outputs {
                                let value = edge.leaf < 0 ? 0 : leaves[Int(edge.leaf) + output]
                                Self.scale(UnsafePointer(own), by: value, points, into: sums + output * size + number * points)
                            }
                        }
                        for number in (0..<count).reversed() {
                            let edge = edges[number]
                            let state = states[number]
                            for output in 0..<outputs {
                                let own = sums + output * size + number * points
                                if state < 2 {
                                    attributions[output * stride + Int(edge.player)] +=
                                        Self.product(UnsafePointer(own), weights + (number * 2 + Int(state)) * points, points)
                                }
                                if edge.parent >= 0 { Self.add(UnsafePointer(own), points, to: sums + output * size + Int(edge.parent) * points) }
                            }
                        }
                    }
                }
            }
        }
    }

    @inline(__always) private static func load(_ pointer: UnsafePointer<Double>, _ place: Int) -> Lanes {
        UnsafeRawPointer(pointer + place).loadUnaligned(as: Lanes.self)
    }

    @inline(__always) private static func store(_ lanes: Lanes, _ pointer: UnsafeMutablePointer<Double>, _ place: Int) {
        UnsafeMutableRawPointer(pointer + place).storeBytes(of: lanes, as: Lanes.self)
    }

    @inline(__always) private static func multiply(
        _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>, _ count: Int, into result: UnsafeMutablePointer<Double>
    ) {
        for place in Swift.stride(from: 0, to: count, by: 4) { store(load(left, place) * load(right, place), result, place) }
    }

    @inline(__always) private static func scale(
        _ values: UnsafePointer<Double>, by factor: Double, _ count: Int, into result: UnsafeMutablePointer<Double>
    ) {
        let factors = Lanes(repeating: factor)
        for place in Swift.stride(from: 0, to: count, by: 4) { store(load(values, place) * factors, result, place) }
    }

    @inline(__always) private static func add(_ values: UnsafePointer<Double>, _ count: Int, to result: UnsafeMutablePointer<Double>) {
        for place in Swift.stride(from: 0, to: count, by: 4) { store(load(UnsafePointer(result), place) + load(values, place), result, place) }
    }

    @inline(__always) private static func product(_ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>, _ count: Int) -> Double {
        var sum = load(left, 0) * load(right, 0)
        for place in Swift.stride(from: 4, to: count, by: 4) { sum += load(left, place) * load(right, place) }
        return (sum[0] + sum[2]) + (sum[1] + sum[3])
    }
}
