import AssayTerms

/// The nodes of `TreeEnsembleClassifier`, `TreeEnsembleRegressor` and `TreeEnsemble` in one form.
struct ONNXTreeNodes: Sendable {
    enum Mode: Hashable, Sendable {
        case atMost, below, atLeast, above, equal, notEqual, leaf
        /// One of a set's values.
        case member([Double])
    }

    struct Node: Sendable {
        var feature: Int64
        var mode: Mode
        var value: Double
        /// Places among the tree's nodes.
        var whenTrue: Int
        var whenFalse: Int
        var missingIsTrue: Bool
        /// Of a leaf: what it adds to which score, in the file's order.
        var weights: [(score: Int, value: Double)]
    }

    /// A tree's root is its first node.
    private(set) var trees: [[Node]] = []
    private(set) var scoreCount: Int
    /// Whether thresholds and weights are 64-bit numbers.
    private(set) var isDouble = false
    private(set) var base: [Double] = []
    private(set) var allWeightsArePositive = true
    /// Whether every node has one parent; converters let several nodes lead to one.
    private(set) var areTrees = true
    /// Comparisons on the longest ways of all trees together.
    private(set) var rowWork = 0

    /// Numbers of a list of floats, or of a tensor under the same name with `_as_tensor`.
    private static func numbers(_ node: ONNXNode, _ name: String, _ isDouble: inout Bool) throws(AssayError) -> [Double] {
        guard let tensor = try node.tensor("\(name)_as_tensor") else { return try node.floats(name).map { Double($0) } }
        guard let values = tensor.doubles else { throw node.damaged("has \(name) that are no numbers") }
        if case .doubles = tensor.values { isDouble = true }
        return values
    }

    /// The two operators of versions 1 and 3: parallel lists by node and by weight.
    init(_ node: ONNXNode, scoreCount: Int, targets: String) throws(AssayError) {
        self.scoreCount = scoreCount
        let ids = try node.integers("nodes_nodeids")
        let owners = try node.integers("nodes_treeids")
        let features = try node.integers("nodes_featureids")
        let modes = try node.texts("nodes_modes")
        let yes = try node.integers("nodes_truenodeids")
        let no = try node.integers("nodes_falsenodeids")
        let tracks = try node.integers("nodes_missing_value_tracks_true")
        let values = try Self.numbers(node, "nodes_values", &isDouble)
        let weights = try Self.numbers(node, "\(targets)_weights", &isDouble)
        base = try Self.numbers(node, "base_values", &isDouble)
        guard !ids.isEmpty, [owners.count, features.count, modes.count, yes.count, no.count, values.count].allSatisfy({ $0 == ids.count }),
            tracks.isEmpty || tracks.count == ids.count
        else { throw node.damaged("has lists of nodes of different lengths") }
        // A node's place by its tree's and its own number.
        var starts: [Int64: Int] = [:]
        var places: [[Int64: Int]] = []
        var order: [(tree: Int, place: Int)] = []
        order.reserveCapacity(ids.count)
        var last: Int64?
        for index in ids.indices {
            if last != owners[index] {
                guard starts.updateValue(places.count, forKey: owners[index]) == nil else {
                    throw node.damaged("lists the nodes of tree \(owners[index]) apart from each other")
                }
                places.append([:])
                trees.append([])
                last = owners[index]
            }
            let tree = places.count - 1
            guard places[tree].updateValue(trees[tree].count, forKey: ids[index]) == nil else {
                throw node.damaged("has node \(ids[index]) of tree \(owners[index]) twice")
            }
            order.append((tree, trees[tree].count))
            trees[tree].append(
                Node(
                    feature: features[index], mode: try Self.mode(modes[index], node), value: values[index], whenTrue: -1, whenFalse: -1,
                    missingIsTrue: !tracks.isEmpty && tracks[index] == 1, weights: []))
        }
        for (index, (tree, place)) in order.enumerated() where trees[tree][place].mode != .leaf {
            guard let first = places[tree][yes[index]], let second = places[tree][no[index]] else {
                throw node.damaged("has node \(ids[index]) of tree \(owners[index]) leading to one that is not there")
            }
            trees[tree][place].whenTrue = first
            trees[tree][place].whenFalse = second
        }
        let scores = try node.integers("\(targets)_ids")
        let weightTrees = try node.integers("\(targets)_treeids")
        let weightNodes = try node.integers("\(targets)_nodeids")
        guard scores.count == weights.count, weightTrees.count == weights.count, weightNodes.count == weights.count else {
            throw node.damaged("has lists of weights of different lengths")
        }
        for index in weights.indices {
            guard let tree = starts[weightTrees[index]], let place = places[tree][weightNodes[index]] else {
                throw node.damaged("has a weight of a node that is not there")
            }
            guard scores[index] >= 0, scores[index] < Int64(scoreCount) else {
                throw node.damaged("has a weight for \(targets) \(scores[index]) of \(scoreCount)")
            }
            trees[tree][place].weights.append((Int(scores[index]), weights[index]))
            if weights[index] < 0 { allWeightsArePositive = false }
        }
        joinQuestions()
        try check(node)
    }

