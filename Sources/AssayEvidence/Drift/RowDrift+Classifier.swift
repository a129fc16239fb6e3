import AssayColumns
import AssayMetrics
import AssayTerms

extension RowDrift {
    /// Whole rows, and each column of free text by itself.
    static func classifiers(_ reference: DriftRows, _ current: DriftRows) -> [RowDrift] {
        let left = reference.classifierSample.rows
        let right = current.classifierSample.rows
        var drifts = [classified(classifier, RowEncoding(left + right).table, counts: (left.count, right.count))]
        for (index, name) in reference.wish.sampled.enumerated() {
            let texts = (left.map { text($0[index]) }, right.map { text($0[index]) })
            guard isFreeText(texts.0) else { continue }
            var drift = classified(
                textClassifier, RowEncoding(words: texts.0 + texts.1).table, counts: (left.count, right.count))
            drift.column = name
            drifts.append(drift)
        }
        return drifts
    }

    private static func text(_ value: ColumnValue?) -> Text? {
        if case .text(let text)? = value { text } else { nil }
    }

    /// More than half of the values distinct, and more of them than a category would have.
    private static func isFreeText(_ texts: [Text?]) -> Bool {
        let present = texts.compactMap { $0 }
        return present.count > StrictRule.fewValues && 2 * Set(present).count > present.count
    }

    private static func classified(
        _ descriptor: CheckDescriptor, _ table: SparseRows, counts: (reference: Int, current: Int)
    ) -> RowDrift {
        var drift = RowDrift(descriptor: descriptor, counts: counts)
        guard table.width > 0, let answer = DomainClassifier.answer(table, firstCount: counts.reference) else {
            drift.undefined =
                table.width > 0
                ? "a classifier needs \(2 * DomainClassifier.folds) rows of each data set" : "no sampled column varies"
            drift.area = Estimate(undefined: drift.undefined ?? "")
            return drift
        }
        drift.area = answer.area
        drift.pValue = answer.pValue
        drift.details["folds"] = .integer(Int64(DomainClassifier.folds))
        drift.details["test"] = .text("classifier")
        return drift
    }
}
