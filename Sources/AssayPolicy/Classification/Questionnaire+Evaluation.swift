package import AssayTerms

extension Questionnaire {
    package enum Evaluation: Sendable {
        case complete(ClassificationOutcome)
        /// The questions that were not answered, in the order they are asked.
        case incomplete([Text])
    }

    /// What the answers lead to. Pure: the same answers to the same questionnaire have the same outcome.
    ///
    /// A question answered `unsure` is neither yes nor no (Kleene's third value): whatever it may make true counts as
    /// true and is marked, whatever it may take away is not taken away.
    ///
    /// - Complexity: O(questions + atoms of rules).
    package func evaluate(_ answers: [Text: Text]) -> Evaluation {
        let missing = questions.filter { question in answers[question.id].flatMap(question.answer) == nil }
        guard missing.isEmpty else { return .incomplete(missing.map(\.id)) }
        var weighing = Weighing(questionnaire: self, answers: answers)
        return .complete(weighing.outcome())
    }

    private enum Truth: Int, Comparable {
        case no, unsure, yes

        static func < (left: Truth, right: Truth) -> Bool { left.rawValue < right.rawValue }
        var negated: Truth { Truth(rawValue: 2 - rawValue) ?? .unsure }
    }

    private struct Weighing {
        let questionnaire: Questionnaire
        let answers: [Text: Text]
        private var held: [Text: (truth: Truth, questions: Set<Text>)] = [:]
        private var reasons: [ClassificationOutcome.Reason] = []
        private var uncertainties: [Text] = []
        /// Whether what is brought into play is so only by answers that are open.
        private var brought: [Text: Bool] = [:]

        init(questionnaire: Questionnaire, answers: [Text: Text]) {
            self.questionnaire = questionnaire
            self.answers = answers
        }

        mutating func outcome() -> ClassificationOutcome {
            var points = 0
            var scoring: Set<Text> = []
            for question in questionnaire.questions {
                let (every, isUnsure) = effects(of: question)
                if isUnsure { uncertainties.append(Text("'\(question.id)' is answered unsure: \(question.text)")) }
                let isOpen = question.uncertain != nil && truth(.yes(question.id)) == .yes
                if isOpen, let open = question.uncertain { uncertainties.append(open) }
                for effects in every {
                    points += effects.points
                    if effects.points > 0 { scoring.insert(question.id) }
                    add(effects, question.text, question.citation, [question.id], isUncertain: isUnsure || isOpen)
                }
            }
            for rule in questionnaire.rules { weigh(rule) }
            let scored: Tier =
                points >= questionnaire.highPoints ? .high : points >= questionnaire.moderatePoints ? .moderate : .low
            if scored != .low {
                add(
                    Effects(tier: scored),
                    Text("\(points) points, where \(questionnaire.moderatePoints) make moderate and \(questionnaire.highPoints) high"),
                    nil, scoring, isUncertain: false)
            }
            let classes = reasons.filter { $0.axis == .eu }.compactMap { EUClass(rawValue: $0.value.string) }
            let tiers = reasons.filter { $0.axis == .organisation }.compactMap { Tier(rawValue: $0.value.string) }
            return ClassificationOutcome(
                euClass: classes.max() ?? .minimal, tier: tiers.max() ?? .low, points: points, reasons: sorted(),
                uncertainties: uncertainties, obligations: obligations(), brings: broughtInOrder(), frameworks: questionnaire.frameworks)
        }

        /// What an answer does by itself; nothing for a no.
        private func effects(of question: Question) -> (effects: [Effects], isUnsure: Bool) {
            guard let answer = answers[question.id] else { return ([], false) }
            switch question.kind {
            case .yesNo(let effects): return (answer == "no" ? [] : [effects], answer == "unsure")
            case .choice(let options): return (options.filter { $0.id == answer }.map(\.effects), false)
            case .several(let options):
                let isUnsure = answer == "unsure"
                let chosen = Questionnaire.chosen(answer)
                return (options.filter { isUnsure || chosen.contains($0.id) }.map(\.effects), isUnsure)
            }
        }