    /// `TreeEnsemble` of version 5: nodes in one list, leaves in another.
    init(ensemble node: ONNXNode) throws(AssayError) {
        scoreCount = Int(clamping: try node.integer("n_targets") ?? 0)
        guard (1...100_000).contains(scoreCount) else { throw node.damaged("has \(scoreCount) targets") }
        func numbers(_ name: String) throws(AssayError) -> [Double] {
            guard let tensor = try node.tensor(name) else { return [] }
            guard let values = tensor.doubles else { throw node.damaged("has \(name) that are no numbers") }
            return values
        }
        if case .doubles? = try node.tensor("leaf_weights")?.values { isDouble = true }
        let splits = try numbers("nodes_splits")
        let modes = try numbers("nodes_modes").map { Int(exactly: $0) ?? -1 }
        let features = try node.integers("nodes_featureids")
        let (yes, no) = (try node.integers("nodes_truenodeids"), try node.integers("nodes_falsenodeids"))
        let (yesIsLeaf, noIsLeaf) = (try node.integers("nodes_trueleafs"), try node.integers("nodes_falseleafs"))
        let tracks = try node.integers("nodes_missing_value_tracks_true")
        let roots = try node.integers("tree_roots")
        let (targets, weights) = (try node.integers("leaf_targetids"), try numbers("leaf_weights"))
        let count = modes.count
        guard [splits.count, features.count, yes.count, no.count, yesIsLeaf.count, noIsLeaf.count].allSatisfy({ $0 == count }),
            tracks.isEmpty || tracks.count == count, targets.count == weights.count, !roots.isEmpty
        else { throw node.damaged("has lists of nodes of different lengths") }
        // Sets stand one after another, each ended by NaN, for the nodes that ask for membership.
        var sets = try numbers("membership_values").split(omittingEmptySubsequences: false, whereSeparator: \.isNaN)[...]
        var members = [[Double]](repeating: [], count: count)
        for index in modes.indices where modes[index] == 6 {
            guard let set = sets.popFirst() else { throw node.damaged("has a node that asks for membership without its set") }
            members[index] = Array(set)
        }
        var used = 0
        for root in roots {
            var tree: [Node] = []
            func leaf(_ index: Int64) throws(AssayError) -> Node {
                guard index >= 0, index < Int64(targets.count), targets[Int(index)] >= 0, targets[Int(index)] < Int64(scoreCount) else {
                    throw node.damaged("has a leaf that is not there or adds to no target")
                }
                return Node(
                    feature: 0, mode: .leaf, value: 0, whenTrue: -1, whenFalse: -1, missingIsTrue: false,
                    weights: [(Int(targets[Int(index)]), weights[Int(index)])])
            }
            var open: [(source: Int64, isLeaf: Bool, parent: Int, isTrue: Bool)] = [(root, false, -1, false)]
            while let next = open.popLast() {
                used += 1
                guard used <= 2 * (count + targets.count) + roots.count else { throw node.damaged("comes to a node twice") }
                if next.parent >= 0 {
                    if next.isTrue { tree[next.parent].whenTrue = tree.count } else { tree[next.parent].whenFalse = tree.count }
                }
                if next.isLeaf {
                    tree.append(try leaf(next.source))
                    continue
                }
                guard next.source >= 0, next.source < Int64(count) else { throw node.damaged("has a node that is not there") }
                let index = Int(next.source)
                // A tree of one leaf is a node whose ways lead to the same.
                if next.parent < 0, yesIsLeaf[index] != 0, noIsLeaf[index] != 0, yes[index] == no[index] {
                    tree.append(try leaf(yes[index]))
                    continue
                }
                let names: [Mode] = [.atMost, .below, .atLeast, .above, .equal, .notEqual, .member(members[index])]
                guard names.indices.contains(modes[index]) else { throw node.unsupported("has a node of mode \(modes[index])") }
                tree.append(
                    Node(
                        feature: features[index], mode: names[modes[index]], value: splits[index], whenTrue: -1, whenFalse: -1,
                        missingIsTrue: !tracks.isEmpty && tracks[index] == 1, weights: []))
                open.append((no[index], noIsLeaf[index] != 0, tree.count - 1, false))
                open.append((yes[index], yesIsLeaf[index] != 0, tree.count - 1, true))
            }
            trees.append(tree)
        }
        try check(node)
    }

