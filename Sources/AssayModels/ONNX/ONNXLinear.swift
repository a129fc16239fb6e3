import AssayTerms
import Glibc

/// `LinearClassifier` and `LinearRegressor`.
///
/// Sums of 32-bit products are added in 64 bits in the columns' order and rounded once; beside ONNX Runtime, which adds k of them in 32 bits, a score
/// differs by at most (k + 2) 2⁻²⁴ (Σ|w x| + |b|).
///
/// - Source: ONNX Runtime 1.32, `core/providers/cpu/ml/linearclassifier.cc`, `linearregressor.cc`.
enum ONNXLinear {
    static func kernel(_ context: inout ONNXContext) throws(AssayError) -> ONNXKernel? {
        switch context.node.type {
        case "LinearClassifier": return try classifier(&context)
        case "LinearRegressor": return try regressor(context)
        default: return nil
        }
    }

    private struct Weights: Sendable {
        var rows: [[Double]]
        var intercepts: [Double]
        var width: Int { rows[0].count }

        init(_ node: ONNXNode, scores: Int) throws(AssayError) {
            let coefficients = try node.floats("coefficients")
            let given = try node.floats("intercepts")
            guard scores > 0, !coefficients.isEmpty, coefficients.count % scores == 0, given.isEmpty || given.count == scores else {
                throw node.damaged("has \(coefficients.count) coefficients and \(given.count) intercepts for \(scores) scores")
            }
            guard (coefficients + given).allSatisfy(\.isFinite) else { throw node.damaged("has a coefficient that is no finite number") }
            let width = coefficients.count / scores
            rows = (0..<scores).map { score in coefficients[(score * width)..<((score + 1) * width)].map { Double($0) } }
            intercepts = given.isEmpty ? [Double](repeating: 0, count: scores) : given.map { Double($0) }
        }

        func scores(_ input: ONNXTensor?, _ node: ONNXNode, _ work: inout ONNXWork) throws(AssayError) -> [Float] {
            guard let input, input.shape.count == 2, input.shape[1] == width, let values = input.floats else {
                throw node.damaged("has \(width) coefficients a score and is given a value of shape \(input?.shape ?? [])")
            }
            try work.spend(input.count, times: rows.count)
            var result: [Float] = []
            result.reserveCapacity(try work.make([input.rowCount, rows.count]))
            for row in 0..<input.rowCount {
                for (weights, intercept) in zip(rows, intercepts) {
                    var sum = 0.0
                    for column in 0..<width { sum += weights[column] * Double(values[row * width + column]) }
                    result.append(Float(sum + intercept))
                }
            }
            return result
        }
    }

    private static func regressor(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...1)
        try node.requireAttributes(["coefficients", "intercepts", "post_transform", "targets"])
        let scores = Int(clamping: try node.integer("targets") ?? 1)
        guard (1...100_000).contains(scores) else { throw node.damaged("has \(scores) targets") }
        let weights = try Weights(node, scores: scores)
        let transform = try ONNXTransform(node)
        guard transform == .none else { throw node.unsupported("transforms its sums, which is not read") }
        let core = ONNXCore(
            kind: .linear(weights: weights.rows, intercepts: weights.intercepts), space: "raw", explained: Array(0..<scores))
        return ONNXKernel(.mixed, core: core) { (inputs, work) throws(AssayError) in
            [ONNXTensor([inputs[0]?.rowCount ?? 0, scores], .floats(try weights.scores(inputs[0], node, &work)))]
        }
    }

    private static func classifier(_ context: inout ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...1)
        try node.requireAttributes(["classlabels_ints", "classlabels_strings", "coefficients", "intercepts", "multi_class", "post_transform"])
        let (texts, integers) = (try node.texts("classlabels_strings"), try node.integers("classlabels_ints"))
        let classes = texts.isEmpty ? integers.count : texts.count
        // ONNX Runtime takes the number of scores from the intercepts.
        let scores = try node.floats("intercepts").count
        guard classes >= 2, scores == classes || (scores == 1 && classes == 2) else {
            throw node.unsupported("has \(scores) intercepts for \(classes) classes")
        }
        let weights = try Weights(node, scores: scores)
        let transform = try ONNXTransform(node)
        let words = texts.map { context.words.place(of: $0) }
        var (rows, intercepts, explained) = (weights.rows, weights.intercepts, Array(0..<scores))
        if scores == 2 {
            // The second class's: of a softmax what it is ahead.
            if transform == .softmax {
                rows = [zip(rows[1], rows[0]).map { $0 - $1 }]
                intercepts = [intercepts[1] - intercepts[0]]
                explained = [0]
            } else {
                explained = [1]
            }
        }
        let core = ONNXCore(
            kind: .linear(weights: rows, intercepts: intercepts), space: transform == .none ? "raw" : "log-odds", explained: explained,
            givesShares: transform != .none)
        return ONNXKernel(.mixed, core: core) { (inputs, work) throws(AssayError) in
            let sums = try weights.scores(inputs[0], node, &work)
            let count = inputs[0]?.rowCount ?? 0
            var labels: [Int] = []
            var shares: [Float] = []
            for row in 0..<count {
                if scores == 1 {
                    let sum = sums[row]
                    labels.append(sum > 0 ? 1 : 0)
                    // The first class has what is left, also where nothing is transformed.
                    switch transform {
                    case .logistic: shares += [ONNXElementwise.logistic(-sum), ONNXElementwise.logistic(sum)]
                    default: shares += [1 - sum, sum]
                    }
                } else {
                    let own = Array(sums[(row * scores)..<((row + 1) * scores)])
                    var best = 0
                    for score in 1..<scores where own[score] > own[best] { best = score }
                    labels.append(best)
                    shares += transform.applied(own)
                }
            }
            let named: ONNXTensor.Values = texts.isEmpty ? .integers(labels.map { integers[$0] }) : .words(labels.map { words[$0] })
            return [ONNXTensor([count], named), ONNXTensor([count, classes], .floats(shares))]
        }
    }
}
