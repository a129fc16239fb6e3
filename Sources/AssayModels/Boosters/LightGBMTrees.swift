import AssayTerms

/// The trees of a model of LightGBM's while they are read.
struct LightGBMTrees {
    private var builder = TreeBuilder()
    private let width: Int
    /// By feature how its nodes take what is missing.
    private var kinds: [Int64: Int64] = [:]
    private var isLinear = false

    /// Of `missing_type`.
    private static let zero: Int64 = 1
    private static let none: Int64 = 0

    init(width: Int) { self.width = width }

    mutating func ensemble(groups: Int, file: String) throws(AssayError) -> TreeEnsemble {
        let zeros = Set(kinds.filter { $0.value == Self.zero }.map { Int32($0.key) })
        guard zeros.isEmpty || !isLinear else {
            throw AssayError(.unsupported, "\(file) has linear trees and takes 0 as missing, which together are not supported")
        }
        return try builder.ensemble(
            featureCount: width, base: [Double](repeating: 0, count: groups), comparesInFloat: false, zeroIsMissing: zeros, file: file)
    }

    mutating func add(_ tree: LightGBMFields, score: Int) throws(AssayError) {
        let leafCount = try tree.count("num_leaves", limit: TreeBuilder.nodeLimit / 2)
        guard leafCount > 0 else { throw tree.damaged("has no leaves") }
        let inner = leafCount - 1
        let values = try tree.requiredNumbers("leaf_value", count: leafCount)
        let counts = try tree.numbers("leaf_count").flatMap { $0.count == leafCount ? $0 : nil }
        let linear = try linearLeaves(tree, count: leafCount)
        var nodes: [TreeBuilder.Source] = []
        nodes.reserveCapacity(inner + leafCount)
        if inner > 0 {
            let features = try tree.requiredIntegers("split_feature", count: inner)
            let thresholds = try tree.requiredNumbers("threshold", count: inner)
            let decisions = try tree.requiredIntegers("decision_type", count: inner)
            let left = try tree.requiredIntegers("left_child", count: inner)
            let right = try tree.requiredIntegers("right_child", count: inner)
            let covers = try tree.numbers("internal_count").flatMap { $0.count == inner ? $0 : nil }
            let sets = try categories(tree)
            for node in 0..<inner {
                guard (0..<Int64(width)).contains(features[node]) else {
                    throw tree.damaged("splits on feature \(features[node]) of \(width) at split_feature[\(node)]")
                }
                let (leftPlace, rightPlace) = (place(left[node], inner), place(right[node], inner))
                for (field, own) in [("left_child", leftPlace), ("right_child", rightPlace)] {
                    guard (0..<Int64(inner + leafCount)).contains(own) else { throw tree.damaged("names a node that is not there at \(field)[\(node)]") }
                }
                var source = TreeBuilder.Source(
                    feature: features[node], left: leftPlace, right: rightPlace, threshold: thresholds[node], missingGoesLeft: false,
                    cover: counts == nil ? 0 : covers?[node] ?? 0)
                if decisions[node] & 1 == 1 {
                    guard let set = Int(exactly: thresholds[node]), sets.indices.contains(set) else {
                        throw tree.damaged("has a split on categories that are not there at threshold[\(node)]")
                    }
                    source.categories = sets[set]
                    source.threshold = 0
                } else {
                    guard !thresholds[node].isNaN else { throw tree.damaged("has a threshold that is not a number at threshold[\(node)]") }
                    let kind = decisions[node] >> 2 & 3
                    guard kind < 3 else { throw tree.damaged("has an unknown kind of missing values at decision_type[\(node)]") }
                    if let other = kinds[features[node]], other != kind, other == Self.zero || kind == Self.zero {
                        throw tree.unsupported(
                            "takes 0 as missing in feature \(features[node]) where another node does not, which is not supported")
                    }
                    kinds[features[node]] = kind
                    source.missingGoesLeft = kind == Self.none ? 0 <= thresholds[node] : decisions[node] & 2 != 0
                }
                nodes.append(source)
            }
        }
        for leaf in 0..<leafCount {
            guard values[leaf].isFinite else { throw tree.damaged("has a leaf that is not a finite number at leaf_value[\(leaf)]") }
            nodes.append(TreeBuilder.Source(leaf: [values[leaf]], cover: counts?[leaf] ?? 0, linear: linear?[leaf]))
        }
        try builder.add(nodes, score: score, file: tree.file)
    }

    /// A child below zero is the leaf of its complement; leaves stand behind the inner nodes.
    private func place(_ child: Int64, _ inner: Int) -> Int64 { child < 0 ? Int64(inner) + ~child : child < Int64(inner) ? child : -1 }

    private func categories(_ tree: LightGBMFields) throws(AssayError) -> [TreeEnsemble.Categories] {
        let count = tree.has("num_cat") ? try tree.count("num_cat", limit: TreeBuilder.nodeLimit) : 0
        guard count > 0 else { return [] }
        let ends = try tree.requiredIntegers("cat_boundaries", count: count + 1)
        guard let words = try tree.integers("cat_threshold"), ends[0] == 0, ends[count] == Int64(words.count),
            zip(ends, ends.dropFirst()).allSatisfy({ $0 <= $1 }), words.allSatisfy({ (0...Int64(UInt32.max)).contains($0) })
        else { throw tree.damaged("has cat_boundaries that do not cut its cat_threshold") }
        return (0..<count).map { set in
            let own = words[Int(ends[set])..<Int(ends[set + 1])]
            var pairs = [UInt64](repeating: 0, count: (own.count + 1) / 2)
            for (place, word) in own.enumerated() { pairs[place / 2] |= UInt64(word) << UInt64(32 * (place % 2)) }
            return TreeEnsemble.Categories(words: pairs, otherGoesLeft: false, cutsFirst: true)
        }
    }

    private mutating func linearLeaves(_ tree: LightGBMFields, count: Int) throws(AssayError) -> [TreeEnsemble.LinearLeaf]? {
        guard tree.has("is_linear"), try tree.count("is_linear", limit: 1) == 1 else { return nil }
        isLinear = true
        let constants = try tree.requiredNumbers("leaf_const", count: count)
        let sizes = try tree.requiredIntegers("num_features", count: count)
        let features = try tree.integers("leaf_features") ?? []
        let coefficients = try tree.numbers("leaf_coeff", count: features.count) ?? []
        var leaves: [TreeEnsemble.LinearLeaf] = []
        var first = 0
        for leaf in 0..<count {
            guard sizes[leaf] >= 0, sizes[leaf] <= Int64(features.count - first) else {
                throw tree.damaged("has a leaf with more coefficients than there are at num_features[\(leaf)]")
            }
            let terms = first..<(first + Int(sizes[leaf]))
            guard constants[leaf].isFinite, coefficients[terms].allSatisfy(\.isFinite), features[terms].allSatisfy({ (0..<Int64(width)).contains($0) })
            else { throw tree.damaged("has a linear leaf \(leaf) of features or coefficients that are not there") }
            leaves.append(
                .init(constant: constants[leaf], terms: terms.map { .init(feature: Int32(features[$0]), coefficient: coefficients[$0]) }))
            first = terms.upperBound
        }
        guard first == features.count else { throw tree.damaged("has more leaf_features than its leaves have") }
        return leaves
    }
}
