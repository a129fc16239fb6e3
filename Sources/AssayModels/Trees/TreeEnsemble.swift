package import AssayTerms

/// Decision trees over a graph's features whose leaves add up to scores.
///
/// Score k of a row is `base[k] + Σ over trees that belong to k of the reached leaf`, added in the trees' order. All libraries' rules are
/// written in one form, *left where value ≤ threshold*, and hold to the bit: a library that compares with `<` in 32 bits has the next smaller
/// 32-bit number as threshold, and ``comparesInFloat`` rounds values first.
package struct TreeEnsemble: Sendable {
    package struct Node: Sendable {
        /// The place of the feature among the graph's features; -1 in a leaf.
        package var feature: Int32
        /// Places among the ensemble's nodes.
        package var left: Int32
        package var right: Int32
        /// Where a row without a value goes.
        package var missingGoesLeft: Bool
        /// Left where the value is at most this. In a node with categories unused.
        package var threshold: Double
        /// The weight of the training rows that came here.
        package var cover: Double
        /// The leaf's place among values, or the place of a node's categories; -1 for neither.
        package var content: Int32

        package init(
            feature: Int32, left: Int32, right: Int32, missingGoesLeft: Bool, threshold: Double, cover: Double, content: Int32 = -1
        ) {
            self.feature = feature
            self.left = left
            self.right = right
            self.missingGoesLeft = missingGoesLeft
            self.threshold = threshold
            self.cover = cover
            self.content = content
        }

        package static func leaf(cover: Double, content: Int32) -> Node {
            Node(feature: -1, left: -1, right: -1, missingGoesLeft: false, threshold: 0, cover: cover, content: content)
        }

        package var isLeaf: Bool { feature < 0 }
        package var isCategorical: Bool { feature >= 0 && content >= 0 }
    }

    /// Which whole numbers go left at a node. A value that is none of them, and one beyond the set's words, goes right.
    package struct Categories: Hashable, Sendable {
        /// Bit c of the words is category c.
        package var words: [UInt64]
        /// Where a value goes that is negative or beyond every word; XGBoost has it go left.
        package var otherGoesLeft: Bool
        /// Whether a value above -1 is cut to a whole number before it is asked whether it is negative, as LightGBM does.
        package var cutsFirst: Bool
        /// Whether a value between two whole numbers is none of them; without, it is the lower one.
        package var takesWholeOnly: Bool

        package init(words: [UInt64], otherGoesLeft: Bool = false, cutsFirst: Bool = false, takesWholeOnly: Bool = false) {
            self.takesWholeOnly = takesWholeOnly
            self.words = words
            self.otherGoesLeft = otherGoesLeft
            self.cutsFirst = cutsFirst
        }

        package func contains(_ value: Double) -> Bool {
            guard value >= 0 || (cutsFirst && value > -1), value < Double(words.count * 64) else { return otherGoesLeft }
            let code = Int(value)
            if takesWholeOnly, Double(code) != value { return otherGoesLeft }
            return words[code >> 6] >> UInt64(code & 63) & 1 == 1
        }
    }

    /// What a leaf adds that is linear in some features: `constant + Σ coefficient · value` in the terms' order; the leaf's own number for a row in
    /// which one of these features is missing.
    package struct LinearLeaf: Hashable, Sendable {
        package struct Term: Hashable, Sendable {
            package var feature: Int32
            package var coefficient: Double

            package init(feature: Int32, coefficient: Double) {
                self.feature = feature
                self.coefficient = coefficient
            }
        }

        package var constant: Double
        package var terms: [Term]

        package init(constant: Double, terms: [Term]) {
            self.constant = constant
            self.terms = terms
        }
    }

    package struct Tree: Sendable {
        package var root: Int32
        /// The score its leaves add to; -1 where a leaf has a value for each score.
        package var score: Int32

        package init(root: Int32, score: Int32) {
            self.root = root
            self.score = score
        }
    }

    package let featureCount: Int
    package let nodes: [Node]
    package let trees: [Tree]
    /// Leaves' values: one each, or one for each score where a tree's ``Tree/score`` is -1.
    package let leaves: [Double]
    package let categories: [Categories]
    package let base: [Double]
    /// Whether values are rounded to 32 bits before they are compared.
    package let comparesInFloat: Bool
    /// Whether sums are rounded to 32 bits after each tree, as a library that adds in 32 bits has them. Leaves and base are 32-bit numbers then.
    package let addsInFloat: Bool
    /// Whether the base is added after the trees and not before them.
    package let addsBaseLast: Bool
    /// Features whose zeros (at most 1e-35 in size) count as missing.
    package let zeroIsMissing: Set<Int32>
    /// By leaf's place among ``leaves``; empty where no leaf is linear.
    package let linearLeaves: [LinearLeaf]
    /// Nodes on the longest path, the leaf left out.
    package let depth: Int

    /// Checks what a hostile file could break: every place is inside, every node has one parent, numbers are numbers.
    ///
    /// - Throws: `.unreadable` naming the tree.
    package init(
        featureCount: Int, nodes: [Node], trees: [Tree], leaves: [Double], categories: [Categories] = [], base: [Double],
        comparesInFloat: Bool, addsInFloat: Bool = false, zeroIsMissing: Set<Int32> = [], linearLeaves: [LinearLeaf] = [],
        addsBaseLast: Bool = false
    ) throws(AssayError) {
        self.addsInFloat = addsInFloat
        self.addsBaseLast = addsBaseLast
        self.linearLeaves = linearLeaves
        self.featureCount = featureCount
        self.nodes = nodes
        self.trees = trees
        self.leaves = leaves
        self.categories = categories
        self.base = base
        self.comparesInFloat = comparesInFloat
        self.zeroIsMissing = zeroIsMissing
        guard !base.isEmpty, base.allSatisfy(\.isFinite), leaves.allSatisfy(\.isFinite) else {
            throw AssayError(.unreadable, "a leaf or base value is not a finite number")
        }
        guard linearLeaves.isEmpty || linearLeaves.count == leaves.count else {
            throw AssayError(.unreadable, "there are linear leaves for \(linearLeaves.count) of \(leaves.count) leaves")
        }
        for leaf in linearLeaves {
            guard leaf.constant.isFinite, leaf.terms.allSatisfy({ $0.coefficient.isFinite }) else {
                throw AssayError(.unreadable, "a linear leaf has a coefficient that is not a finite number")
            }
            guard leaf.terms.allSatisfy({ $0.feature >= 0 && $0.feature < featureCount }) else {
                throw AssayError(.unreadable, "a linear leaf names a feature that is not there")
            }
        }
        var hasParent = [Bool](repeating: false, count: nodes.count)
        var depth = 0
        for (number, tree) in trees.enumerated() {
            func damaged(_ why: String) -> AssayError { AssayError(.unreadable, "tree \(number) \(why)") }
            guard tree.score >= -1, Int(tree.score) < base.count else { throw damaged("belongs to a score that is not there") }
            var open: [(node: Int32, depth: Int)] = [(tree.root, 0)]
            while let (place, level) = open.popLast() {
                guard nodes.indices.contains(Int(place)) else { throw damaged("names a node that is not there") }
                guard !hasParent[Int(place)] else { throw damaged("comes to a node twice") }
                hasParent[Int(place)] = true
                let node = nodes[Int(place)]
                guard node.cover >= 0, node.cover.isFinite else { throw damaged("has a cover that is not a number of rows") }
                if node.isLeaf {
                    let width = tree.score < 0 ? base.count : 1
                    guard node.content >= 0, Int(node.content) + width <= leaves.count else { throw damaged("has a leaf without a value") }
                    continue
                }
                depth = max(depth, level + 1)
                guard node.feature < featureCount else { throw damaged("splits on feature \(node.feature) of \(featureCount)") }
                guard node.content < categories.count else { throw damaged("has a split on categories that are not there") }
                guard node.isCategorical || !node.threshold.isNaN else { throw damaged("has a threshold that is not a number") }
                open.append((node.right, level + 1))
                open.append((node.left, level + 1))
            }
        }
        self.depth = depth
    }

    package var scoreCount: Int { base.count }

    /// Every inner node of a tree.
    func forEachQuestion(of tree: Tree, _ body: (Node) -> Void) {
        var open = [tree.root]
        while let place = open.popLast() {
            let node = nodes[Int(place)]
            if node.isLeaf { continue }
            body(node)
            open.append(node.right)
            open.append(node.left)
        }
    }

    /// LightGBM's bound, a 32-bit number.
    private static let zero = Double(Float(1e-35))

    /// A value as nodes compare it; NaN where it counts as missing.
    package func prepared(_ value: Double, feature: Int32) -> Double {
        if !zeroIsMissing.isEmpty, zeroIsMissing.contains(feature), value.magnitude <= Self.zero { return .nan }
        return comparesInFloat ? Double(Float(value)) : value
    }

    /// Whether a prepared value goes left.
    package func goesLeft(_ value: Double, at node: Node) -> Bool {
        if value.isNaN { return node.missingGoesLeft }
        if node.isCategorical { return categories[Int(node.content)].contains(value) }
        return value <= node.threshold
    }

    /// The leaf that a row of prepared values comes to.
    package func leaf(of tree: Tree, _ values: UnsafePointer<Double>) -> Node {
        nodes.withUnsafeBufferPointer { nodes in
            var node = nodes[Int(tree.root)]
            while node.feature >= 0 {
                let value = values[Int(node.feature)]
                let isLeft =
                    if value.isNaN { node.missingGoesLeft } else if node.content >= 0 { categories[Int(node.content)].contains(value) } else {
                        value <= node.threshold
                    }
                node = nodes[Int(isLeft ? node.left : node.right)]
            }
            return node
        }
    }

    /// What a leaf adds to a row.
    package func value(ofLeaf place: Int, _ values: UnsafePointer<Double>) -> Double {
        guard !linearLeaves.isEmpty else { return leaves[place] }
        let leaf = linearLeaves[place]
        var sum = leaf.constant
        for term in leaf.terms {
            let value = values[Int(term.feature)]
            if value.isNaN { return leaves[place] }
            sum += term.coefficient * value
        }
        return sum
    }

    /// Whether every node says how many training rows came to it; without, only interventional explanations are possible.
    package var hasCovers: Bool {
        trees.allSatisfy { nodes[Int($0.root)].cover > 0 || nodes[Int($0.root)].isLeaf }
    }
}
