/// The scores of one group's rows by their label, sorted: what thresholds are chosen from.
package struct GroupScores: Sendable {
    /// Ascending.
    package let positives: [Double]
    package let negatives: [Double]

    package var count: Int { positives.count + negatives.count }
    /// Without both labels the rates of one of them are undefined, and no threshold can be chosen.
    package var hasBothLabels: Bool { !positives.isEmpty && !negatives.isEmpty }

    /// Whether every score could be a probability.
    package var isWithinUnit: Bool {
        [positives, negatives].allSatisfy { ($0.first ?? 0) >= 0 && ($0.last ?? 1) <= 1 }
    }

    /// - Precondition: all scores are finite.
    /// - Complexity: O(n).
    package init(positives: [Double], negatives: [Double]) {
        self.positives = RadixSort.sorted(positives)
        self.negatives = RadixSort.sorted(negatives)
    }

    /// Decisions by one threshold against the labels.
    ///
    /// - Complexity: O(log n).
    package func confusion(_ operation: ThresholdOperation) -> Confusion {
        let (selectedPositives, selectedNegatives) = (
            Self.selected(of: positives, operation), Self.selected(of: negatives, operation)
        )
        return Confusion(
            trueNegatives: negatives.count - selectedNegatives, falsePositives: selectedNegatives,
            falseNegatives: positives.count - selectedPositives, truePositives: selectedPositives)
    }

    /// Decisions that are positive where the score is at least `cutoff`.
    package func confusion(cutoff: Double) -> Confusion {
        let selectedPositives = positives.count - Self.partition(positives) { $0 < cutoff }
        let selectedNegatives = negatives.count - Self.partition(negatives) { $0 < cutoff }
        return Confusion(
            trueNegatives: negatives.count - selectedNegatives, falsePositives: selectedNegatives,
            falseNegatives: positives.count - selectedPositives, truePositives: selectedPositives)
    }

    private static func selected(of scores: [Double], _ operation: ThresholdOperation) -> Int {
        switch operation.comparison {
        case .above: scores.count - partition(scores) { $0 <= operation.threshold }
        case .below: partition(scores) { $0 < operation.threshold }
        }
    }

    /// How many elements come before the first that is not `inFirstPart`.
    private static func partition(_ scores: [Double], _ inFirstPart: (Double) -> Bool) -> Int {
        var (low, high) = (0, scores.count)
        while low < high {
            let middle = (low + high) / 2
            if inFirstPart(scores[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
