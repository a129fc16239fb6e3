package import AssayTerms
import Glibc

/// A small network of full layers.
///
/// A layer's number is the weighted sum of the last layer's in their order, plus its own; against BLAS's order of adding a sum differs by at most
/// `2 n u Σ|w a|`.
///
/// - Source: scikit-learn 1.9, `MLPClassifier` and `MLPRegressor`: `_forward_pass_fast`, `predict_proba`.
package struct NetworkHead: DenseHead {
    package enum Activation: String, Sendable {
        case identity, logistic, tanh, relu, softmax, exp
    }

    package struct Layer: Sendable {
        package let inputs: Int
        package let outputs: Int
        /// Input by input, within it output by output.
        package let weights: [Double]
        package let biases: [Double]

        package init(inputs: Int, outputs: Int, weights: [Double], biases: [Double]) throws(AssayError) {
            guard inputs > 0, outputs > 0, weights.count == inputs * outputs, biases.count == outputs,
                weights.allSatisfy(\.isFinite), biases.allSatisfy(\.isFinite)
            else { throw AssayError(.unreadable, "a layer has weights of another shape, or that are not finite numbers") }
            self.inputs = inputs
            self.outputs = outputs
            self.weights = weights
            self.biases = biases
        }
    }

    package let layers: [Layer]
    package let hidden: Activation
    package let last: Activation
    package let classes: ClassLabels?
    package let featureCount: Int

    package var givesProbabilities: Bool { classes != nil }
    package var space: String { classes == nil ? "raw" : "probability" }
    package var explainedScores: [Int] { classes.map { $0.count == 2 ? [1] : Array(0..<$0.count) } ?? [0] }

    package init(layers: [Layer], hidden: Activation, last: Activation, classes: ClassLabels?) throws(AssayError) {
        guard let first = layers.first, let end = layers.last, zip(layers, layers.dropFirst()).allSatisfy({ $0.outputs == $1.inputs }) else {
            throw AssayError(.unreadable, "a network has layers that do not follow each other")
        }
        let expected = classes.map { $0.count == 2 ? 1 : $0.count } ?? 1
        guard end.outputs == expected, hidden != .softmax, hidden != .exp,
            classes.map({ last == ($0.count == 2 ? .logistic : .softmax) }) ?? (last == .identity || last == .exp)
        else { throw AssayError(.unreadable, "a network ends in \(end.outputs) numbers through \(last.rawValue), which does not fit what it predicts") }
        self.layers = layers
        self.hidden = hidden
        self.last = last
        self.classes = classes
        featureCount = first.inputs
    }

    package func relabelled(_ labels: ClassLabels) throws(AssayError) -> any DenseHead {
        try NetworkHead(layers: layers, hidden: hidden, last: last, classes: labels)
    }

    package func scores(_ matrix: FeatureMatrix) -> Scores {
        var outputs = [[Double]](repeating: [], count: layers[layers.count - 1].outputs)
        for row in 0..<matrix.rowCount {
            var values = (0..<featureCount).map { matrix[row: row, feature: $0] }
            for (place, layer) in layers.enumerated() {
                var next = [Double](repeating: 0, count: layer.outputs)
                for input in 0..<layer.inputs {
                    let value = values[input]
                    let start = input * layer.outputs
                    for output in next.indices { next[output] += value * layer.weights[start + output] }
                }
                for output in next.indices { next[output] += layer.biases[output] }
                if place < layers.count - 1 { for output in next.indices { next[output] = Self.activated(next[output], hidden) } }
                values = next
            }
            for output in outputs.indices { outputs[output].append(last == .softmax ? values[output] : Self.activated(values[output], last)) }
        }
        guard let classes else {
            return Scores(scores: outputs, probabilities: nil, classes: [], labels: nil, numbers: outputs[0], rowCount: matrix.rowCount)
        }
        let shares = classes.count == 2 ? [outputs[0].map { 1 - $0 }, outputs[0]] : Softmax.probabilities(outputs)
        let predicted = classes.count == 2 ? outputs[0].map { $0 > 0.5 ? 1 : 0 } : Softmax.greatest(shares)
        return Scores(scores: shares, probabilities: shares, classes: predicted, labels: classes, numbers: nil, rowCount: matrix.rowCount)
    }

    private static func activated(_ value: Double, _ activation: Activation) -> Double {
        switch activation {
        case .identity, .softmax: value
        case .logistic: 1 / (1 + Glibc.exp(-value))
        case .tanh: Glibc.tanh(value)
        case .relu: max(value, 0)
        case .exp: Glibc.exp(value)
        }
    }
}
