package import AssayJSON
package import AssayTerms

/// What rules found in a block of rows, and what became of the rows' answers.
package struct RuleFindings: Sendable {
    /// One rule that hits a row.
    struct Hit: Sendable {
        /// By its place in the book.
        var rule: Int
        /// Whether it could not be told.
        var isUnknown: Bool
    }

    /// What was not answered as the model predicted.
    private struct Withheld: Sendable {
        var model: JSONValue
        var action: AnswerRule.Action
        var rule: Int
        var replacement: JSONValue?
    }

    private let rules: [AnswerRule]
    package let rowCount: Int
    /// By row; few rows are hit.
    private var hits: [Int: [Hit]] = [:]
    private var withheld: [Int: Withheld] = [:]

    init(book: RuleBook, rowCount: Int) {
        rules = book.rules
        self.rowCount = rowCount
    }

    mutating func note(_ hit: Hit, row: Int) { hits[row, default: []].append(hit) }

    mutating func withhold(_ model: JSONValue, row: Int, action: AnswerRule.Action, by rule: Int, replacement: JSONValue?) {
        withheld[row] = Withheld(model: model, action: action, rule: rule, replacement: replacement)
    }

    var hasHits: Bool { !hits.isEmpty }
    package var ruleCount: Int { rules.count }

    private func action(_ hit: Hit) -> AnswerRule.Action { hit.isUnknown ? rules[hit.rule].unknown : rules[hit.rule].action }

    /// What decides about a row: the strongest hit, of equal ones the first.
    func strongest(_ row: Int) -> (rule: Int, action: AnswerRule.Action)? {
        var found: (rule: Int, action: AnswerRule.Action)?
        for hit in hits[row] ?? [] where found.map({ $0.action < action(hit) }) ?? true { found = (hit.rule, action(hit)) }
        return found
    }

    /// Whether the model's own answer is given for a row.
    package func isAsPredicted(_ row: Int) -> Bool { withheld[row] == nil }

    /// What is answered in place of the model's answer; `null` for nothing.
    func replacement(_ row: Int) -> JSONValue { withheld[row]?.replacement ?? .null }

    /// Rows with an action, in order.
    func rows(_ action: AnswerRule.Action) -> [(row: Int, rule: Text)] {
        withheld.filter { $0.value.action == action }.sorted { $0.key < $1.key }.map { ($0.key, rules[$0.value.rule].name) }
    }

    /// What is said of a row: each rule that hits it, with what it asks for. Empty where none does.
    package func json(row: Int) -> [JSONValue] {
        (hits[row] ?? []).map { hit in
            var object: JSONObject = ["rule": .string(rules[hit.rule].name.string), "action": .string(action(hit).rawValue)]
            if hit.isUnknown { object["unknown"] = true }
            return .object(object)
        }
    }

    /// As prediction records have it, and results of jobs; `nil` where no rule hits.
    package func record(row: Int) -> JSONObject? {
        let found = json(row: row)
        guard !found.isEmpty else { return nil }
        var object: JSONObject = ["hits": .array(found)]
        if let withheld = withheld[row] {
            object["done"] = .string(withheld.action.rawValue)
            object["model"] = withheld.model
        }
        return object
    }

    /// How many rows each rule hit.
    package struct Count: Hashable, Sendable {
        package var rule: Text
        package var action: AnswerRule.Action
        package var rows = 0
        /// Of them, those of which it could not be told.
        package var unknown = 0
    }

    /// By rule and action, in the order of the rules. All blocks of an answer were held against the same rules.
    package static func counts(_ scored: [ScoredRows]) -> [Count] {
        var counts: [Count] = []
        var places: [Int: Int] = [:]
        for findings in scored.compactMap(\.findings) {
            for hit in findings.hits.values.joined() {
                let action = findings.action(hit)
                let key = hit.rule * AnswerRule.Action.allCases.count + (AnswerRule.Action.allCases.firstIndex(of: action) ?? 0)
                if places[key] == nil {
                    places[key] = counts.count
                    counts.append(Count(rule: findings.rules[hit.rule].name, action: action))
                }
                counts[places[key] ?? 0].rows += 1
                if hit.isUnknown { counts[places[key] ?? 0].unknown += 1 }
            }
        }
        return places.sorted { $0.key < $1.key }.map { counts[$0.value] }
    }

    package static let checkedField = "Assay-Rules"
    package static let hitsField = "Assay-Rule-Hits"

    /// Headers of an answer: how many rules its rows were held against, and which hit how many of them. Empty where there are no rules.
    ///
    /// - Source: RFC 9651, lists with parameters; names of rules are tokens, or strings where they begin with a digit or an underscore.
    package static func headers(_ scored: [ScoredRows]) -> [(name: String, value: String)] {
        guard let findings = scored.lazy.compactMap(\.findings).first else { return [] }
        var headers = [(name: checkedField, value: String(findings.ruleCount))]
        let counts = counts(scored)
        guard !counts.isEmpty else { return headers }
        let list = counts.map { count in
            let isToken = count.rule.utf8.first.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 } ?? false
            let name = isToken ? count.rule.string : "\"\(count.rule)\""
            return "\(name);action=\(count.action.rawValue);rows=\(count.rows)" + (count.unknown > 0 ? ";unknown=\(count.unknown)" : "")
        }
        headers.append((name: hitsField, value: list.joined(separator: ", ")))
        return headers
    }
}
