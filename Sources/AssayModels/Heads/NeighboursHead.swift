package import AssayTerms
import Glibc

/// What the nearest of the rows it was fitted on say: the mean of their numbers, or each class's share of them, alike or by the inverse of
/// distances.
///
/// - Source: scikit-learn 1.9, `KNeighborsClassifier.predict_proba`, `KNeighborsRegressor.predict` and `_get_weights`.
package struct NeighboursHead: DenseHead {
    package enum Answers: Sendable {
        case classes(ClassLabels, [Int])
        case numbers([Double])
    }

    package let answers: Answers
    package let featureCount: Int
    private let rows: [Double]
    private let rowCount: Int
    private let neighbours: Int
    private let metric: RowDistance
    private let byDistance: Bool
    /// `nil` for comparing with every row: of rows as far as each other the first.
    private let tree: NeighbourTree?

    package var classes: ClassLabels? { if case .classes(let labels, _) = answers { labels } else { nil } }
    package var givesProbabilities: Bool { classes != nil }
    package var space: String { classes == nil ? "raw" : "probability" }
    package var explainedScores: [Int] { classes.map { $0.count == 2 ? [1] : Array(0..<$0.count) } ?? [0] }

    package init(
        rows: [Double], width: Int, answers: Answers, neighbours: Int, metric: RowDistance, byDistance: Bool, tree: NeighbourTree?
    ) throws(AssayError) {
        let count = width == 0 ? 0 : rows.count / width
        let told: Int =
            switch answers {
            case .classes(_, let places): places.count
            case .numbers(let numbers): numbers.count
            }
        guard width > 0, rows.count == count * width, told == count, neighbours >= 1, neighbours <= count, rows.allSatisfy(\.isFinite) else {
            throw AssayError(.unreadable, "there are \(told) answers and \(neighbours) neighbours asked for of \(count) rows")
        }
        if case .classes(let labels, let places) = answers, !places.allSatisfy({ (0..<labels.count).contains($0) }) {
            throw AssayError(.unreadable, "a neighbour has a class that is not there")
        }
        if case .numbers(let numbers) = answers, !numbers.allSatisfy(\.isFinite) {
            throw AssayError(.unreadable, "a neighbour has an answer that is not a finite number")
        }
        self.rows = rows
        self.answers = answers
        self.neighbours = neighbours
        self.metric = metric
        self.byDistance = byDistance
        self.tree = tree
        featureCount = width
        rowCount = count
    }

    package func relabelled(_ labels: ClassLabels) throws(AssayError) -> any DenseHead {
        guard case .classes(_, let places) = answers else { throw AssayError(.unreadable, "neighbours' numbers have no classes") }
        return try NeighboursHead(
            rows: rows, width: featureCount, answers: .classes(labels, places), neighbours: neighbours, metric: metric, byDistance: byDistance,
            tree: tree)
    }

    package func scores(_ matrix: FeatureMatrix) -> Scores {
        let labels = classes
        var outputs = [[Double]](repeating: [], count: labels?.count ?? 1)
        for row in 0..<matrix.rowCount {
            let own = (0..<featureCount).map { matrix[row: row, feature: $0] }
            let found = nearest(own)
            let weights = self.weights(found.map(\.distance))
            var total = 0.0
            for weight in weights { total += weight }
            switch answers {
            case .numbers(let numbers):
                var sum = 0.0
                for (one, weight) in zip(found, weights) { sum += numbers[one.place] * weight }
                outputs[0].append(sum / total)
            case .classes(_, let places):
                var shares = [Double](repeating: 0, count: outputs.count)
                for (one, weight) in zip(found, weights) { shares[places[one.place]] += weight }
                for label in shares.indices { outputs[label].append(shares[label] / total) }
            }
        }
        guard let labels else {
            return Scores(scores: outputs, probabilities: nil, classes: [], labels: nil, numbers: outputs[0], rowCount: matrix.rowCount)
        }
        return Scores(
            scores: outputs, probabilities: outputs, classes: Softmax.greatest(outputs), labels: labels, numbers: nil, rowCount: matrix.rowCount)
    }

    /// Nearest first.
    private func nearest(_ row: [Double]) -> [(place: Int, distance: Double)] {
        var heap = NearestHeap(count: neighbours)
        rows.withUnsafeBufferPointer { data in
            row.withUnsafeBufferPointer { row in
                guard let data = data.baseAddress, let row = row.baseAddress else { return }
                if let tree { return tree.nearest(row, data, featureCount, metric, into: &heap) }
                for other in 0..<rowCount { heap.push(metric.reduced(row, data + other * featureCount, featureCount), other) }
            }
        }
        let order = heap.values.indices.sorted {
            heap.values[$0] != heap.values[$1] ? heap.values[$0] < heap.values[$1] : heap.places[$0] < heap.places[$1]
        }
        return order.map { (heap.places[$0], metric.distance(ofReduced: heap.values[$0])) }
    }

    /// Rows at no distance have all the weight.
    private func weights(_ distances: [Double]) -> [Double] {
        guard byDistance else { return distances.map { _ in 1 } }
        let inverse = distances.map { 1 / $0 }
        return inverse.contains(.infinity) ? inverse.map { $0 == .infinity ? 1 : 0 } : inverse
    }
}
