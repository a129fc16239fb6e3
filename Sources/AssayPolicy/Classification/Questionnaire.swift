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

    /// `organisation 1`
    package var title: String { "\(name) \(version)" }

    package func question(_ id: Text) -> Question? { questions.first { $0.id == id } }
}

extension Questionnaire.Question {
    /// The words it may be answered with.
    package var words: [Text] {
        switch kind {
        case .yesNo: ["yes", "no", "unsure"]
        case .choice(let options): options.map(\.id)
        }
    }
}
