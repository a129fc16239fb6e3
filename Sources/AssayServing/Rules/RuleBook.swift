import AssayColumns
import AssayJSON
import AssayModels
package import AssayTerms

/// All rules that a version's answers are held against, in order.
package struct RuleBook: Sendable {
    package let rules: [AnswerRule]
    /// The columns that some rule looks at, by the names that ``JudgedRows`` gives them.
    private let names: [Text]
    /// Columns of requests that some rule looks at, inputs of the model among them.
    package let requestColumns: [Text]
    /// Whether a rule asks what moved answers.
    package let needsExplanation: Bool

    /// - Returns: `nil` for no rules.
    package init?(_ rules: [AnswerRule]) {
        guard !rules.isEmpty else { return nil }
        self.rules = rules
        let all = Set(rules.flatMap { $0.tests.flatMap(\.columns) })
        names = all.sorted()
        requestColumns = Set(all.compactMap(JudgedRows.requested)).sorted()
        needsExplanation = rules.contains { $0.tests.contains(where: \.needsExplanation) }
            || all.contains { JudgedRows.requested($0) == nil && $0.string.hasPrefix("attribution:") }
    }

    /// Holds rows against every rule, and does with their answers what the strongest that hits says.
    ///
    /// - Parameters:
    ///   - scored: what the model answered.
    ///   - own: columns of the request that were read for rules alone.
    /// - Returns: the rows with what is answered in place of it: `labels` are missing where no answer is given.
    func judged(_ scored: ScoredRows, own: RowBlock?, classes: ClassLabels?) -> ScoredRows {
        let rows = JudgedRows(scored, own: own, names: names)
        var findings = RuleFindings(book: self, rowCount: scored.rowCount)
        for (place, rule) in rules.enumerated() {
            for (row, answer) in rule.answers(rows).enumerated() where answer != .no {
                findings.note(.init(rule: place, isUnknown: answer == .unknown), row: row)
            }
        }
        guard findings.hasHits else {
            var scored = scored
            scored.findings = findings
            return scored
        }
        return applied(findings, to: scored, classes)
    }

    private func applied(_ findings: RuleFindings, to scored: ScoredRows, _ classes: ClassLabels?) -> ScoredRows {
        var findings = findings
        var scored = scored
        var values: [JSONValue?] = []
        var isChanged = false
        for row in 0..<scored.rowCount {
            let model = scored.labels.json(row)
            guard let strongest = findings.strongest(row) else {
                values.append(model)
                continue
            }
            var action = strongest.action
            var answer: JSONValue? = model
            switch action {
            case .flag: break
            case .replace:
                answer = Self.replacement(rules[strongest.rule].replacement, for: scored, classes)
                // What cannot be answered is left to a person.
                if answer == nil { action = .refer }
            case .refer, .refuse: answer = nil
            }
            if action > .flag {
                isChanged = true
                findings.withhold(model, row: row, action: action, by: strongest.rule, replacement: answer)
            }
            values.append(answer)
        }
        if isChanged { scored.labels = Self.labels(values, like: scored.labels) }
        scored.findings = findings
        return scored
    }

    /// The class of that name, or for a model without classes the number.
    ///
    /// - Returns: `nil` for what is neither, and for a model that answers probabilities, which no value replaces.
    private static func replacement(_ text: Text?, for scored: ScoredRows, _ classes: ClassLabels?) -> JSONValue? {
        guard let text, scored.predictions.answer == .values else { return nil }
        guard let classes else { return number(text, like: scored.labels) }
        let names = (0..<classes.count).map { Text(classes.text($0)) }
        if let place = names.firstIndex(of: text) { return AnswerWriter.label(classes, place) }
        // 1 is also 1.0, and true also True.
        if let number = Double(text.string), let place = names.firstIndex(where: { Double($0.string) == number }) {
            return AnswerWriter.label(classes, place)
        }
        if case .booleans = classes, let place = names.firstIndex(where: { $0.string.lowercased() == text.string }) {
            return AnswerWriter.label(classes, place)
        }
        return nil
    }

    private static func number(_ text: Text, like column: Column) -> JSONValue? {
        guard let number = Double(text.string), number.isFinite else { return nil }
        return switch column.values {
        case .double: .number(number)
        case .int64: Int64(exactly: number).map { .integer($0) }
        case .boolean, .text, .timestamp: nil
        }
    }

    private static func labels(_ values: [JSONValue?], like column: Column) -> Column {
        let validity = Validity(values.map { $0 != nil })
        let changed: Column.Values =
            switch column.values {
            case .boolean: .boolean(values.map { $0?.bool == true ? 1 : 0 })
            case .int64: .int64(values.map { $0?.integer ?? 0 })
            case .double: .double(values.map { $0?.number ?? .nan })
            case .text: text(values)
            case .timestamp(let times): .timestamp(times)
            }
        return Column(name: column.name, values: changed, validity: validity)
    }

    private static func text(_ values: [JSONValue?]) -> Column.Values {
        let dictionary = TextDictionary()
        return .text(codes: values.map { dictionary.code(for: Text($0?.string ?? "")) }, dictionary: dictionary)
    }
}
