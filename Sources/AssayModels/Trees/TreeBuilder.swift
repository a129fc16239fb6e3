package import AssayTerms

/// Collects the trees of one model while they are read.
package struct TreeBuilder {
    package private(set) var nodes: [TreeEnsemble.Node] = []
    package private(set) var trees: [TreeEnsemble.Tree] = []
    package private(set) var leaves: [Double] = []
    package private(set) var categories: [TreeEnsemble.Categories] = []
    private var linearLeaves: [TreeEnsemble.LinearLeaf] = []

    /// Nodes of all trees; beyond it a file is refused, as every node costs memory while the model is held.
    package static let nodeLimit = 50_000_000

    package init() {}

    /// One node as a file has it: places are the tree's own.
    package struct Source {
        package var isLeaf: Bool
        package var feature: Int64
        package var left: Int64
        package var right: Int64
        package var threshold: Double
        package var missingGoesLeft: Bool
        package var cover: Double
        /// Of a leaf: one, or one for each score.
        package var values: [Double] = []
        package var categories: TreeEnsemble.Categories?
        package var linear: TreeEnsemble.LinearLeaf?

        package init(leaf values: [Double], cover: Double, linear: TreeEnsemble.LinearLeaf? = nil) {
            self.linear = linear
            isLeaf = true
            feature = -1
            left = -1
            right = -1
            threshold = 0
            missingGoesLeft = false
            self.cover = cover
            self.values = values
        }

        package init(
            feature: Int64, left: Int64, right: Int64, threshold: Double, missingGoesLeft: Bool, cover: Double,
            categories: TreeEnsemble.Categories? = nil
        ) {
            isLeaf = false
            self.feature = feature
            self.left = left
            self.right = right
            self.threshold = threshold
            self.missingGoesLeft = missingGoesLeft
            self.cover = cover
            self.categories = categories
        }
    }

    /// A tree whose root is its first node.
    ///
    /// - Parameters:
    ///   - score: -1 where leaves have a value for each.
    ///   - file: for messages.
    /// - Throws: `.unreadable` for places outside, `.limitExceeded` beyond ``nodeLimit``.
    package mutating func add(_ source: [Source], score: Int, file: String) throws(AssayError) {
        do throws(AssayError) {
            try add(source, score: score)
        } catch {
            throw AssayError(error.code, "\(file): \(error.message)")
        }
    }

    package mutating func add(_ source: [Source], score: Int) throws(AssayError) {
        let number = trees.count
        guard !source.isEmpty else { throw AssayError(.unreadable, "tree \(number) has no nodes") }
        guard nodes.count + source.count <= Self.nodeLimit else {
            throw AssayError(.limitExceeded, "the model has more than \(Self.nodeLimit) nodes")
        }
        let start = nodes.count
        func place(_ index: Int64) throws(AssayError) -> Int32 {
            guard index >= 0, index < Int64(source.count) else { throw AssayError(.unreadable, "tree \(number) names a node that is not there") }
            return Int32(start + Int(index))
        }
        for node in source {
            if node.isLeaf {
                nodes.append(.leaf(cover: node.cover, content: Int32(clamping: leaves.count)))
                if node.linear != nil || !linearLeaves.isEmpty {
                    // Leaves before the first linear one are constant.
                    for value in leaves[linearLeaves.count...] { linearLeaves.append(.init(constant: value, terms: [])) }
                    linearLeaves.append(node.linear ?? .init(constant: node.values[0], terms: []))
                }
                leaves += node.values
                continue
            }
            guard let feature = Int32(exactly: node.feature), feature >= 0 else {
                throw AssayError(.unreadable, "tree \(number) splits on feature \(node.feature)")
            }
            var content: Int32 = -1
            if let set = node.categories {
                content = Int32(clamping: categories.count)
                categories.append(set)
            }
            nodes.append(
                TreeEnsemble.Node(
                    feature: feature, left: try place(node.left), right: try place(node.right), missingGoesLeft: node.missingGoesLeft,
                    threshold: node.threshold, cover: node.cover, content: content))
        }
        trees.append(TreeEnsemble.Tree(root: Int32(start), score: Int32(score)))
    }

    /// - Parameter file: for messages.
    package func ensemble(
        featureCount: Int, base: [Double], comparesInFloat: Bool, addsInFloat: Bool = false, zeroIsMissing: Set<Int32> = [], file: String
    ) throws(AssayError) -> TreeEnsemble {
        do throws(AssayError) {
            return try ensemble(
                featureCount: featureCount, base: base, comparesInFloat: comparesInFloat, addsInFloat: addsInFloat, zeroIsMissing: zeroIsMissing)
        } catch {
            throw AssayError(error.code, "\(file): \(error.message)")
        }
    }

    package func ensemble(
        featureCount: Int, base: [Double], comparesInFloat: Bool, addsInFloat: Bool = false, zeroIsMissing: Set<Int32> = [],
        addsBaseLast: Bool = false
    ) throws(AssayError) -> TreeEnsemble {
        try TreeEnsemble(
            featureCount: featureCount, nodes: nodes, trees: trees, leaves: leaves, categories: categories, base: base,
            comparesInFloat: comparesInFloat, addsInFloat: addsInFloat, zeroIsMissing: zeroIsMissing, linearLeaves: linearLeaves,
            addsBaseLast: addsBaseLast)
    }
}
