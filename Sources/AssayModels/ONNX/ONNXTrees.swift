import AssayTerms
import Glibc

/// `TreeEnsembleClassifier`, `TreeEnsembleRegressor` and `TreeEnsemble`: their sums, and what is made of them.
///
/// - Source: ONNX Runtime 1.32, `core/providers/cpu/ml/tree_ensemble_aggregator.h`, `ml_common.h`; where the specification says nothing, its bits are kept.
enum ONNXTrees {
    private static let known: [Text] = [
        "aggregate_function", "base_values", "base_values_as_tensor", "n_targets", "nodes_falsenodeids", "nodes_featureids", "nodes_hitrates",
        "nodes_hitrates_as_tensor", "nodes_missing_value_tracks_true", "nodes_modes", "nodes_nodeids", "nodes_treeids", "nodes_truenodeids",
        "nodes_values", "nodes_values_as_tensor", "post_transform", "target_ids", "target_nodeids", "target_treeids", "target_weights",
        "target_weights_as_tensor", "class_ids", "class_nodeids", "class_treeids", "class_weights", "class_weights_as_tensor",
        "classlabels_int64s", "classlabels_strings",
    ]
    private static let ensembleKnown: [Text] = [
        "aggregate_function", "leaf_targetids", "leaf_weights", "membership_values", "n_targets", "nodes_falseleafs", "nodes_falsenodeids",
        "nodes_featureids", "nodes_hitrates", "nodes_missing_value_tracks_true", "nodes_modes", "nodes_splits", "nodes_trueleafs",
        "nodes_truenodeids", "post_transform", "tree_roots",
    ]

    /// - Parameter features: of the input, once its shape is known.
    static func kernel(_ context: inout ONNXContext, features: Int) throws(AssayError) -> ONNXKernel? {
        switch context.node.type {
        case "TreeEnsembleClassifier": return try classifier(&context, features)
        case "TreeEnsembleRegressor", "TreeEnsemble": return try regressor(context, features)
        default: return nil
        }
    }

    private static func rows(_ node: ONNXNode, _ input: ONNXTensor?, _ features: Int, _ isDouble: Bool) throws(AssayError) -> [Double] {
        guard let input, input.shape.count == 2, input.shape[1] == features else { throw node.wrongType(input) }
        // Compared in the thresholds' precision.
        guard let values = isDouble ? input.doubles : input.floats?.map({ Double($0) }) else { throw node.wrongType(input) }
        return values
    }

    // MARK: Numbers

