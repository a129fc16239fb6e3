import AssayTerms

/// Adds up what a graph's trees give a row: by ``TreeScorer`` where one form holds all its nodes, else node by node.
///
/// Leaves are added in 32 bits in the trees' order, in 64 for an operator with 64-bit thresholds; base values come last.
///
/// - Source: ONNX Runtime 1.32, `core/providers/cpu/ml/tree_ensemble_common.h` and `tree_ensemble_aggregator.h`, with one thread.
struct ONNXTreeSums: Sendable {
    enum Aggregate: Sendable {
        case sum, average, least, greatest
    }

    /// A row's sums, and which of them some leaf has added to.
    struct Sums {
        /// Row by row, within it score by score.
        var values: [Double]
        var isSet: [Bool]
    }

    let nodes: ONNXTreeNodes
    private let aggregate: Aggregate
    private let features: Int
    private let base: [Double]
    /// `nil` where a node is of a kind that this form does not have.
    let ensemble: TreeEnsemble?
    private let scorer: TreeScorer?
    private let isSet: [Bool]

    /// - Parameter base: what is added last, one number for each score or none.
    init(_ nodes: ONNXTreeNodes, _ aggregate: Aggregate, features: Int, base: [Double], node: ONNXNode) throws(AssayError) {
        self.nodes = nodes
        self.aggregate = aggregate
        self.features = features
        self.base = base
        guard nodes.width <= features else { throw node.damaged("splits on feature \(nodes.width - 1) of \(features)") }
        // Of each tree: the scores that every leaf adds to, and those that some do.
        var always = [Bool](repeating: false, count: nodes.scoreCount)
        var some = always
        for tree in nodes.trees {
            var leaves = 0
            var counts: [Int: Int] = [:]
            for leaf in tree where leaf.mode == .leaf {
                leaves += 1
                for score in Set(leaf.weights.map(\.score)) {
                    counts[score, default: 0] += 1
                    some[score] = true
                }
            }
            for (score, count) in counts where count == leaves { always[score] = true }
        }
        isSet = always
        guard aggregate == .sum, always == some, nodes.areTrees else {
            (ensemble, scorer) = (nil, nil)
            return
        }
        ensemble = try Self.ensemble(nodes, features: features, base: base)
        scorer = ensemble.map { TreeScorer($0) }
    }

    // MARK: One form for all

    private static func ensemble(_ nodes: ONNXTreeNodes, features: Int, base: [Double]) throws(AssayError) -> TreeEnsemble? {
        var (numbers, weights) = (0, 0)
        var builder = TreeBuilder()
        for tree in nodes.trees {
            let scores = Set(tree.flatMap { $0.weights.map(\.score) })
            let single = scores.count == 1 && nodes.scoreCount > 1 ? scores.first : nodes.scoreCount == 1 ? 0 : nil
            // A leaf for several scores holds a number for each, which is mostly zeros where few of many scores are added to.
            if single == nil { numbers += tree.count * nodes.scoreCount }
            weights += tree.reduce(0) { $0 + $1.weights.count }
            guard numbers <= max(1 << 24, 16 * weights) else { return nil }
            var sources: [TreeBuilder.Source] = []
            for one in tree {
                if one.mode == .leaf {
                    guard Set(one.weights.map(\.score)).count == one.weights.count else { return nil }
                    var values = [Double](repeating: 0, count: single == nil ? nodes.scoreCount : 1)
                    for weight in one.weights { values[single == nil ? weight.score : 0] = weight.value }
                    sources.append(TreeBuilder.Source(leaf: values, cover: 0))
                    continue
                }
                guard let source = split(one, isDouble: nodes.isDouble) else { return nil }
                sources.append(source)
            }
            try builder.add(sources, score: single ?? -1)
        }
        let start = base.count == nodes.scoreCount ? base : [Double](repeating: 0, count: nodes.scoreCount)
        return try builder.ensemble(
            featureCount: features, base: start, comparesInFloat: !nodes.isDouble, addsInFloat: !nodes.isDouble, addsBaseLast: true)
    }

