package import AssayTerms
import Glibc

/// Sums of similarities to rows that were kept in fitting.
///
/// - Source: scikit-learn 1.9, `BaseLibSVM._decision_function` and `_ovr_decision_function`; libsvm 3.3, `svm_predict_values`.
package struct KernelMachineHead: DenseHead {
    package enum Kernel: Sendable {
        case linear
        case polynomial(gamma: Double, constant: Double, degree: Int)
        case radial(gamma: Double)
        case sigmoid(gamma: Double, constant: Double)

        func value(_ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>, _ count: Int) -> Double {
            if case .radial(let gamma) = self {
                var sum = 0.0
                for place in 0..<count {
                    let gap = left[place] - right[place]
                    sum += gap * gap
                }
                return exp(-gamma * sum)
            }
            var sum = 0.0
            for place in 0..<count { sum += left[place] * right[place] }
            switch self {
            case .linear, .radial: return sum
            case .polynomial(let gamma, let constant, let degree):
                var (base, power, result) = (gamma * sum + constant, degree, 1.0)
                // By squares, as libsvm does.
                while power > 0 {
                    if power % 2 == 1 { result *= base }
                    base *= base
                    power /= 2
                }
                return result
            case .sigmoid(let gamma, let constant): return tanh(gamma * sum + constant)
            }
        }
    }

    /// Of each pair of classes, in order: which rows count, how much, and what is added.
    package struct Pair: Sendable {
        package let first: Int
        package let second: Int
        package let rows: [Int]
        package let weights: [Double]
        package let constant: Double

        package init(first: Int, second: Int, rows: [Int], weights: [Double], constant: Double) {
            self.first = first
            self.second = second
            self.rows = rows
            self.weights = weights
            self.constant = constant
        }
    }

    package let classes: ClassLabels?
    package let featureCount: Int
    private let kernel: Kernel
    private let vectors: [Double]
    private let vectorCount: Int
    /// One without classes. Above 0 speaks for the first of a pair.
    private let pairs: [Pair]
    /// Whether the class of several is that of the greatest score, and not of the most pairs won.
    private let breaksTies: Bool

    package var givesProbabilities: Bool { false }
    package var givesDecisions: Bool { classes != nil }
    package var space: String { "raw" }
    package var explainedScores: [Int] { classes.map { $0.count == 2 ? [0] : Array(0..<$0.count) } ?? [0] }

    package init(
        classes: ClassLabels?, kernel: Kernel, vectors: [Double], width: Int, pairs: [Pair], breaksTies: Bool
    ) throws(AssayError) {
        let count = width == 0 ? 0 : vectors.count / width
        guard width > 0, vectors.count == count * width, vectors.allSatisfy(\.isFinite),
            pairs.count == (classes.map { $0.count * ($0.count - 1) / 2 } ?? 1),
            pairs.allSatisfy({ pair in
                pair.rows.count == pair.weights.count && pair.rows.allSatisfy { (0..<count).contains($0) } && pair.weights.allSatisfy(\.isFinite)
                    && pair.constant.isFinite
            })
        else { throw AssayError(.unreadable, "a support vector machine has weights that do not fit its vectors and classes") }
        self.classes = classes
        self.kernel = kernel
        self.vectors = vectors
        self.pairs = pairs
        self.breaksTies = breaksTies
        featureCount = width
        vectorCount = count
    }

    package func relabelled(_ labels: ClassLabels) throws(AssayError) -> any DenseHead {
        try KernelMachineHead(classes: labels, kernel: kernel, vectors: vectors, width: featureCount, pairs: pairs, breaksTies: breaksTies)
    }

    package func scores(_ matrix: FeatureMatrix) -> Scores {
        let decisions = self.decisions(matrix)
        guard let classes else {
            return Scores(scores: decisions, probabilities: nil, classes: [], labels: nil, numbers: decisions[0], rowCount: matrix.rowCount)
        }
        if classes.count == 2 {
            // The second's side is above 0, where the pair's is that of the first.
            let score = decisions[0].map { -$0 }
            return Scores(
                scores: [score], probabilities: nil, classes: score.map { $0 > 0 ? 1 : 0 }, labels: classes, numbers: nil, rowCount: matrix.rowCount)
        }
        var scores = [[Double]](repeating: [Double](repeating: 0, count: matrix.rowCount), count: classes.count)
        var predicted: [Int] = []
        for row in 0..<matrix.rowCount {
            var votes = [Double](repeating: 0, count: classes.count)
            var won = votes
            var sums = votes
            for (pair, decision) in zip(pairs, decisions) {
                let value = decision[row]
                sums[pair.first] += value
                sums[pair.second] -= value
                votes[value < 0 ? pair.second : pair.first] += 1
                won[value > 0 ? pair.first : pair.second] += 1
            }
            for label in sums.indices { scores[label][row] = votes[label] + sums[label] / (3 * (sums[label].magnitude + 1)) }
            predicted.append(won.indices.reduce(0) { won[$1] > won[$0] ? $1 : $0 })
        }
        return Scores(
            scores: scores, probabilities: nil, classes: breaksTies ? Softmax.greatest(scores) : predicted, labels: classes, numbers: nil,
            rowCount: matrix.rowCount)
    }

    private func decisions(_ matrix: FeatureMatrix) -> [[Double]] {
        var decisions = [[Double]](repeating: [], count: pairs.count)
        vectors.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for row in 0..<matrix.rowCount {
                let own = (0..<featureCount).map { matrix[row: row, feature: $0] }
                let similar = own.withUnsafeBufferPointer { own -> [Double] in
                    guard let own = own.baseAddress else { return [] }
                    return (0..<vectorCount).map { kernel.value(own, base + $0 * featureCount, featureCount) }
                }
                for (place, pair) in pairs.enumerated() {
                    var sum = 0.0
                    for (vector, weight) in zip(pair.rows, pair.weights) { sum += weight * similar[vector] }
                    decisions[place].append(sum + pair.constant)
                }
            }
        }
        return decisions
    }
}
