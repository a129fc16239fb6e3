import AssayColumns
import AssayExplain
import AssayTerms

/// Explained rows as columns, for CSV and Parquet: `prediction`, `base_value`, `shap_COLUMN` (of several classes `base_value_CLASS` and
/// `shap_CLASS_COLUMN`), where they are known `residual`, and with a table of reason codes `reason_1`, `reason_1_text`, `reason_1_contribution`, … and
/// `never_named`.
struct ExplainTable {
    /// Of several explained classes; empty for one score.
    let classes: [String]
    let featureNames: [Text]
    let hasResiduals: Bool
    /// Reasons a row; `nil` without a table.
    let reasonLimit: Int?
    /// Of predictions, where there are no rows to tell.
    let predictionType: ColumnType

    var columns: [(name: Text, type: ColumnType)] {
        var columns: [(name: Text, type: ColumnType)] = [("prediction", predictionType)]
        let scores = classes.isEmpty ? [""] : classes.map { "\($0)_" }
        columns += (classes.isEmpty ? ["base_value"] : classes.map { "base_value_\($0)" }).map { (Text($0), .double) }
        for score in scores { columns += featureNames.map { (Text("shap_\(score)\($0)"), .double) } }
        if hasResiduals { columns.append(("residual", .double)) }
        guard let reasonLimit else { return columns }
        for rank in 1...reasonLimit {
            columns += [(Text("reason_\(rank)"), .text), (Text("reason_\(rank)_text"), .text), (Text("reason_\(rank)_contribution"), .double)]
        }
        return columns + [("never_named", .double)]
    }

    func block(_ explained: RowExplainer.Explained, reasons: [ReasonTable.RowReasons]?) -> RowBlock {
        let explanation = explained.explanation
        let count = explanation.rowCount
        var made = [explained.predictions]
        for score in explanation.baseValues.indices {
            made.append(Column(name: "base", values: .double((0..<count).map { explanation.base(row: $0, score: score) })))
        }
        for score in explanation.baseValues.indices {
            for feature in featureNames.indices {
                made.append(
                    Column(
                        name: "shap",
                        values: .double(
                            (0..<count).map { row in
                                let values = explanation.attributions(row: row, score: score)
                                return values[values.startIndex + feature]
                            })))
            }
        }
        if hasResiduals { made.append(Column(name: "residual", values: .double(explained.residuals ?? [Double](repeating: 0, count: count)))) }
        if let reasonLimit, let reasons {
            for rank in 0..<reasonLimit {
                let ranked = reasons.map { $0.reasons.indices.contains(rank) ? $0.reasons[rank] : nil }
                made.append(Column(name: "code", texts: ranked.map { $0?.code }))
                made.append(Column(name: "text", texts: ranked.map { $0?.text }))
                made.append(Column(name: "contribution", values: .double(ranked.map { $0?.contribution ?? 0 }), validity: Validity(ranked.map { $0 != nil })))
            }
            made.append(Column(name: "never", values: .double(reasons.map(\.neverNamed))))
        }
        return RowBlock(rowCount: count, columns: made)
    }
}
