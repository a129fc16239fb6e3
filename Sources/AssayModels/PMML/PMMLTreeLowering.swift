/// Writes documents' trees as a ``TreeEnsemble``'s, for explanations.
struct PMMLTreeLowering {
    private(set) var builder = TreeBuilder()
    /// The places of fields that are asked about, and the input column of each.
    private(set) var fields: [Int] = []
    private(set) var origins: [Int] = []
    private var features: [Int: Int] = [:]
    private var sources: [TreeBuilder.Source] = []
    private var depth = 0
    /// Questions above each other; deeper trees are explained by asking.
    private static let depthLimit = 400

    /// - Returns: whether the tree has such a form.
    mutating func add(_ tree: PMMLTree, weight: Double) -> Bool {
        guard case .always = tree.nodes[0].predicate else { return false }
        sources = []
        guard node(0, tree, weight) != nil else { return false }
        return (try? builder.add(sources, score: 0)) != nil
    }

    private mutating func leaf(_ score: PMMLValue, _ weight: Double) -> Int? {
        guard let number = score.number else { return nil }
        sources.append(TreeBuilder.Source(leaf: [weight * number], cover: 0))
        return sources.count - 1
    }

    /// The node's place among the sources.
    private mutating func node(_ place: Int, _ tree: PMMLTree, _ weight: Double) -> Int? {
        let own = tree.nodes[place]
        if own.children.isEmpty { return leaf(own.score, weight) }
        if let split = PMMLSplit(tree, own) {
            return question(
                field: split.field, origins: tree.origins[own.children[0]], threshold: split.threshold, categories: split.categories,
                missingGoesLeft: split.missingGoesLeft, left: { $0.node(split.left, tree, weight) }, right: { $0.node(split.right, tree, weight) })
        }
        // Which way a missing value goes is only known of a question with two sides.
        guard tree.whenMissing != .defaultChild else { return nil }
        return child(0, of: place, tree, weight)
    }

    /// The first child that holds from one on; with none of them the node's own score, where the tree says so.
    private mutating func child(_ index: Int, of place: Int, _ tree: PMMLTree, _ weight: Double) -> Int? {
        let own = tree.nodes[place]
        guard index < own.children.count else { return tree.returnsLast ? leaf(own.score, weight) : nil }
        let next = own.children[index]
        if case .always = tree.nodes[next].predicate { return node(next, tree, weight) }
        guard let asked = PMMLSplit.question(tree.nodes[next].predicate) else { return nil }
        return question(
            field: asked.field, origins: tree.origins[next], threshold: asked.threshold, categories: asked.categories, missingGoesLeft: false,
            left: { asked.isLeft ? $0.node(next, tree, weight) : $0.child(index + 1, of: place, tree, weight) },
            right: { asked.isLeft ? $0.child(index + 1, of: place, tree, weight) : $0.node(next, tree, weight) })
    }

    private mutating func question(
        field: Int, origins: Set<Int>, threshold: Double, categories: TreeEnsemble.Categories?, missingGoesLeft: Bool,
        left: (inout PMMLTreeLowering) -> Int?, right: (inout PMMLTreeLowering) -> Int?
    ) -> Int? {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit, origins.count == 1, let origin = origins.first, origin >= 0 else { return nil }
        let feature = features[field] ?? fields.count
        if feature == fields.count {
            features[field] = feature
            fields.append(field)
            self.origins.append(origin)
        }
        let place = sources.count
        sources.append(TreeBuilder.Source(leaf: [0], cover: 0))
        guard let yes = left(&self), let no = right(&self) else { return nil }
        sources[place] = TreeBuilder.Source(
            feature: Int64(feature), left: Int64(yes), right: Int64(no), threshold: threshold, missingGoesLeft: missingGoesLeft, cover: 0,
            categories: categories)
        return place
    }
}

/// A node's two children as one question.
struct PMMLSplit {
    let field: Int
    let threshold: Double
    let left: Int
    let right: Int
    let missingGoesLeft: Bool
    let categories: TreeEnsemble.Categories?

    /// `nil` where the children are not the two sides of one question.
    init?(_ tree: PMMLTree, _ node: PMMLTree.Node) {
        guard node.children.count == 2, tree.whenMissing != .defaultChild || node.defaultChild != nil else { return nil }
        let (a, b) = (node.children[0], node.children[1])
        // The second may be what is left; where a value is missing it would hold then, so that is no question of two sides.
        guard let first = Self.question(tree.nodes[a].predicate), let second = Self.question(tree.nodes[b].predicate), first.field == second.field,
            first.isOpposite(of: second)
        else { return nil }
        field = first.field
        let (yes, no) = first.isLeft ? (a, b) : (b, a)
        (left, right) = (yes, no)
        threshold = first.threshold
        categories = first.categories
        missingGoesLeft = node.defaultChild == left
    }

    struct Question {
        let field: Int
        /// Whether it holds on the left.
        let isLeft: Bool
        let threshold: Double
        var categories: TreeEnsemble.Categories?

        func isOpposite(of other: Question) -> Bool {
            isLeft != other.isLeft && threshold == other.threshold && categories == other.categories
        }
    }

    static func question(_ predicate: PMMLPredicate) -> Question? {
        switch predicate {
        case .compare(let field, let comparison, .number(let value)):
            switch comparison {
            case .lessOrEqual: return Question(field: field, isLeft: true, threshold: value)
            case .greaterThan: return Question(field: field, isLeft: false, threshold: value)
            case .lessThan: return Question(field: field, isLeft: true, threshold: value.nextDown)
            case .greaterOrEqual: return Question(field: field, isLeft: false, threshold: value.nextDown)
            case .equal, .notEqual: return set([.number(value)], field, comparison == .equal)
            }
        case .compare(let field, let comparison, let word): return set([word], field, comparison == .equal)
        case .isIn(let field, let values, let isIn): return set(values, field, isIn)
        default: return nil
        }
    }

    private static func set(_ values: Set<PMMLValue>, _ field: Int, _ isLeft: Bool) -> Question? {
        var codes: [Int] = []
        for value in values {
            switch value {
            case .word(let place) where place >= 0: codes.append(Int(place))
            case .number(let number):
                guard number >= 0, number < 4096, number == number.rounded() else { return nil }
                codes.append(Int(number))
            default: return nil
            }
        }
        guard let top = codes.max(), top < 1 << 20 else { return nil }
        var words = [UInt64](repeating: 0, count: top / 64 + 1)
        for code in codes { words[code / 64] |= 1 << UInt64(code % 64) }
        return Question(field: field, isLeft: isLeft, threshold: 0, categories: TreeEnsemble.Categories(words: words, takesWholeOnly: true))
    }
}
