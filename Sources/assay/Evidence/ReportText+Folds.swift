import AssayEvidence
import AssayTerms

extension ReportText {
    /// Every measure over the folds of a cross-validation.
    mutating func folds(_ results: [CheckResult]) {
        guard let first = results.first, let column = first.column else { return }
        blank()
        line("\(first.groups.count) folds by \(column)")
        blank()
        func detail(_ result: CheckResult, _ name: Text) -> String {
            if case .number(let number) = result.details[name] { NumberText.fixed(number) } else { "–" }
        }
        var rows = [["measure", "mean", "sd", "lowest", "highest", "interval"]]
        for result in results {
            let interval = result.interval.map { "[\(NumberText.fixed($0.low)), \(NumberText.fixed($0.high))]" } ?? "–"
            rows.append(
                [
                    result.measure ?? result.id, result.value.map(NumberText.fixed) ?? "–", detail(result, "standard_deviation"),
                    detail(result, "lowest"), detail(result, "highest"), interval,
                ])
        }
        table(rows)
        wrapped(
            "Folds share their training rows and are not independent; the intervals are widened for that by Nadeau and "
                + "Bengio's rule, and remain a guide.", indent: 2)
    }
}
