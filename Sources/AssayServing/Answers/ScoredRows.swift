package import AssayColumns
package import AssayExplain
package import AssayJSON
package import AssayModels
import AssayTerms

/// Rows of a request with what was answered about them: for prediction records, and for comparing two versions.
package struct ScoredRows: Sendable {
    /// As the model was given them.
    package var inputs: RowBlock
    /// Other columns of the request that were asked for; those that were there and of one type.
    package var further: RowBlock?
    /// What was filled in from feature views; `nil` where nothing was.
    package var features: FeatureMark?
    package var predictions: Predictions
    /// The label or number of each row: the model's, or a rule's where there is one; missing where a rule lets none be answered.
    package var labels: Column
    /// What a decision rule said of each row.
    package var rules: [JSONObject]?
    /// What rules for single predictions found; `nil` without such rules.
    package var findings: RuleFindings?
    package var explanation: Explanation?
    /// What counts against each row, where there is a table of reason codes.
    package var reasons: AnsweredReasons?
    /// Each row's predicted class by index, where it is explained.
    package var classes: [Int]
    /// The classes, in the order of the probabilities.
    package var classNames: [ColumnValue]?

    package var rowCount: Int { inputs.rowCount }

    /// A row's reasons by the model's own word, the strongest first: `["AGE", "HOME"]`; null for what is not answered as predicted.
    package func reasonCodes(_ row: Int) -> JSONValue {
        guard findings?.isAsPredicted(row) ?? true, predictions.reasons.indices.contains(row) else { return .null }
        return .array(predictions.reasons[row].map { .string($0.string) })
    }

    /// Classes as a column: whole numbers, numbers or texts, as all of them are.
    static func labels(_ values: [ColumnValue]) -> Column? {
        var whole: [Int64] = []
        var numbers: [Double] = []
        var texts: [Text] = []
        for value in values {
            switch value {
            case .integer(let value):
                whole.append(value)
                numbers.append(Double(value))
            case .fraction(let value): numbers.append(value)
            case .text(let text): texts.append(text)
            case .timestamp: return nil
            }
        }
        if whole.count == values.count { return Column(name: "prediction", values: .int64(whole)) }
        if numbers.count == values.count { return Column(name: "prediction", values: .double(numbers)) }
        guard texts.count == values.count else { return nil }
        let dictionary = TextDictionary()
        return Column(name: "prediction", values: .text(codes: texts.map { dictionary.code(for: $0) }, dictionary: dictionary))
    }
}
