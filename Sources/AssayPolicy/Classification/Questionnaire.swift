package import AssayTerms

/// What is asked about the use of a model, and what the answers lead to: a class under Regulation (EU) 2024/1689 and a tier of
/// the organisation's own. Data throughout; ``QuestionnaireReader`` reads it from YAML.
package struct Questionnaire: Sendable {
    package static let format = "questionnaire/v1"

    /// What giving an answer does by itself, whatever else was answered.
    package struct Effects: Hashable, Sendable {
        /// At least this class.
        package var euClass: EUClass?
        /// At least this tier.
        package var tier: Tier?
        /// Added to the score that the tier is read from.
        package var points = 0
        /// What it brings into play: a framework of controls, `hipaa`, or a class of systems within one,
        /// `eu-ai-act/high-annex-iii`.
        package var brings: [Text] = []
    }

    package struct Option: Sendable {
        package let id: Text
        package let text: Text
        package let effects: Effects
    }

    package enum Kind: Sendable {
        /// Answered `yes`, `no`, or `unsure`, which counts as whichever is stricter and marks the outcome as uncertain.
        case yesNo(Effects)
        case choice([Option])
        /// Any of the options, `none`, or `unsure`, which counts as all of them and marks them as uncertain.
        case several([Option])
    }

    package struct Question: Sendable {
        package let id: Text
        /// The heading it stands under.
        package let section: Text
        package let text: Text
        package let citation: Text?
        package let kind: Kind
        /// Since when a yes has its legal meaning; for people, since a use outlives the day it is classified on.
        package let from: CalendarDate?
        /// Why the law's own words leave it open; marks every outcome that rests on a yes.
        package let uncertain: Text?
    }

    /// What a rule or an obligation looks at.
    package enum Atom: Hashable, Sendable {
        /// A question answered yes.
        case yes(Text)
        /// Of a choice, or of several.
        case choice(Text, option: Text)
        /// An earlier rule that holds.
        case rule(Text)
    }

    /// Holds if one of `any`, all of `all` and none of `none` hold; a list that is not written holds.
    package struct Rule: Sendable {
        package let id: Text
        package let text: Text
        package let citation: Text?
        package let any: [Atom]
        package let all: [Atom]
        package let none: [Atom]
        package let effects: Effects
        package let uncertain: Text?
    }

    /// What the class brings with it, and from which day.
    package struct Obligation: Sendable {
        package let id: Text
        package let text: Text
        package let citation: Text
        /// Any of these; empty for everybody.
        package let any: [Atom]
        package let from: CalendarDate
        /// Another day that the law's words may be read to mean.
        package let formalFrom: CalendarDate?
        package let uncertain: Text?
    }

    package let name: Text
    package let version: Text
    /// The day up to which the law was looked at.
    package let asOf: CalendarDate
    /// SHA-256 of the file.
    package let digest: SHA256Digest
    package let questions: [Question]
    package let rules: [Rule]
    package let obligations: [Obligation]
    /// From so many points on the tier is moderate, and high.
    package let moderatePoints: Int
    package let highPoints: Int
    /// What a model meets where no policy of its tier does; see ``Gate/applicable(names:tier:target:)``.
    package let defaults: TierDefaults

    /// `organisation 1`
    package var title: String { "\(name) \(version)" }

    /// Every framework that some answer can bring into play, sorted; of others the answers say nothing.
    package var frameworks: [Text] { Set(brought.map(Self.framework)).sorted() }

    /// Every framework, and class within one, that some answer can bring into play.
    package var brought: Set<Text> {
        let effects = questions.flatMap { question in
            switch question.kind {
            case .yesNo(let effects): [effects]
            case .choice(let options), .several(let options): options.map(\.effects)
            }
        }
        return Set((effects + rules.map(\.effects)).flatMap(\.brings))
    }

    /// `eu-ai-act` of `eu-ai-act/high-annex-iii`.
    package static func framework(of brought: Text) -> Text { Text(String(brought.string.prefix { $0 != "/" })) }

    /// The options in an answer to a question with several.
    static func chosen(_ answer: Text) -> Set<Text> {
        Set(answer.string.split { $0 == "," || $0 == " " }.map { Text(String($0)) })
    }

    package func question(_ id: Text) -> Question? { questions.first { $0.id == id } }
}

extension Questionnaire.Question {
    var isSeveral: Bool {
        if case .several = kind { true } else { false }
    }

    /// An answer as it is kept: of several options those that were chosen, in the order they are asked. `nil` for what is none.
    package func answer(_ text: Text) -> Text? {
        guard case .several(let options) = kind, text != "none", text != "unsure" else { return words.contains(text) ? text : nil }
        let chosen = Questionnaire.chosen(text)
        guard !chosen.isEmpty, chosen.isSubset(of: options.map(\.id)) else { return nil }
        return Text(options.map(\.id.string).filter { chosen.contains(Text($0)) }.joined(separator: ", "))
    }

    /// The words it may be answered with.
    package var words: [Text] {
        switch kind {
        case .yesNo: ["yes", "no", "unsure"]
        case .choice(let options): options.map(\.id)
        case .several(let options): ["none"] + options.map(\.id) + ["unsure"]
        }
    }
}
