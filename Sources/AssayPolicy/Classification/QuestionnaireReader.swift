import AssayCanonical
import AssayTerms

/// Turns the text of a questionnaire into a questionnaire, or lists everything that is wrong with it.
///
/// Rules may look at questions and at rules that stand before them, so that no two can wait for each other.
package struct QuestionnaireReader {
    private var schema = PolicyReader(catalogue: nil)
    private var questions: [Questionnaire.Question] = []
    private var rules: [Questionnaire.Rule] = []

    /// - Parameter source: UTF-8 YAML as policies are written, at most 256 KiB.
    package static func read(_ source: [UInt8]) throws(PolicyProblems) -> Questionnaire {
        var yaml = YAMLReader(noun: "questionnaire")
        let node = yaml.read(source)
        var reader = QuestionnaireReader()
        let questionnaire = node.flatMap { reader.questionnaire($0, digest: SHA256Hasher.digest(of: source)) }
        let problems = yaml.problems + reader.schema.problems
        guard problems.isEmpty, let questionnaire else { throw PolicyProblems(problems) }
        return questionnaire
    }

    private mutating func questionnaire(_ node: YAMLNode, digest: SHA256Digest) -> Questionnaire? {
        let keys: [Text] = ["assay", "name", "version", "as-of", "tiers", "questions", "rules", "obligations"]
        guard let fields = schema.fields(node, what: "the questionnaire", keys: keys) else { return nil }
        for key in keys { schema.require(key, in: fields) }
        if let format = schema.text("assay", in: fields), format.string != Questionnaire.format {
            schema.report(fields.keyPosition("assay"), "'assay' is '\(Questionnaire.format)', not '\(format)'")
        }
        let name = schema.text("name", in: fields, limit: 64)
        let version = schema.text("version", in: fields, limit: 64)
        let asOf = day("as-of", in: fields)
        for item in schema.list("questions", in: fields) ?? [] {
            if let question = self.question(item) { questions.append(question) }
        }
        for item in schema.list("rules", in: fields) ?? [] {
            if let rule = self.rule(item) { rules.append(rule) }
        }
        let obligations = (schema.list("obligations", in: fields) ?? []).compactMap { obligation($0) }
        let tiers = fields["tiers"].flatMap { schema.fields($0, what: "'tiers'", keys: ["moderate", "high"]) }
        guard let name, let version, let asOf, let tiers,
            let moderate = schema.integer("moderate", in: tiers, range: 1...1_000),
            let high = schema.integer("high", in: tiers, range: 1...1_000)
        else {
            if let tiers { for key in ["moderate", "high"] as [Text] { schema.require(key, in: tiers) } }
            return nil
        }
        if high <= moderate { schema.report(tiers.keyPosition("high"), "'high' takes more points than 'moderate'") }
        return Questionnaire(
            name: name, version: version, asOf: asOf, digest: digest, questions: questions, rules: rules,
            obligations: obligations, moderatePoints: moderate, highPoints: high)
    }

    private mutating func question(_ node: YAMLNode) -> Questionnaire.Question? {
        let keys: [Text] = ["id", "section", "text", "citation", "kind", "effects", "options", "from", "uncertain"]
        guard let fields = schema.fields(node, what: "this question", keys: keys) else { return nil }
        for key in ["id", "section", "text", "kind"] as [Text] { schema.require(key, in: fields) }
        let id = newID(in: fields)
        let section = schema.text("section", in: fields)
        let text = schema.text("text", in: fields, limit: 1_024)
        var kind: Questionnaire.Kind?
        switch schema.text("kind", in: fields) {
        case "yes-no"?:
            if fields.has("options") { schema.report(fields.keyPosition("options"), "only a choice has options") }
            kind = .yesNo(fields["effects"].map { effects($0) } ?? Questionnaire.Effects())
        case "choice"?:
            if fields.has("effects") { schema.report(fields.keyPosition("effects"), "a choice has its effects in its options") }
            schema.require("options", in: fields)
            let options = (schema.list("options", in: fields) ?? []).compactMap { option($0) }
            for (place, option) in options.enumerated() where options[..<place].contains(where: { $0.id == option.id }) {
                schema.report(fields.keyPosition("options"), "the option '\(option.id)' stands here twice")
            }
            if options.count < 2 { schema.report(fields.keyPosition("options"), "a choice has two options at least") }
            kind = .choice(options)
        case let other?: schema.report(fields.keyPosition("kind"), "'kind' is yes-no or choice, not '\(other)'")
        case nil: break
        }
        let citation = schema.text("citation", in: fields)
        let from = day("from", in: fields)
        let uncertain = schema.text("uncertain", in: fields, limit: 1_024)
        guard let id, let section, let text, let kind else { return nil }
        return .init(id: id, section: section, text: text, citation: citation, kind: kind, from: from, uncertain: uncertain)
    }

    private mutating func option(_ node: YAMLNode) -> Questionnaire.Option? {
        let keys: [Text] = ["id", "text", "class", "tier", "points"]
        guard let fields = schema.fields(node, what: "this option", keys: keys) else { return nil }
        for key in ["id", "text"] as [Text] { schema.require(key, in: fields) }
        guard let id = schema.text("id", in: fields, limit: 64), let text = schema.text("text", in: fields, limit: 512) else {
            return nil
        }
        return .init(id: id, text: text, effects: effects(in: fields))
    }

    private mutating func rule(_ node: YAMLNode) -> Questionnaire.Rule? {
        let keys: [Text] = ["id", "text", "citation", "any", "all", "none", "effects", "uncertain"]
        guard let fields = schema.fields(node, what: "this rule", keys: keys) else { return nil }
        for key in ["id", "text"] as [Text] { schema.require(key, in: fields) }
        let id = newID(in: fields)
        let text = schema.text("text", in: fields, limit: 1_024)
        let any = atoms("any", in: fields)
        let all = atoms("all", in: fields)
        let none = atoms("none", in: fields)
        // Of `none` alone it would hold where nothing was said.
        if any.isEmpty, all.isEmpty { schema.report(fields.position, "a rule needs 'any' or 'all'") }
        let effects = fields["effects"].map { self.effects($0) } ?? Questionnaire.Effects()
        let citation = schema.text("citation", in: fields)
        let uncertain = schema.text("uncertain", in: fields, limit: 1_024)
        guard let id, let text else { return nil }
        return .init(
            id: id, text: text, citation: citation, any: any, all: all, none: none, effects: effects, uncertain: uncertain)
    }

    private mutating func obligation(_ node: YAMLNode) -> Questionnaire.Obligation? {
        let keys: [Text] = ["id", "text", "citation", "any", "from", "formal-from", "uncertain"]
        guard let fields = schema.fields(node, what: "this obligation", keys: keys) else { return nil }
        for key in ["id", "text", "citation", "from"] as [Text] { schema.require(key, in: fields) }
        let id = schema.text("id", in: fields, limit: 128)
        let text = schema.text("text", in: fields, limit: 1_024)
        let citation = schema.text("citation", in: fields)
        let any = atoms("any", in: fields)
        let from = day("from", in: fields)
        let formalFrom = day("formal-from", in: fields)
        let uncertain = schema.text("uncertain", in: fields, limit: 1_024)
        guard let id, let text, let citation, let from else { return nil }
        return .init(id: id, text: text, citation: citation, any: any, from: from, formalFrom: formalFrom, uncertain: uncertain)
    }

    // MARK: - Parts

    private mutating func effects(_ node: YAMLNode) -> Questionnaire.Effects {
        schema.fields(node, what: "'effects'", keys: ["class", "tier", "points"]).map { self.effects(in: $0) } ?? Questionnaire.Effects()
    }

    private mutating func effects(in fields: Fields) -> Questionnaire.Effects {
        Questionnaire.Effects(
            euClass: schema.word(EUClass.self, "class", in: fields), tier: schema.word(Tier.self, "tier", in: fields),
            points: schema.integer("points", in: fields, range: 0...100) ?? 0)
    }

    /// Questions, their options as `question=option`, and rules that stand before.
    private mutating func atoms(_ key: Text, in fields: Fields) -> [Questionnaire.Atom] {
        (schema.texts(key, in: fields) ?? []).compactMap { word in
            let parts = word.string.split(separator: "=", maxSplits: 1).map { Text(String($0)) }
            let question = questions.first { $0.id == parts.first }
            switch (question?.kind, parts.count) {
            case (.yesNo?, 1): return .yes(word)
            case (.choice(let options)?, 2) where options.contains(where: { $0.id == parts[1] }): return .choice(parts[0], option: parts[1])
            case (nil, 1) where rules.contains { $0.id == word }: return .rule(word)
            default:
                let names = questions.map(\.id.string) + rules.map(\.id.string)
                schema.report(
                    fields.keyPosition(key),
                    "'\(word)' is no yes-no question, no option written QUESTION=OPTION and no rule that stands before\(NearNames.question(for: word.string, among: names))")
                return nil
            }
        }
    }

    /// An id that neither a question nor a rule has.
    private mutating func newID(in fields: Fields) -> Text? {
        guard let id = schema.text("id", in: fields, limit: 64) else { return nil }
        let isPlain = id.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        guard isPlain else {
            schema.report(fields.keyPosition("id"), "an id has a-z, 0-9 and '-'; '\(id)' has others")
            return nil
        }
        guard !questions.contains(where: { $0.id == id }), !rules.contains(where: { $0.id == id }) else {
            schema.report(fields.keyPosition("id"), "the id '\(id)' is taken")
            return nil
        }
        return id
    }

    private mutating func day(_ key: Text, in fields: Fields) -> CalendarDay? {
        guard let text = schema.text(key, in: fields) else { return nil }
        guard let day = CalendarDay(text) else {
            schema.report(fields.keyPosition(key), "'\(key)' is a day, 2027-12-02, not '\(text)'")
            return nil
        }
        return day
    }
}
