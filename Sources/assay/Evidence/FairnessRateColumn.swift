/// The short headings of the table of rates by group.
enum FairnessRateColumn {
    static func heading(of id: String) -> String? {
        switch id {
        case "fairness.selection_rate": "selected"
        case "fairness.true_positive_rate": "TPR"
        case "fairness.false_positive_rate": "FPR"
        case "fairness.true_negative_rate": "TNR"
        case "fairness.false_negative_rate": "FNR"
        case "fairness.accuracy": "accuracy"
        default: nil
        }
    }
}
