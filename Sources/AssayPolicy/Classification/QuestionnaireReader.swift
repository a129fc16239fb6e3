import AssayCanonical
import AssayTerms

/// Turns the text of a questionnaire into a questionnaire, or lists everything that is wrong with it.
///
/// Rules may look at questions and at rules that stand before them, so that no two can wait for each other.
package struct QuestionnaireReader: DocumentReading {
    var problems: [PolicyProblems.Problem] = []
    private var questions: [Questionnaire.Question] = []
    private var rules: [Questionnaire.Rule] = []

    /// - Parameter source: UTF-8 YAML as policies are written, at most 256 KiB.
    package static func read(_ source: [UInt8]) throws(PolicyProblems) -> Questionnaire {
        try QuestionnaireReader().document(source, noun: "questionnaire") { $0.questionnaire($1, digest: SHA256Hasher.digest(of: source)) }
    }

    private mutating func questionnaire(_ node: YAMLNode, digest: SHA256Digest) -> Questionnaire? {
        guard let fields = fields(node, QuestionnaireTables.questionnaire) else { return nil }
        if let format = self.text("assay", in: fields), format.string != Questionnaire.format {
            report(fields.keyPosition("assay"), "'assay' is '\(Questionnaire.format)', not '\(format)'")
        }
        let name = identifier("name", in: fields)
        let version = identifier("version", in: fields)
        let asOf = day("as-of", in: fields)
        for item in items("questions", in: fields) ?? [] {
            if let question = self.question(item) { questions.append(question) }
        }
        for item in items("rules", in: fields) ?? [] {
            if let rule = self.rule(item) { rules.append(rule) }
        }
        let obligations = (items("obligations", in: fields) ?? []).compactMap { obligation($0) }
        let defaults = fields["defaults"].flatMap { self.defaults($0) }
        let tiers = fields["tiers"].flatMap { self.fields($0, QuestionnaireTables.tiers) }
        guard let name, let version, let asOf, let tiers, let defaults, let moderate = integer("moderate", in: tiers),
            let high = integer("high", in: tiers)
        else { return nil }
        if high <= moderate { report(tiers.keyPosition("high"), "'high' takes more points than 'moderate'") }
        return Questionnaire(
            name: name, version: version, asOf: asOf, digest: digest, questions: questions, rules: rules,
            obligations: obligations, moderatePoints: moderate, highPoints: high, defaults: defaults)
    }

    private mutating func question(_ node: YAMLNode) -> Questionnaire.Question? {
        guard let fields = fields(node, QuestionnaireTables.question) else { return nil }
        let id = newID(in: fields)
        let section = self.text("section", in: fields)
        let text = self.text("text", in: fields)
        var kind: Questionnaire.Kind?
        switch self.text("kind", in: fields) {
        case "yes-no"?:
            if fields.has("options") { report(fields.keyPosition("options"), "only a choice and several have options") }
            kind = .yesNo(fields["effects"].map { effects($0) } ?? Questionnaire.Effects())
        case let word? where word == "choice" || word == "several":
            if fields.has("effects") { report(fields.keyPosition("effects"), "a choice has its effects in its options") }
            if !fields.has("options") { report(fields.position, "a choice needs 'options'") }
            let options = (items("options", in: fields) ?? []).compactMap { option($0) }
            for (place, option) in options.enumerated() where options[..<place].contains(where: { $0.id == option.id }) {
                report(fields.keyPosition("options"), "the option '\(option.id)' stands here twice")
            }
            if options.count < 2 { report(fields.keyPosition("options"), "a choice has two options at least") }
            let isReserved = { (id: Text) in !Self.isPlain(id) || id == "unsure" || word == "several" && id == "none" }
            if let option = options.first(where: { isReserved($0.id) }) {
                report(fields.keyPosition("options"), "an option's id has a-z, 0-9 and '-', and is no word that every question has; not '\(option.id)'")
            }
            kind = word == "several" ? .several(options) : .choice(options)
        case let other?: report(fields.keyPosition("kind"), "'kind' is yes-no, choice or several, not '\(other)'")
        case nil: break
        }
        let citation = self.text("citation", in: fields)
        let from = day("from", in: fields)
        let uncertain = self.text("uncertain", in: fields)
        guard let id, let section, let text, let kind else { return nil }
        return .init(id: id, section: section, text: text, citation: citation, kind: kind, from: from, uncertain: uncertain)
    }

    private mutating func option(_ node: YAMLNode) -> Questionnaire.Option? {
        guard let fields = fields(node, QuestionnaireTables.option) else { return nil }
        guard let id = self.text("id", in: fields), let text = self.text("text", in: fields) else {
            return nil
        }
        return .init(id: id, text: text, effects: effects(in: fields))
    }

    private mutating func rule(_ node: YAMLNode) -> Questionnaire.Rule? {
        guard let fields = fields(node, QuestionnaireTables.rule) else { return nil }
        let id = newID(in: fields)
        let text = self.text("text", in: fields)
        let any = atoms("any", in: fields)
        let all = atoms("all", in: fields)
        let none = atoms("none", in: fields)
        // Of `none` alone it would hold where nothing was said.
        if any.isEmpty, all.isEmpty { report(fields.position, "a rule needs 'any' or 'all'") }
        let effects = fields["effects"].map { self.effects($0) } ?? Questionnaire.Effects()
        let citation = self.text("citation", in: fields)
        let uncertain = self.text("uncertain", in: fields)
        guard let id, let text else { return nil }
        return .init(
            id: id, text: text, citation: citation, any: any, all: all, none: none, effects: effects, uncertain: uncertain)
    }

    private mutating func obligation(_ node: YAMLNode) -> Questionnaire.Obligation? {
        guard let fields = fields(node, QuestionnaireTables.obligation) else { return nil }
        let id = self.text("id", in: fields)
        let text = self.text("text", in: fields)
        let citation = self.text("citation", in: fields)
        let any = atoms("any", in: fields)
        let from = day("from", in: fields)
        let formalFrom = day("formal-from", in: fields)
        let uncertain = self.text("uncertain", in: fields)
        guard let id, let text, let citation, let from else { return nil }
        return .init(id: id, text: text, citation: citation, any: any, from: from, formalFrom: formalFrom, uncertain: uncertain)
    }

    // MARK: - Parts

    private mutating func effects(_ node: YAMLNode) -> Questionnaire.Effects {
        fields(node, QuestionnaireTables.effects).map { self.effects(in: $0) } ?? Questionnaire.Effects()
    }

    private mutating func effects(in fields: Fields) -> Questionnaire.Effects {
        Questionnaire.Effects(
            euClass: word(EUClass.self, "class", in: fields), tier: word(Tier.self, "tier", in: fields),
            points: integer("points", in: fields) ?? 0, brings: texts("brings", in: fields) ?? [])
    }

    private mutating func defaults(_ node: YAMLNode) -> TierDefaults? {
        guard let fields = fields(node, QuestionnaireTables.defaults), let unclassified = demand("unclassified", in: fields),
            let low = demand("low", in: fields), let moderate = demand("moderate", in: fields), let high = demand("high", in: fields)
        else { return nil }
        return TierDefaults(unclassified: unclassified, low: low, moderate: moderate, high: high)
    }

    private mutating func demand(_ key: Text, in fields: Fields) -> TierDefaults.Demand? {
        guard let node = fields[key], let fields = self.fields(node, QuestionnaireTables.demand) else { return nil }
        let documents = words(RequiredDocument.self, "documents", in: fields) ?? []
        return TierDefaults.Demand(
            approvals: approvals(in: fields), documents: RequiredDocument.allCases.filter(documents.contains),
            revalidationMonths: integer("revalidate-after-months", in: fields))
    }

    /// Questions, their options as `question=option`, and rules that stand before.
    private mutating func atoms(_ key: Text, in fields: Fields) -> [Questionnaire.Atom] {
        (texts(key, in: fields) ?? []).compactMap { word in
            let parts = word.string.split(separator: "=", maxSplits: 1).map { Text(String($0)) }
            let question = questions.first { $0.id == parts.first }
            switch (question?.kind, parts.count) {
            case (.yesNo?, 1): return .yes(word)
            case (.choice(let options)?, 2) where options.contains(where: { $0.id == parts[1] }): return .choice(parts[0], option: parts[1])
            case (.several(let options)?, 2) where options.contains(where: { $0.id == parts[1] }): return .choice(parts[0], option: parts[1])
            case (nil, 1) where rules.contains { $0.id == word }: return .rule(word)
            default:
                let names = questions.map(\.id.string) + rules.map(\.id.string)
                report(
                    fields.keyPosition(key),
                    "'\(word)' is no yes-no question, no option written QUESTION=OPTION and no rule that stands before\(NearNames.question(for: word.string, among: names))")
                return nil
            }
        }
    }

    /// An id that neither a question nor a rule has.
    private mutating func newID(in fields: Fields) -> Text? {
        guard let id = self.text("id", in: fields) else { return nil }
        guard Self.isPlain(id) else {
            report(fields.keyPosition("id"), "an id has a-z, 0-9 and '-'; '\(id)' has others")
            return nil
        }
        guard !questions.contains(where: { $0.id == id }), !rules.contains(where: { $0.id == id }) else {
            report(fields.keyPosition("id"), "the id '\(id)' is taken")
            return nil
        }
        return id
    }

    private static func isPlain(_ id: Text) -> Bool {
        id.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }

    private mutating func day(_ key: Text, in fields: Fields) -> CalendarDate? {
        guard let text = self.text(key, in: fields) else { return nil }
        let day = CalendarDate(text)
        if day == nil { report(fields.keyPosition(key), "'\(key)' is a day, 2027-12-02, not '\(text)'") }
        return day
    }
}