        private mutating func weigh(_ rule: Rule) {
            var truth = Truth.yes
            if !rule.any.isEmpty { truth = min(truth, rule.any.map { self.truth($0) }.max() ?? .no) }
            if !rule.all.isEmpty { truth = min(truth, rule.all.map { self.truth($0) }.min() ?? .no) }
            truth = min(truth, rule.none.map { self.truth($0).negated }.min() ?? .yes)
            let deciding = (rule.any + rule.all).filter { self.truth($0) != .no }
            let questions = deciding.reduce(into: Set<Text>()) { $0.formUnion(self.questions(of: $1)) }
            held[rule.id] = (truth, questions)
            guard truth != .no else { return }
            if let open = rule.uncertain { uncertainties.append(open) }
            add(rule.effects, rule.text, rule.citation, questions, isUncertain: truth == .unsure || rule.uncertain != nil)
        }

        private func truth(_ atom: Atom) -> Truth {
            switch atom {
            case .yes(let question): answers[question] == "yes" ? .yes : answers[question] == "unsure" ? .unsure : .no
            case .choice(let question, let option):
                if answers[question] == "unsure" { .unsure } else { Questionnaire.chosen(answers[question] ?? "").contains(option) ? .yes : .no }
            case .rule(let rule): held[rule]?.truth ?? .no
            }
        }

        private func questions(of atom: Atom) -> Set<Text> {
            switch atom {
            case .yes(let question), .choice(let question, _): [question]
            case .rule(let rule): held[rule]?.questions ?? []
            }
        }

        private mutating func add(
            _ effects: Effects, _ text: Text, _ citation: Text?, _ questions: Set<Text>, isUncertain: Bool
        ) {
            let asked = questionnaire.questions.map(\.id).filter(questions.contains)
            func reason(_ axis: ClassificationOutcome.Axis, _ value: String) -> ClassificationOutcome.Reason {
                .init(
                    axis: axis, value: Text(value), text: text, citation: citation, questions: asked, isUncertain: isUncertain)
            }
            if let euClass = effects.euClass { reasons.append(reason(.eu, euClass.rawValue)) }
            if let tier = effects.tier { reasons.append(reason(.organisation, tier.rawValue)) }
            // What is certain in one place is certain.
            for name in effects.brings { brought[name] = (brought[name] ?? true) && isUncertain }
        }

        private func broughtInOrder() -> [ClassificationOutcome.Brought] {
            brought.map { ClassificationOutcome.Brought(name: $0.key, isUncertain: $0.value) }.sorted { $0.name < $1.name }
        }

        /// The EU class first, each axis from the strictest, and as the questionnaire has them within that.
        private func sorted() -> [ClassificationOutcome.Reason] {
            func rank(_ reason: ClassificationOutcome.Reason) -> Tier {
                let word = reason.value.string
                return reason.axis == .eu ? (EUClass(rawValue: word) ?? .minimal).tier : Tier(rawValue: word) ?? .low
            }
            func order(_ reasons: [ClassificationOutcome.Reason]) -> [ClassificationOutcome.Reason] {
                reasons.enumerated().sorted { left, right in
                    let (first, second) = (rank(left.element), rank(right.element))
                    return first == second ? left.offset < right.offset : first > second
                }.map(\.element)
            }
            return order(reasons.filter { $0.axis == .eu }) + order(reasons.filter { $0.axis == .organisation })
        }

        private func obligations() -> [ClassificationOutcome.Obligation] {
            questionnaire.obligations.filter { obligation in
                obligation.any.isEmpty || obligation.any.contains { truth($0) != .no }
            }.map {
                .init(
                    id: $0.id, text: $0.text, citation: $0.citation, from: $0.from, formalFrom: $0.formalFrom,
                    uncertain: $0.uncertain)
            }
        }
    }
}
