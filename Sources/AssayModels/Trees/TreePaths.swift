/// An ensemble's nodes in 16 bytes each, a node's children beside each other, for walks of eight rows through one tree or of one row through eight.
///
/// Eight steps are under way at once where one alone would wait for each load. A leaf leads to itself, so a walk needs no branch on whether it has ended.
struct TreePaths: Sendable {
    private struct Node {
        var threshold: Double
        /// The place of the left child; the right one's is the next.
        var child: UInt32
        /// The feature, ``missingGoesRight`` and ``isCategorical``.
        var feature: UInt32
    }

    private static let missingGoesRight: UInt32 = 1 << 31
    private static let isCategorical: UInt32 = 1 << 30

    private let nodes: [Node]
    /// Of a leaf its values' place, of a node with categories theirs.
    private let contents: [Int32]
    private let roots: [UInt32]
    private let scores: [Int]
    private let leaves: [Double]
    private let categories: [TreeEnsemble.Categories]

    init(_ ensemble: TreeEnsemble) {
        var nodes: [Node] = []
        var contents: [Int32] = []
        nodes.reserveCapacity(ensemble.nodes.count)
        contents.reserveCapacity(ensemble.nodes.count)
        var roots: [UInt32] = []
        for tree in ensemble.trees {
            roots.append(UInt32(nodes.count))
            nodes.append(Node(threshold: .infinity, child: UInt32(nodes.count), feature: 0))
            contents.append(-1)
            var open: [(source: Int32, place: Int)] = [(tree.root, nodes.count - 1)]
            while let (source, place) = open.popLast() {
                let node = ensemble.nodes[Int(source)]
                contents[place] = node.content
                guard !node.isLeaf else { continue }
                let child = nodes.count
                for next in [child, child + 1] {
                    nodes.append(Node(threshold: .infinity, child: UInt32(next), feature: 0))
                    contents.append(-1)
                }
                nodes[place] = Node(
                    threshold: node.threshold, child: UInt32(child),
                    feature: UInt32(node.feature) | (node.missingGoesLeft ? 0 : Self.missingGoesRight)
                        | (node.isCategorical ? Self.isCategorical : 0))
                open.append((node.right, child + 1))
                open.append((node.left, child))
            }
        }
        self.nodes = nodes
        self.contents = contents
        self.roots = roots
        scores = ensemble.trees.map { Int($0.score) }
        leaves = ensemble.leaves
        categories = ensemble.categories
    }

    /// Adds the leaves that a tree's rows come to.
    ///
    /// - Parameter sums: row by row, `count` scores each.
    func add(tree: Int, _ rows: FeatureRows, _ sums: UnsafeMutablePointer<Double>, _ count: Int, inFloat: Bool) {
        rows.values.withUnsafeBufferPointer { values in
            guard let values = values.baseAddress else { return }
            var row = 0
            while row + 8 <= rows.rowCount {
                let ends = walk(
                    SIMD8(repeating: roots[tree]), values + row * rows.featureCount, step: rows.featureCount)
                for lane in 0..<8 { add(tree, Int(ends[lane]), sums + (row + lane) * count, count, inFloat) }
                row += 8
            }
            while row < rows.rowCount {
                add(tree, walk(roots[tree], values + row * rows.featureCount), sums + row * count, count, inFloat)
                row += 1
            }
        }
    }

    /// One row through all trees, eight at a time.
    func addAll(_ values: UnsafePointer<Double>, _ sums: UnsafeMutablePointer<Double>, _ count: Int, inFloat: Bool) {
        var tree = 0
        while tree + 8 <= roots.count {
            var starts = SIMD8<UInt32>.zero
            for lane in 0..<8 { starts[lane] = roots[tree + lane] }
            let ends = walk(starts, values, step: 0)
            for lane in 0..<8 { add(tree + lane, Int(ends[lane]), sums, count, inFloat) }
            tree += 8
        }
        while tree < roots.count {
            add(tree, walk(roots[tree], values), sums, count, inFloat)
            tree += 1
        }
    }

    @inline(__always) private func add(
        _ tree: Int, _ place: Int, _ sums: UnsafeMutablePointer<Double>, _ count: Int, _ inFloat: Bool
    ) {
        let leaf = Int(contents[place])
        if scores[tree] >= 0 {
            let sum = sums[scores[tree]] + leaves[leaf]
            // Of two 32-bit numbers the sum in 64 bits, rounded, is their sum in 32.
            sums[scores[tree]] = inFloat ? Double(Float(sum)) : sum
        } else {
            for score in 0..<count {
                let sum = sums[score] + leaves[leaf + score]
                sums[score] = inFloat ? Double(Float(sum)) : sum
            }
        }
    }

    private func walk(_ start: UInt32, _ values: UnsafePointer<Double>) -> Int {
        nodes.withUnsafeBufferPointer { nodes in
            var place = start
            while true {
                let next = step(nodes, place, values)
                if next == place { return Int(place) }
                place = next
            }
        }
    }

    /// - Parameter step: from one lane's values to the next's.
    @inline(__always) private func walk(_ starts: SIMD8<UInt32>, _ values: UnsafePointer<Double>, step: Int) -> SIMD8<UInt32> {
        nodes.withUnsafeBufferPointer { nodes in
            var places = starts
            while true {
                var next = places
                for lane in 0..<8 { next[lane] = self.step(nodes, places[lane], values + lane * step) }
                if next == places { return places }
                places = next
            }
        }
    }

    @inline(__always) private func step(_ nodes: UnsafeBufferPointer<Node>, _ place: UInt32, _ values: UnsafePointer<Double>) -> UInt32 {
        let node = nodes[Int(place)]
        let value = values[Int(node.feature & ~(Self.missingGoesRight | Self.isCategorical))]
        if node.feature & Self.isCategorical != 0, !value.isNaN {
            return node.child + (categories[Int(contents[Int(place)])].contains(value) ? 0 : 1)
        }
        // A comparison with a missing value is false; a leaf's threshold is beyond all.
        let isAbove: UInt32 = value > node.threshold ? 1 : 0
        let isMissing: UInt32 = value.isNaN ? node.feature >> 31 : 0
        return node.child + (isAbove | isMissing)
    }
}
