import AssayTerms

/// The fields that a place in a document sees, and what they are.
struct PMMLScope: Sendable {
    struct Field: Sendable {
        let place: Int
        /// Whether its values are words; otherwise numbers, truths as 1 and 0.
        let isText: Bool
        let isCategorical: Bool
        /// Whether its numbers are 32-bit ones, and what they are compared with.
        let isFloat: Bool
        /// The input columns that it is made from.
        let origins: Set<Int>
    }

    private(set) var fields: [Text: Field] = [:]
    var words = PMMLWords()
    /// Values of a row; places are never used twice.
    private(set) var placeCount = 0

    static let fieldLimit = 100_000

    mutating func add(
        _ name: String, isText: Bool, isCategorical: Bool, isFloat: Bool = false, origins: Set<Int>, at element: PMMLElement
    ) throws(AssayError) -> Int {
        guard placeCount < Self.fieldLimit else { throw AssayError(.limitExceeded, "\(element.file) has more than \(Self.fieldLimit) fields") }
        fields[Text(name)] = Field(place: placeCount, isText: isText, isCategorical: isCategorical, isFloat: isFloat, origins: origins)
        placeCount += 1
        return placeCount - 1
    }

    func field(_ name: String, at element: PMMLElement) throws(AssayError) -> Field {
        guard let field = fields[Text(name)] else { throw element.damaged("names field '\(name.prefix(100))', which is not there") }
        return field
    }

    /// A value that a field is compared with.
    mutating func value(_ text: String, for field: Field, at element: PMMLElement) throws(AssayError) -> PMMLValue {
        PMMLModelNode.rounded(try value(text, isText: field.isText, at: element), field.isFloat)
    }

    /// A value as it stands in a document, in a field's type.
    mutating func value(_ text: String, isText: Bool, at element: PMMLElement) throws(AssayError) -> PMMLValue {
        if isText { return .word(words.place(of: Text(text))) }
        if text == "true" { return .number(1) }
        if text == "false" { return .number(0) }
        guard let number = PMMLElement.number(text) else { throw element.damaged("has a value that is no number for a field of numbers") }
        return .number(number)
    }

    /// Forgets the names of a part of the document; the words and places stay.
    mutating func leave(_ outer: PMMLScope, keeping names: [Text] = [], of inner: PMMLScope? = nil) {
        fields = outer.fields
        for name in names { fields[name] = inner?.fields[name] }
    }

    static func isText(_ element: PMMLElement) throws(AssayError) -> Bool {
        switch element.text("dataType") ?? "double" {
        case "string": return true
        case "integer", "float", "double", "boolean": return false
        case let type: throw element.unsupported("is of type '\(type.prefix(40))', which is not read")
        }
    }
}

/// A field of the data dictionary: which of its values are valid.
struct PMMLDataField: Sendable {
    let name: String
    let element: PMMLElement
    let isText: Bool
    let isCategorical: Bool
    /// Numbers as 32-bit ones.
    let isFloat: Bool
    private(set) var valid: Set<PMMLValue> = []
    private(set) var invalid: Set<PMMLValue> = []
    private(set) var missing: Set<PMMLValue> = []
    private(set) var intervals: [PMMLInterval] = []

    init(_ element: PMMLElement, _ scope: inout PMMLScope) throws(AssayError) {
        self.element = element
        name = try element.required("name")
        isText = try PMMLScope.isText(element)
        isFloat = element.text("dataType") == "float"
        let type = element.text("optype") ?? "continuous"
        guard ["continuous", "categorical", "ordinal"].contains(type), element.text("isCyclic") ?? "0" == "0" else {
            throw element.unsupported("is of kind '\(type.prefix(40))', which is not read")
        }
        isCategorical = type != "continuous"
        for value in element.all("Value") {
            let own = PMMLModelNode.rounded(try scope.value(value.required("value"), isText: isText, at: value), isFloat)
            switch value.text("property") ?? "valid" {
            case "valid": valid.insert(own)
            case "invalid": invalid.insert(own)
            case "missing": missing.insert(own)
            case let word: throw value.damaged("has property '\(word.prefix(40))'")
            }
        }
        for interval in element.all("Interval") { intervals.append(try PMMLInterval(interval)) }
    }

