package import AssayTerms

/// Reads a table of reason codes, or lists everything that is wrong with it by line and column.
///
/// What depends on the model, whether the inputs named are there and each of them is covered, is said by whoever binds the table to one.
package struct ReasonCodesReader: DocumentReading {
    /// Bytes of a table.
    package static let limit = 256 << 10

    var problems: [PolicyProblems.Problem] = []

    /// - Parameter source: UTF-8, at most 256 KiB; YAML, and so JSON.
    /// - Throws: `PolicyProblems`, sorted by place.
    package static func read(_ source: [UInt8]) throws(PolicyProblems) -> ReasonCodes {
        try ReasonCodesReader().document(source, noun: "table of reason codes") { $0.table($1) }
    }

    private mutating func table(_ node: YAMLNode) -> ReasonCodes? {
        guard let fields = fields(node, ReasonCodesTables.file) else { return nil }
        requireFormat(ReasonCodesTables.format, " for reason codes,", in: fields)
        let name = text("name", in: fields)
        let version = text("version", in: fields)
        let unfavourable = fields["unfavourable"].flatMap { self.unfavourable($0) }
        let limit = fields.has("reasons") ? integer("reasons", in: fields) : ReasonCodes.usualLimit
        let minimum = fields.has("minimum") ? self.minimum(fields) : .amount(0)
        let never = fields.has("never") ? patterns("never", in: fields) : []
        var codes: [ReasonCodes.Code] = []
        var lines: [Text: Int] = [:]
        for item in items("codes", in: fields) ?? [] {
            guard let code = code(item) else { continue }
            if let line = lines[code.code] { report(item.position, "the code '\(code.code)' stands on line \(line) already; put its inputs together there") }
            lines[code.code] = lines[code.code] ?? item.position.line
            codes.append(code)
        }
        guard let name, let version, let unfavourable, let limit, let minimum, let never else { return nil }
        return ReasonCodes(name: name, version: version, unfavourable: unfavourable, limit: limit, minimum: minimum, never: never, codes: codes)
    }

    private mutating func unfavourable(_ node: YAMLNode) -> ReasonCodes.Unfavourable? {
        guard let fields = fields(node, ReasonCodesTables.unfavourable) else { return nil }
        guard fields.has("class") != fields.has("number") else {
            report(node.position, "'unfavourable' is {class: LABEL}, or {number: high} or {number: low}")
            return nil
        }
        if fields.has("class") { return text("class", in: fields).map { .label($0) } }
        guard let word = text("number", in: fields) else { return nil }
        switch word {
        case "high": return .high
        case "low": return .low
        default:
            report(fields.keyPosition("number"), "'number' is high or low, not '\(word)'")
            return nil
        }
    }

    private mutating func minimum(_ fields: Fields) -> ReasonCodes.Minimum? {
        guard let node = fields["minimum"], let text = text("minimum", in: fields) else { return nil }
        let isShare = text.string.hasSuffix("%")
        guard let number = Self.number(Text(isShare ? String(text.string.dropLast()) : text.string)), number >= 0, !isShare || number <= 100 else {
            report(node.position, "'minimum' is a number from 0, or a share from 0% to 100%, not '\(text)'")
            return nil
        }
        return isShare ? .share(number / 100) : .amount(number)
    }

    /// Names of inputs, in which `*` stands at the end alone.
    private mutating func patterns(_ key: Text, in fields: Fields) -> [Text]? {
        guard let texts = texts(key, in: fields) else { return nil }
        for text in texts where text.utf8.dropLast().contains(UInt8(ascii: "*")) {
            report(fields.keyPosition(key), "'\(text)' has a '*' that is not its last character")
        }
        return texts
    }

    private mutating func code(_ node: YAMLNode) -> ReasonCodes.Code? {
        guard let fields = fields(node, ReasonCodesTables.code) else { return nil }
        let code = identifier("code", in: fields)
        let text = text("text", in: fields)
        let features = patterns("features", in: fields)
        var condition: ReasonCodes.Condition?
        if let node = fields["when"] {
            condition = self.condition(node)
            if let features, features.count != 1 || features[0].string.hasSuffix("*") {
                report(node.position, "'when' asks about one input, so 'features' names exactly one")
            }
        }
        guard let code, let text, let features else { return nil }
        return ReasonCodes.Code(code: code, text: text, features: features, condition: condition)
    }

    private mutating func condition(_ node: YAMLNode) -> ReasonCodes.Condition? {
        guard let fields = fields(node, ReasonCodesTables.condition) else { return nil }
        guard fields.entries.count == 1 else {
            report(node.position, "'when' asks one thing: above, below, missing or one-of")
            return nil
        }
        if fields.has("missing") {
            guard let isMissing = boolean("missing", in: fields) else { return nil }
            if !isMissing { report(fields.keyPosition("missing"), "'missing' is true, or 'when' is left out") }
            return .missing
        }
        if fields.has("one-of") { return texts("one-of", in: fields).map { .oneOf($0) } }
        for (key, make) in [("above", ReasonCodes.Condition.above), ("below", ReasonCodes.Condition.below)] as [(Text, (Double) -> ReasonCodes.Condition)] {
            guard let node = fields[key], let text = text(node, what: "'\(key)'") else { continue }
            guard let number = Self.number(text) else {
                report(node.position, "'\(key)' is a number, not '\(text)'")
                return nil
            }
            return make(number)
        }
        return nil
    }

    /// A finite decimal number; no hexadecimal, no infinity.
    static func number(_ text: Text) -> Double? {
        guard !text.isEmpty, text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let number = Double(text.string), number.isFinite else {
            return nil
        }
        return number
    }
}
