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
    package var predictions: Predictions
    /// The label or number of each row: the model's, or the rule's where there is one.
    package var labels: Column
    /// What a rule said of each row.
    package var rules: [JSONObject]?
    package var explanation: Explanation?
    /// Each row's predicted class by index, where it is explained.
    package var classes: [Int]
    /// The classes, in the order of the probabilities.
    package var classNames: [ColumnValue]?

    package var rowCount: Int { inputs.rowCount }

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
