import AssayEvidence
import AssayTerms

/// The short headings of the table of measures by group.
enum FairnessRateColumn {
    /// `nil` for a result that compares groups instead of listing them.
    static func heading(of result: CheckResult) -> String? {
        switch result.id {
        case "fairness.selection_rate": "selected"
        case "fairness.true_positive_rate": "TPR"
        case "fairness.false_positive_rate": "FPR"
        case "fairness.true_negative_rate": "TNR"
        case "fairness.false_negative_rate": "FNR"
        default: CheckCatalogue.listsGroups(result.id) ? result.measure : nil
        }
    }
}
