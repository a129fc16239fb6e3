import AssayCanonical
import AssayColumns
import AssayData
import AssayExplain
import AssayForeign
import AssayJSON
import AssayModels
import AssayServing
import AssayTerms

/// What `assay counterfactual` says.
struct CounterfactualReport {
    let opened: OpenedModel
    let form: ModelForm
    let search: CounterfactualSearch
    let target: CounterfactualTarget
    let rules: ChangeRulesFile
    let data: String
    let seed: UInt64
    var origin: ScorerOrigin?
    var facts: DataFacts?
    /// Those that are shown.
    var rows: [(json: JSONValue, outcome: CounterfactualSearch.Outcome)] = []
    private var counts: [CounterfactualSearch.Outcome.Status: Int] = [:]
    private var evaluations = 0

    init(
        opened: OpenedModel, form: ModelForm, search: CounterfactualSearch, target: CounterfactualTarget, rules: ChangeRulesFile, data: String, seed: UInt64
    ) {
        self.opened = opened
        self.form = form
        self.search = search
        self.target = target
        self.rules = rules
        self.data = data
        self.seed = seed
    }

    /// Counts a row, and answers what is said of it.
    mutating func add(_ outcome: CounterfactualSearch.Outcome, row: Int) -> JSONValue {
        counts[outcome.status, default: 0] += 1
        evaluations += outcome.evaluations
        return [
            "row": .integer(Int64(row)), "prediction": outcome.predictions.values.json(0), "status": .string(outcome.status.rawValue),
            "counterfactuals": .array(outcome.answers.map(Self.json)), "evaluations": .integer(Int64(outcome.evaluations)),
            "tried": .integer(Int64(outcome.tried)), "exhaustive": .bool(outcome.isExhaustive),
        ]
    }

    private static func json(_ answer: CounterfactualSearch.Answer) -> JSONValue {
        var object: JSONObject = [
            "changes": .array(
                answer.changes.map { change in
                    ["feature": .string(change.feature.string), "from": change.from.map(json) ?? .null, "to": json(change.to)]
                }),
            "changed": .integer(Int64(answer.changes.count)), "distance": .number(answer.distance), "optimal": .bool(answer.isOptimal),
            "prediction": answer.predictions.values.json(0),
        ]
        object["probability"] = answer.probability.map { .number($0) }
        return .object(object)
    }

    private static func json(_ value: ColumnValue) -> JSONValue {
        switch value {
        case .integer(let value): .integer(value)
        case .fraction(let value): .number(value)
        case .text(let text): .string(text.string)
        case .timestamp: .string(value.name.string)
        }
    }

    /// - Parameter hasRows: whether rows stand here, and not in a file.
    func json(hasRows: Bool) throws(AssayError) -> [UInt8] {
        var inputs: [Envelope.Input] = facts.map { [.init(role: "data", name: Text(data), digest: $0.digest, rows: $0.rowCount)] } ?? []
        if let digest = rules.digest { inputs.append(.init(role: "constraints", name: Text(rules.name ?? ""), digest: digest)) }
        var subjects: [Envelope.Subject] = []
        if let digest = try opened.manifestDigest() { subjects.append(.init(name: Text(opened.name), digest: digest)) }
        var envelope = Envelope(
            subjects: subjects, engineVersion: AssayVersion.current, computedAt: SystemTime.now(), provenance: .recomputed, inputs: inputs,
            parameters: [
                "background": .text(Text(search.pool.backgroundName)), "background_rows": .integer(Int64(search.pool.rowCount)),
                "target": .text(Text(target.words)), "count": .integer(Int64(search.settings.count)),
                "evaluations": .integer(Int64(search.settings.evaluations)), "seed": .text(Text(String(seed))),
            ], results: [])
        envelope.scorer = origin
        var answer = EnvelopeJSON.commandLineValue(of: envelope, rows: hasRows ? .array(rows.map(\.json)) : nil)
        if case .object(var object) = answer {
            object["summary"] = [
                "rows": .integer(Int64(facts?.rowCount ?? 0)), "found": .integer(Int64(counts[.found] ?? 0)),
                "already": .integer(Int64(counts[.already] ?? 0)), "none": .integer(Int64(counts[.none] ?? 0)), "evaluations": .integer(Int64(evaluations)),
            ]
            answer = .object(object)
        }
        return answer.bytes(pretty: true) + [UInt8(ascii: "\n")]
    }

    func text() -> [UInt8] {
        let pool = search.pool
        let of = pool.rowCount == pool.availableCount ? "" : " of \(NumberText.grouped(pool.availableCount))"
        var lines = [
            "\(opened.name): \(form.description)",
            "\(NumberText.grouped(facts?.rowCount ?? 0)) rows of \(data), to \(target.words), with values of \(NumberText.grouped(pool.rowCount))\(of) rows of \(pool.backgroundName)",
            "found for \(NumberText.grouped(counts[.found] ?? 0)), so already \(NumberText.grouped(counts[.already] ?? 0)), nothing found for "
                + "\(NumberText.grouped(counts[.none] ?? 0)); \(NumberText.grouped(evaluations)) evaluations of the model",
        ]
        for (number, entry) in rows.enumerated() {
            let outcome = entry.outcome
            switch outcome.status {
            case .already: lines += ["", "row \(number): is answered so already"]
            case .none: lines += ["", "row \(number): \(Self.nothing(outcome))"]
            case .found:
                lines += ["", "row \(number):"]
                for answer in outcome.answers {
                    let changes = answer.changes.map { "\($0.feature.string.printable) from \($0.from.map { $0.name.string.printable } ?? "nothing") to \($0.to.name.string.printable)" }
                    let probability = answer.probability.map { ", probability \(ShortestDecimal.text(of: ($0 * 10_000).rounded() / 10_000))" } ?? ""
                    let best = answer.isOptimal ? "" : "; not every combination was tried"
                    lines.append("  \(changes.joined(separator: ", "))  (distance \(ShortestDecimal.text(of: (answer.distance * 1_000).rounded() / 1_000))\(probability)\(best))")
                }
            }
        }
        lines += ["", "Of the values tried; the model is asked what it would answer, not what would come of the change."]
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private static func nothing(_ outcome: CounterfactualSearch.Outcome) -> String {
        let count = "\(NumberText.grouped(outcome.evaluations)) \(outcome.evaluations == 1 ? "combination" : "combinations")"
        if outcome.isExhaustive { return "nothing found, and every allowed combination of the values was tried (\(count))" }
        let whole = outcome.tried == 0 ? "not even every change of one input" : "every change of up to \(outcome.tried) \(outcome.tried == 1 ? "input" : "inputs")"
        return "nothing found within \(count), which are \(whole), and a part of the others; there may be one all the same"
    }
}