    func isValid(_ value: PMMLValue) -> Bool {
        if invalid.contains(value) { return false }
        // Listed values are all that are valid, for categories as for numbers; intervals say so for numbers.
        if valid.isEmpty, intervals.isEmpty { return true }
        if valid.contains(value) { return true }
        guard let number = value.number else { return false }
        return intervals.contains { $0.contains(number) }
    }
}

/// A range of numbers with its ends in or out.
struct PMMLInterval: Sendable {
    private let low: Double
    private let high: Double
    private let takesLow: Bool
    private let takesHigh: Bool

    init(_ element: PMMLElement) throws(AssayError) {
        low = try element.number("leftMargin") ?? -.infinity
        high = try element.number("rightMargin") ?? .infinity
        switch try element.required("closure") {
        case "openOpen": (takesLow, takesHigh) = (false, false)
        case "openClosed": (takesLow, takesHigh) = (false, true)
        case "closedOpen": (takesLow, takesHigh) = (true, false)
        case "closedClosed": (takesLow, takesHigh) = (true, true)
        case let word: throw element.damaged("has closure '\(word.prefix(40))'")
        }
    }

    func contains(_ value: Double) -> Bool {
        (takesLow ? value >= low : value > low) && (takesHigh ? value <= high : value < high)
    }
}

/// What a model does with an input before it looks at it.
///
/// - Source: PMML 4.4, "Mining Schema": invalid values first, then missing ones, then outliers.
struct PMMLMiningField: Sendable {
    private enum Invalid: Sendable {
        case refused, asIs, asMissing
        case asValue(PMMLValue)
    }

    let data: PMMLDataField
    let place: Int
    private let invalid: Invalid
    private let replacement: PMMLValue?
    private let refusesMissing: Bool
    /// `asExtremeValues` or `asMissingValues` with the ends.
    private let outliers: (low: Double, high: Double, becomesMissing: Bool)?

    init(_ element: PMMLElement, _ data: PMMLDataField, _ scope: inout PMMLScope, place: Int) throws(AssayError) {
        self.data = data
        self.place = place
        switch element.text("invalidValueTreatment") ?? "returnInvalid" {
        case "returnInvalid": invalid = .refused
        case "asIs": invalid = .asIs
        case "asMissing": invalid = .asMissing
        case "asValue": invalid = .asValue(try scope.value(element.required("invalidValueReplacement"), isText: data.isText, at: element))
        case let word: throw element.unsupported("treats invalid values by '\(word.prefix(40))', which is not read")
        }
        replacement = try element.text("missingValueReplacement").map { (text) throws(AssayError) in
            try scope.value(text, isText: data.isText, at: element)
        }
        refusesMissing = element.text("missingValueTreatment") == "returnInvalid"
        switch element.text("outliers") ?? "asIs" {
        case "asIs": outliers = nil
        case let word where word == "asMissingValues" || word == "asExtremeValues":
            guard !data.isText else { throw element.damaged("has outliers though its values are words") }
            outliers = (try element.number("lowValue") ?? -.infinity, try element.number("highValue") ?? .infinity, word == "asMissingValues")
        case let word: throw element.damaged("treats outliers by '\(word.prefix(40))'")
        }
    }

    /// Whether it takes values as they are, but for those that are invalid.
    var isPlain: Bool { replacement == nil && outliers == nil }

    /// - Returns: `nil` for a value that the model does not take.
    func prepared(_ given: PMMLValue) -> PMMLValue? {
        var value = given
        if case .number(let number) = value, data.isFloat { value = .number(Double(Float(number))) }
        if data.missing.contains(value) { value = .missing }
        if value != .missing, !data.isValid(value) {
            switch invalid {
            case .refused: return nil
            case .asIs: break
            case .asMissing: value = .missing
            case .asValue(let other): value = other
            }
        }
        if let outliers, case .number(let number) = value, number < outliers.low || number > outliers.high {
            value = outliers.becomesMissing ? .missing : .number(min(max(number, outliers.low), outliers.high))
        }
        if value == .missing {
            if let replacement { return replacement }
            if refusesMissing { return nil }
        }
        return value
    }
}
