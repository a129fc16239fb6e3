import AssayColumns
import AssayMetrics
import AssayTerms

/// Drift that no single column shows: of the relation between prediction and label, and of whole rows.
struct RowDrift: Sendable {
    static let concept = CheckDescriptor(
        id: "drift.concept", convention: .assay, direction: .higherIsBetter, kind: .whole, needs: [.label, .prediction],
        sentence: "How often errors of predictions differ this much without a change.",
        source: "docs/design/drift.md: Kolmogorov-Smirnov of residuals, or a test of two shares of errors", least: 0,
        greatest: 1)
    static let multivariate = CheckDescriptor(
        id: "drift.multivariate", convention: .assay, direction: .higherIsBetter, kind: .whole, needs: [],
        sentence: "How often two samples of rows of one distribution lie this far apart.",
        source: "Székely and Rizzo (2013), energy distance with permutation", least: 0, greatest: 1)
    /// Random divisions; the least p-value is 1 / 1,000.
    static let draws = 999

    static let classifier = CheckDescriptor(
        id: "drift.domain_classifier", convention: .assay, direction: .lowerIsBetter, kind: .whole, needs: [],
        sentence: "How well a classifier tells rows of the two data sets apart; 0.5 is not at all.",
        source: "Lopez-Paz and Oquab (2017), logistic regression, five folds, ROC AUC", least: 0, greatest: 1)
    static let textClassifier = CheckDescriptor(
        id: "drift.text_classifier", convention: .assay, direction: .lowerIsBetter, kind: .whole, needs: [.column],
        sentence: "How well a classifier tells texts of the two data sets apart by their words; 0.5 is not at all.",
        source: "Lopez-Paz and Oquab (2017), logistic regression on hashed words, five folds, ROC AUC", least: 0,
        greatest: 1)

    let descriptor: CheckDescriptor
    /// Where it is about one column.
    var column: Text?
    /// The area of a classifier; without one the p-value is the result's value.
    var area: Estimate?
    var pValue: Double?
    var undefined: String?
    var statistic: Double?
    var counts: (reference: Int, current: Int)
    var excluded = CheckResult.Excluded()
    var details: [Text: Envelope.Parameter] = [:]

    /// Whether the errors of the predictions are distributed as they were. With labels of at most two, or of text, by
    /// their share; with others by their residuals.
    static func conceptDrift(_ reference: DriftRows, _ current: DriftRows) -> RowDrift {
        var drift = RowDrift(
            descriptor: concept, counts: (reference: reference.judgedCount, current: current.judgedCount))
        drift.excluded.missingLabel = reference.unjudgedCount + current.unjudgedCount
        guard reference.judgedCount > 0, current.judgedCount > 0 else {
            drift.undefined = "no row has both label and prediction in one of the data sets"
            return drift
        }
        let isClassification =
            !reference.areNumbers || !current.areNumbers
            || (reference.residuals + current.residuals).allSatisfy { abs($0) <= 1 && $0.rounded() == $0 }
        guard isClassification else {
            let sample = PooledSample(reference: reference.residuals, current: current.residuals)
            if let test = KolmogorovSmirnov.test(sample, regardsTies: true) {
                drift.pValue = test.pValue
                drift.statistic = test.distance
            }
            drift.details["test"] = .text("ks of residuals")
            drift.details["reference_mean_residual"] = .number(sample.referenceMoments.mean)
            drift.details["current_mean_residual"] = .number(sample.currentMoments.mean)
            return drift
        }
        let wrong = (reference: reference.wrongCount, current: current.wrongCount)
        let total = drift.counts
        let pooled = Double(wrong.reference + wrong.current) / Double(total.reference + total.current)
        let expected = Double(min(total.reference, total.current)) * min(pooled, 1 - pooled)
        if expected >= StrictRule.leastExpected, let test = CellTest.proportions(successes: wrong, totals: total) {
            drift.pValue = test.pValue
            drift.statistic = test.statistic
            drift.details["test"] = .text("z of error shares")
        } else {
            drift.pValue = CellTest.fisherExact(successes: wrong, totals: total)
            drift.details["test"] = .text("fisher_exact of error shares")
        }
        drift.details["reference_error"] = .number(Double(wrong.reference) / Double(total.reference))
        drift.details["current_error"] = .number(Double(wrong.current) / Double(total.current))
        return drift
    }

    /// The energy distance of sampled rows. Numbers are divided by the standard deviation of both samples together; two
    /// different texts lie 1 apart; rows with a missing value are left out.
    static func multivariateDrift(_ reference: DriftRows, _ current: DriftRows, seed: UInt64) -> RowDrift {
        func complete(_ rows: [[ColumnValue?]]) -> [[ColumnValue]] {
            rows.compactMap { row in
                let present = row.compactMap { $0 }
                return present.count == row.count ? present : nil
            }
        }
        let left = complete(reference.sample.rows)
        let right = complete(current.sample.rows)
        var drift = RowDrift(descriptor: multivariate, counts: (reference: left.count, current: right.count))
        guard left.count > 1, right.count > 1 else {
            drift.undefined = "fewer than two sampled rows of a data set have every value"
            return drift
        }
        let rows = left + right
        var axes: [[Double]] = []
        for column in rows[0].indices {
            let values = rows.map { $0[column] }
            let numbers = values.compactMap(\.number)
            if numbers.count == values.count {
                let mean = numbers.reduce(0, +) / Double(numbers.count)
                let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
                let deviation = variance.squareRoot()
                if deviation > 0, deviation.isFinite { axes.append(numbers.map { ($0 - mean) / deviation }) }
            } else {
                // Half a square on each of two axes makes distance 1.
                for value in Set(values).sorted() { axes.append(values.map { $0 == value ? 0.5.squareRoot() : 0 }) }
            }
        }
        guard !axes.isEmpty else {
            drift.undefined = "no sampled column varies"
            return drift
        }
        var points: [Double] = []
        points.reserveCapacity(rows.count * axes.count)
        for row in rows.indices { for axis in axes { points.append(axis[row]) } }
        let test = EnergyPermutation.test(
            points: points, width: axes.count, referenceCount: left.count, draws: draws, seed: seed)
        drift.pValue = test.pValue
        drift.statistic = test.distance
        drift.details["draws"] = .integer(Int64(draws))
        drift.details["seed"] = .text(Text(String(seed)))
        return drift
    }

    func result(adjusted: Double?, tests: Int, rate: Double) -> CheckResult {
        var result = CheckResult(
            descriptor: descriptor, column: column, value: area == nil ? pValue : area?.value, interval: area?.interval,
            groups: [
                CheckResult.Group(group: "reference", count: counts.reference, value: nil),
                CheckResult.Group(group: "current", count: counts.current, value: nil),
            ],
            rows: counts.reference + counts.current, excluded: excluded, undefined: undefined)
        result.details = details
        result.details["statistic"] = statistic.map { .number($0) }
        if area != nil { result.details["p_value"] = pValue.map { .number($0) } }
        if let adjusted {
            result.details["adjusted_p_value"] = .number(adjusted)
            result.details["tests"] = .integer(Int64(tests))
            result.details["threshold"] = .number(rate)
            result.details["drifted"] = .flag(adjusted <= rate)
        }
        return result
    }
}
