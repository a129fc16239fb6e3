import AssayColumns
import AssayJSON
import AssayTerms

/// The `kwargs` of one expectation, read by type; every name that nobody asked for is refused at the end.
struct ExpectationArguments {
    let type: Text
    private let object: JSONObject
    /// What changes how an answer is shown, or says nothing about the data.
    private var known: Set<Text> = [
        "result_format", "include_config", "catch_exceptions", "batch_id", "row_condition", "condition_parser", "mostly",
        "severity", "meta", "notes", "description",
    ]

    init(type: Text, object: JSONObject) {
        self.type = type
        self.object = object
    }

    func error(_ what: String) -> AssayError { AssayError(.invalidArgument, "\(type) \(what)") }

    private mutating func value(_ name: Text) -> JSONValue? {
        known.insert(name)
        guard let value = object[name.string], !value.isNull else { return nil }
        return value
    }

    mutating func text(_ name: Text) throws(AssayError) -> Text {
        guard let text = value(name)?.string else { throw error("needs '\(name)', a string") }
        return Text(text)
    }

    mutating func texts(_ name: Text) throws(AssayError) -> [Text] {
        var texts: [Text] = []
        guard let items = value(name)?.array else { throw error("needs '\(name)', a list of strings") }
        for item in items {
            guard let text = item.string else { throw error("needs '\(name)', a list of strings") }
            texts.append(Text(text))
        }
        return texts
    }

    mutating func word(_ name: Text, among words: [Text]) throws(AssayError) -> Text {
        guard let given = value(name) else { return words[0] }
        guard let text = given.string.map({ Text($0) }), words.contains(text) else {
            throw error("takes '\(name)' as one of \(words.map(\.string).joined(separator: ", "))")
        }
        return text
    }

    mutating func flag(_ name: Text, standard: Bool = false) throws(AssayError) -> Bool {
        guard let value = value(name) else { return standard }
        guard let flag = value.bool else { throw error("takes '\(name)' as true or false") }
        return flag
    }

    mutating func number(_ name: Text) throws(AssayError) -> Double? {
        guard let value = value(name) else { return nil }
        guard let number = value.number, number.isFinite else { throw error("takes '\(name)' as a number") }
        return number
    }

    mutating func requiredNumber(_ name: Text) throws(AssayError) -> Double {
        guard let number = try number(name) else { throw error("needs '\(name)', a number") }
        return number
    }

    /// A list of values as JSON has them; `nil` among them is a missing value.
    mutating func values(_ name: Text) throws(AssayError) -> [JSONValue] {
        guard let values = value(name)?.array else { throw error("needs '\(name)', a list") }
        return values
    }

    mutating func optionalValues(_ name: Text) throws(AssayError) -> [JSONValue]? {
        value(name) == nil ? nil : try values(name)
    }

    mutating func raw(_ name: Text) -> JSONValue? { value(name) }

    /// The bounds of every `…_to_be_between`.
    mutating func bounds() throws(AssayError) -> (
        least: JSONValue?, greatest: JSONValue?, isStrictLeast: Bool, isStrictGreatest: Bool
    ) {
        let bounds = (
            value("min_value"), value("max_value"), try flag("strict_min"), try flag("strict_max")
        )
        guard bounds.0 != nil || bounds.1 != nil else { throw error("needs 'min_value' or 'max_value'") }
        return bounds
    }

    /// The share of values that must be as expected.
    func mostly() throws(AssayError) -> Double {
        guard let value = object["mostly"], !value.isNull else { return 1 }
        guard let number = value.number, (0...1).contains(number) else { throw error("takes 'mostly' as a number from 0 to 1") }
        return number
    }

    /// - Throws: `invalidArgument` naming arguments that change the answer in a way nothing here knows.
    func requireNoOthers() throws(AssayError) {
        for member in object.members where !known.contains(Text(member.name)) && !member.value.isNull {
            throw error("has the argument '\(member.name)', which is not known here")
        }
        for member in object.members {
            if member.value.object?["$PARAMETER"] != nil {
                throw error("takes '\(member.name)' from an evaluation parameter; write its value")
            }
        }
    }
}

extension ColumnValue {
    /// A value of a suite, by the type of the column it is compared with: text is read as a time where the column holds
    /// timestamps, and true and false are 1 and 0.
    ///
    /// - Returns: `nil` for what no column can hold: objects, lists, null.
    init?(_ json: JSONValue, comparedWith type: ColumnType) {
        switch json {
        case .bool(let flag): self = ColumnValue(flag)
        case .integer(let integer): self = .integer(integer)
        case .number(let number):
            guard let value = ColumnValue(number) else { return nil }
            self = value
        case .string(let string):
            if type == .timestamp, let time = Timestamp.microseconds(from: Text(string)) {
                self = .timestamp(time)
            } else {
                self = .text(Text(string))
            }
        case .array, .object, .null: return nil
        }
    }
}