    private static func mode(_ word: Text, _ node: ONNXNode) throws(AssayError) -> Mode {
        switch word.string {
        case "BRANCH_LEQ": return .atMost
        case "BRANCH_LT": return .below
        case "BRANCH_GTE": return .atLeast
        case "BRANCH_GT": return .above
        case "BRANCH_EQ": return .equal
        case "BRANCH_NEQ": return .notEqual
        case "LEAF": return .leaf
        default: throw node.unsupported("has a node of mode '\(word.string.prefix(40))'")
        }
    }

    /// Nodes that ask one after another for single values of a feature, and lead to one place where it is one of them, become a question for the set.
    private mutating func joinQuestions() {
        for tree in trees.indices {
            // Chains that share their ends could be followed again and again.
            var budget = 16 * trees[tree].count
            for place in trees[tree].indices where budget > 0 {
                guard case .equal = trees[tree][place].mode else { continue }
                let first = trees[tree][place]
                var values = [first.value]
                var next = first.whenFalse
                while values.count < min(4096, trees[tree].count) {
                    let other = trees[tree][next]
                    guard other.mode == .equal, other.feature == first.feature, other.whenTrue == first.whenTrue, other.missingIsTrue == first.missingIsTrue
                    else { break }
                    values.append(other.value)
                    next = other.whenFalse
                }
                budget -= values.count
                guard values.count > 1 else { continue }
                trees[tree][place].mode = .member(values)
                trees[tree][place].whenFalse = next
            }
        }
    }

    /// No walk comes to where it has been, so that walks end; numbers are numbers.
    private mutating func check(_ node: ONNXNode) throws(AssayError) {
        guard base.allSatisfy(\.isFinite) else { throw node.damaged("has a base value that is no finite number") }
        for (number, tree) in trees.enumerated() {
            // Also of nodes that no way leads to: what is said of a model's width counts them.
            for one in tree where one.mode != .leaf && !(0..<1_000_000).contains(one.feature) {
                throw node.damaged("splits on feature \(one.feature) in tree \(number)")
            }
            // 1 while the ways from a node are followed, 2 once they are.
            var states = [UInt8](repeating: 0, count: tree.count)
            var lengths = [Int](repeating: 1, count: tree.count)
            var open = [(place: 0, isDone: false)]
            while let (place, isDone) = open.popLast() {
                if isDone {
                    states[place] = 2
                    if tree[place].mode == .leaf { continue }
                    if case .member(let values) = tree[place].mode { lengths[place] += values.count }
                    lengths[place] += max(lengths[tree[place].whenTrue], lengths[tree[place].whenFalse])
                    continue
                }
                guard states[place] != 1 else { throw node.damaged("comes to a node of tree \(number) again from itself") }
                if states[place] == 2 {
                    areTrees = false
                    continue
                }
                states[place] = 1
                open.append((place, true))
                let one = tree[place]
                guard one.weights.allSatisfy({ $0.value.isFinite }) else { throw node.damaged("has a weight that is no finite number") }
                if one.mode == .leaf { continue }
                guard !one.value.isNaN || one.mode != .atMost else { throw node.damaged("splits on what is no number in tree \(number)") }
                open.append((one.whenFalse, false))
                open.append((one.whenTrue, false))
            }
            rowWork += lengths.first ?? 0
        }
    }

    /// One more than the last feature that is asked about.
    var width: Int { Int(trees.lazy.flatMap { $0 }.filter { $0.mode != .leaf }.map(\.feature).max() ?? -1) + 1 }
}
