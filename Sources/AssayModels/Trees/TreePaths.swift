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
    /// By tree, the inner nodes of its longest way.
    private let depths: [Int]
    private let featureCount: Int
    private let scores: [Int]
    private let leaves: [Double]
    private let categories: [TreeEnsemble.Categories]

    init(_ ensemble: TreeEnsemble) {
        var nodes: [Node] = []
        var contents: [Int32] = []
        nodes.reserveCapacity(ensemble.nodes.count)
        contents.reserveCapacity(ensemble.nodes.count)
        var roots: [UInt32] = []
        var depths: [Int] = []
        for tree in ensemble.trees {
            var depth = 0
            roots.append(UInt32(nodes.count))
            nodes.append(Node(threshold: .infinity, child: UInt32(nodes.count), feature: 0))
            contents.append(-1)
            var open: [(source: Int32, place: Int, level: Int)] = [(tree.root, nodes.count - 1, 0)]
            while let (source, place, level) = open.popLast() {
                let node = ensemble.nodes[Int(source)]
                contents[place] = node.content
                depth = max(depth, level)
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
                open.append((node.right, child + 1, level + 1))
                open.append((node.left, child, level + 1))
            }
            depths.append(depth)
        }
        self.nodes = nodes
        self.contents = contents
        self.roots = roots
        self.depths = depths
        featureCount = ensemble.featureCount
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
            let start = EightPlaces(repeating: roots[tree])
            let isPlain = categories.isEmpty && !rows.hasMissing
            var row = 0
            while row + 8 <= rows.rowCount {
                let ends = walk(start, values + row * rows.featureCount, step: rows.featureCount, depth: depths[tree], isPlain: isPlain)
                ends.forEach { lane, place in add(tree, place, sums + (row + lane) * count, count, inFloat) }
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
        // Whether nothing can be asked of the values but whether they are above a threshold. A sum is missing where one of its terms is.
        let isPlain = categories.isEmpty && !UnsafeBufferPointer(start: values, count: featureCount).reduce(0, +).isNaN
        var tree = 0
        while tree + 8 <= roots.count {
            let starts = EightPlaces { roots[tree + $0] }
            var depth = 0
            for lane in 0..<8 { depth = max(depth, depths[tree + lane]) }
            let ends = walk(starts, values, step: 0, depth: depth, isPlain: isPlain)
            ends.forEach { lane, place in add(tree + lane, place, sums, count, inFloat) }
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
            guard let nodes = nodes.baseAddress else { return Int(start) }
            var place = start
            while true {
                let next = step(nodes, place, values)
                if next == place { return Int(place) }
                place = next
            }
        }
    }

    /// - Parameters:
    ///   - step: from one lane's values to the next's.
    ///   - depth: inner nodes of the longest way there is.
    @inline(__always) private func walk(
        _ starts: EightPlaces, _ values: UnsafePointer<Double>, step: Int, depth: Int, isPlain: Bool
    ) -> EightPlaces {
        nodes.withUnsafeBufferPointer { nodes in
            guard let nodes = nodes.baseAddress else { return starts }
            var places = starts
            guard isPlain else {
                while places.advance({ self.step(nodes, $1, values + $0 * step) }) {}
                return places
            }
            // Most ways end near each other, and to ask each time whether all have costs more than to stay in a leaf.
            for _ in 0..<min(depth, Self.unasked) { _ = places.advance { Self.plainStep(nodes, $1, values + $0 * step) } }
            if depth > Self.unasked { while places.advance({ Self.plainStep(nodes, $1, values + $0 * step) }) {} }
            return places
        }
    }

    /// Steps before a walk asks whether it is at its end.
    private static let unasked = 8

    /// A step where no value is missing and no node has categories.
    @inline(__always) private static func plainStep(
        _ nodes: UnsafePointer<Node>, _ place: UInt32, _ values: UnsafePointer<Double>
    ) -> UInt32 {
        let node = nodes + Int(place)
        return node.pointee.child &+ (values[Int(node.pointee.feature & ~missingGoesRight)] > node.pointee.threshold ? 1 : 0)
    }

    @inline(__always) private func step(_ nodes: UnsafePointer<Node>, _ place: UInt32, _ values: UnsafePointer<Double>) -> UInt32 {
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