    /// *Left where value ≤ threshold*; `nil` where the node cannot be written so.
    private static func split(_ node: ONNXTreeNodes.Node, isDouble: Bool) -> TreeBuilder.Source? {
        let (yes, no) = (Int64(node.whenTrue), Int64(node.whenFalse))
        let below = isDouble ? node.value.nextDown : Double(Float(node.value).nextDown)
        func source(_ left: Int64, _ right: Int64, _ threshold: Double, missingLeft: Bool, _ set: TreeEnsemble.Categories? = nil) -> TreeBuilder.Source {
            TreeBuilder.Source(
                feature: node.feature, left: left, right: right, threshold: threshold, missingGoesLeft: missingLeft, cover: 0, categories: set)
        }
        switch node.mode {
        case .leaf: return nil
        case .atMost: return source(yes, no, node.value, missingLeft: node.missingIsTrue)
        case .above: return node.value.isNaN ? nil : source(no, yes, node.value, missingLeft: !node.missingIsTrue)
        case .below: return node.value == -.infinity || node.value.isNaN ? nil : source(yes, no, below, missingLeft: node.missingIsTrue)
        case .atLeast: return node.value == -.infinity || node.value.isNaN ? nil : source(no, yes, below, missingLeft: !node.missingIsTrue)
        case .equal:
            return categories([node.value]).map { source(yes, no, 0, missingLeft: node.missingIsTrue, $0) }
        case .notEqual:
            // What is missing is not equal to anything.
            return categories([node.value]).map { source(no, yes, 0, missingLeft: false, $0) }
        case .member(let values): return categories(values).map { source(yes, no, 0, missingLeft: node.missingIsTrue, $0) }
        }
    }

    /// Small whole numbers as a set.
    private static func categories(_ values: [Double]) -> TreeEnsemble.Categories? {
        guard let top = values.max(), values.allSatisfy({ $0 >= 0 && $0 < 4096 && $0 == $0.rounded() }) else { return nil }
        var words = [UInt64](repeating: 0, count: Int(top) / 64 + 1)
        for value in values { words[Int(value) / 64] |= 1 << UInt64(Int(value) % 64) }
        return TreeEnsemble.Categories(words: words, takesWholeOnly: true)
    }

    // MARK: Rows

    /// - Parameter rows: row by row, as they are compared.
    func sums(_ rows: [Double], _ count: Int) -> Sums {
        let scores = nodes.scoreCount
        if let scorer {
            var values = [Double](repeating: 0, count: rows.count)
            for row in 0..<count { for feature in 0..<features { values[feature * count + row] = rows[row * features + feature] } }
            let sums = scorer.scores(FeatureMatrix(rowCount: count, featureCount: features, values: values))
            var flat = [Double](repeating: 0, count: count * scores)
            for (score, column) in sums.enumerated() { for row in 0..<count { flat[row * scores + score] = column[row] } }
            return Sums(values: flat, isSet: (0..<(count * scores)).map { isSet[$0 % scores] })
        }
        var result = Sums(values: [Double](repeating: 0, count: count * scores), isSet: [Bool](repeating: false, count: count * scores))
        for row in 0..<count {
            for tree in nodes.trees { walk(tree, rows[(row * features)..<((row + 1) * features)], row * scores, &result) }
            for score in 0..<scores {
                let place = row * scores + score
                if aggregate == .average { result.values[place] = rounded(result.values[place] / Double(nodes.trees.count)) }
                if base.count == scores { result.values[place] = rounded(result.values[place] + base[score]) }
            }
        }
        return result
    }

    private func rounded(_ value: Double) -> Double { nodes.isDouble ? value : Double(Float(value)) }

    private func walk(_ tree: [ONNXTreeNodes.Node], _ row: ArraySlice<Double>, _ start: Int, _ sums: inout Sums) {
        var place = 0
        while tree[place].mode != .leaf {
            let node = tree[place]
            let value = row[row.startIndex + Int(node.feature)]
            let isTrue: Bool
            switch node.mode {
            case .atMost: isTrue = value <= node.value
            case .below: isTrue = value < node.value
            case .atLeast: isTrue = value >= node.value
            case .above: isTrue = value > node.value
            case .equal: isTrue = value == node.value
            case .notEqual: isTrue = value != node.value
            case .member(let values): isTrue = values.contains(value)
            case .leaf: isTrue = false
            }
            place = isTrue || (node.missingIsTrue && value.isNaN) ? node.whenTrue : node.whenFalse
        }
        for (score, weight) in tree[place].weights {
            let target = start + score
            switch aggregate {
            case .sum, .average: sums.values[target] = rounded(sums.values[target] + weight)
            case .least: sums.values[target] = sums.isSet[target] ? min(sums.values[target], weight) : weight
            case .greatest: sums.values[target] = sums.isSet[target] ? max(sums.values[target], weight) : weight
            }
            sums.isSet[target] = true
        }
    }
}