    private static func regressor(_ context: ONNXContext, _ features: Int) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...1)
        let nodes: ONNXTreeNodes
        let transform: ONNXTransform
        let aggregate: ONNXTreeSums.Aggregate
        if node.type == "TreeEnsemble" {
            try node.requireAttributes(ensembleKnown)
            nodes = try ONNXTreeNodes(ensemble: node)
            transform = try ONNXTransform(number: node.integer("post_transform") ?? 0, node)
            let number = try node.integer("aggregate_function") ?? 1
            let all: [ONNXTreeSums.Aggregate] = [.average, .sum, .least, .greatest]
            guard (0..<4).contains(number) else { throw node.damaged("takes trees together by \(number)") }
            aggregate = all[Int(number)]
        } else {
            try node.requireAttributes(known)
            let count = Int(clamping: try node.integer("n_targets") ?? 0)
            guard (1...100_000).contains(count) else { throw node.damaged("has \(count) targets") }
            nodes = try ONNXTreeNodes(node, scoreCount: count, targets: "target")
            transform = try ONNXTransform(node)
            switch try node.text("aggregate_function")?.string ?? "SUM" {
            case "SUM": aggregate = .sum
            case "AVERAGE": aggregate = .average
            case "MIN": aggregate = .least
            case "MAX": aggregate = .greatest
            case let word: throw node.damaged("takes trees together by '\(word.prefix(40))'")
            }
        }
        guard nodes.base.isEmpty || nodes.base.count == nodes.scoreCount else { throw node.damaged("has \(nodes.base.count) base values") }
        let sums = try ONNXTreeSums(nodes, aggregate, features: features, base: nodes.base, node: node)
        let scores = nodes.scoreCount
        // `TreeEnsemble` answers in its weights' precision, the older operators always in 32 bits.
        let isDouble = nodes.isDouble && node.type == "TreeEnsemble"
        var core: ONNXCore?
        if let ensemble = sums.ensemble {
            core = try made(ensemble, explained: Array(0..<scores), space: scores > 1 && transform != .none ? "log-odds" : "raw")
        }
        return ONNXKernel(.mixed, core: core) { (inputs, work) throws(AssayError) in
            let rows = try rows(node, inputs[0], features, nodes.isDouble)
            let count = inputs[0]?.rowCount ?? 0
            _ = try work.make([count, scores])
            try work.spend(count, times: nodes.rowWork)
            var values = sums.sums(rows, count).values
            if isDouble {
                guard scores == 1 || transform == .none else { throw node.unsupported("transforms 64-bit sums") }
                return [ONNXTensor([count, scores], .doubles(values))]
            }
            // One sum is only transformed by PROBIT, which is refused.
            if scores > 1 {
                for row in 0..<count {
                    let own = transform.applied(values[(row * scores)..<((row + 1) * scores)].map { Float($0) })
                    for score in 0..<scores { values[row * scores + score] = Double(own[score]) }
                }
            }
            return [ONNXTensor([count, scores], .floats(values.map { Float($0) }))]
        }
    }

    private static func made(_ ensemble: TreeEnsemble, explained: [Int], space: String) throws(AssayError) -> ONNXCore {
        ONNXCore(
            kind: .trees(try TreeHead(ensemble: ensemble, outcome: .sums(space: space, explained: explained), acceptsMissing: true)),
            space: space, explained: explained)
    }

    // MARK: Classes

    private static func classifier(_ context: inout ONNXContext, _ features: Int) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...1)
        try node.requireAttributes(known)
        let texts = try node.texts("classlabels_strings")
        let integers = try node.integers("classlabels_int64s")
        let classes = texts.isEmpty ? integers.count : texts.count
        guard (2...100_000).contains(classes) else { throw node.unsupported("has \(classes) classes") }
        let nodes = try ONNXTreeNodes(node, scoreCount: classes, targets: "class")
        let transform = try ONNXTransform(node)
        guard nodes.base.count <= 2 || nodes.base.count == classes, classes == 2 || nodes.base.isEmpty || nodes.base.count == classes else {
            throw node.damaged("has \(nodes.base.count) base values for \(classes) classes")
        }
        // A single base value is the first class's.
        let base = classes > 2 ? nodes.base : nodes.base.count == 1 ? [nodes.base[0], 0] : []
        let sums = try ONNXTreeSums(nodes, .sum, features: features, base: base, node: node)
        let weighted = Set(nodes.trees.lazy.flatMap { $0 }.flatMap(\.weights).map(\.score))
        let rule = ONNXTreeClasses(
            isBinary: classes == 2, hasOneWeighted: weighted.count == 1, weightsArePositive: nodes.allWeightsArePositive,
            base: classes == 2 && nodes.base.count < 2 ? [] : nodes.base,
            transform: transform)
        let words = texts.map { context.words.place(of: $0) }
        let core = try deciding(sums, nodes, weighted, rule, transform)
        return ONNXKernel(.mixed, core: core) { (inputs, work) throws(AssayError) in
            let rows = try rows(node, inputs[0], features, nodes.isDouble)
            let count = inputs[0]?.rowCount ?? 0
            _ = try work.make([count, classes])
            try work.spend(count, times: nodes.rowWork)
            let found = sums.sums(rows, count)
            var labels: [Int] = []
            var shares: [Float] = []
            for row in 0..<count {
                let range = (row * classes)..<((row + 1) * classes)
                let answer = rule.answer(found.values[range].map { Float($0) }, Array(found.isSet[range]))
                labels.append(answer.label)
                shares += answer.scores
            }
            guard shares.count == count * classes else { throw node.unsupported("gives one score for two classes") }
            let named: ONNXTensor.Values
            if !texts.isEmpty {
                named = .words(labels.map { words[$0] })
            } else {
                // Sums of two classes with weights of their own decide for 1 or 0, whatever the classes are called.
                named = .integers(labels.map { rule.namesClasses ? integers[$0] : Int64($0) })
            }
            return [ONNXTensor([count], named), ONNXTensor([count, classes], .floats(shares))]
        }
    }

    /// The sums that are explained: of two classes the one that decides.
    private static func deciding(
        _ sums: ONNXTreeSums, _ nodes: ONNXTreeNodes, _ weighted: Set<Int>, _ rule: ONNXTreeClasses, _ transform: ONNXTransform
    ) throws(AssayError) -> ONNXCore? {
        guard let ensemble = sums.ensemble, rule.isExplained else { return nil }
        // A softmax of two sums is the odds of neither.
        let isLogOdds = transform == .logistic || (transform != .none && !rule.isBinary)
        let isShare = transform == .none || (rule.isBinary && rule.hasOneWeighted)
        let space = isLogOdds ? "log-odds" : isShare && nodes.allWeightsArePositive ? "probability" : "raw"
        let explained = rule.isBinary ? [weighted.contains(1) ? 1 : 0] : Array(0..<nodes.scoreCount)
        var core = try made(ensemble, explained: explained, space: space)
        core.givesShares = transform != .none || nodes.allWeightsArePositive
        return core
    }
}
