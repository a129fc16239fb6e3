import AssayColumns
import AssayJSON
import AssayTerms

extension ExpectationFactory {
    static let textNames: [Text] = [
        "expect_column_value_lengths_to_be_between", "expect_column_value_lengths_to_equal",
        "expect_column_values_to_match_regex", "expect_column_values_to_not_match_regex",
        "expect_column_values_to_match_regex_list", "expect_column_values_to_not_match_regex_list",
        "expect_column_values_to_match_like_pattern", "expect_column_values_to_not_match_like_pattern",
        "expect_column_values_to_match_strftime_format", "expect_column_values_to_be_json_parseable",
    ]

    /// Of text, and of whole numbers by their digits; fractions have no one form.
    func texts(_ arguments: inout ExpectationArguments) throws(AssayError) -> any ExpectationState {
        let column = try arguments.text("column")
        let mostly = try arguments.mostly()
        let type = try type(of: column)
        guard type == .text || type == .int64 else {
            throw AssayError(.unsupported, "column '\(column)' is \(type.rawValue), and the expectation is about text")
        }
        func judged(_ isExpected: @escaping (Text) -> Bool) -> RowExpectation {
            RowExpectation([column], mostly: mostly, judge: ValueJudge { isExpected($0.name) })
        }
        switch arguments.type {
        case "expect_column_value_lengths_to_be_between":
            let bounds = try ValueBounds(&arguments, type: .int64)
            return judged { bounds.contains(.integer(Int64($0.scalarCount))) }
        case "expect_column_value_lengths_to_equal":
            let value = try arguments.requiredNumber("value")
            return judged { Double($0.scalarCount) == value }
        case "expect_column_values_to_match_regex", "expect_column_values_to_not_match_regex":
            let pattern = try Pattern(arguments.text("regex"))
            let isMatch = arguments.type == "expect_column_values_to_match_regex"
            return judged { pattern.isFound(in: $0) == isMatch }
        case "expect_column_values_to_match_regex_list", "expect_column_values_to_not_match_regex_list":
            var patterns: [Pattern] = []
            for source in try arguments.texts("regex_list") { patterns.append(try Pattern(source)) }
            guard arguments.type == "expect_column_values_to_match_regex_list" else {
                return judged { text in !patterns.contains { $0.isFound(in: text) } }
            }
            if try arguments.word("match_on", among: ["any", "all"]) == "all" {
                return judged { text in patterns.allSatisfy { $0.isFound(in: text) } }
            }
            return judged { text in patterns.contains { $0.isFound(in: text) } }
        case "expect_column_values_to_match_like_pattern", "expect_column_values_to_not_match_like_pattern":
            let pattern = try Pattern(Self.expression(like: arguments.text("like_pattern")))
            let isMatch = arguments.type == "expect_column_values_to_match_like_pattern"
            return judged { pattern.isFound(in: $0) == isMatch }
        case "expect_column_values_to_match_strftime_format":
            let format = try TimeFormat(arguments.text("strftime_format"))
            return judged { format.matches($0) }
        default:
            return judged { (try? JSONValue(parsing: Array($0.utf8))) != nil }
        }
    }

    /// SQL's LIKE: `%` any text, `_` one character, everything else itself.
    private static func expression(like pattern: Text) -> Text {
        var expression = "(?s)^"
        for scalar in pattern.string.unicodeScalars {
            switch scalar {
            case "%": expression += ".*"
            case "_": expression += "."
            case _ where scalar.isASCII && !scalar.properties.isAlphabetic && !("0"..."9").contains(scalar):
                expression += "\\"
                expression.unicodeScalars.append(scalar)
            default: expression.unicodeScalars.append(scalar)
            }
        }
        return Text(expression + "$")
    }
}
