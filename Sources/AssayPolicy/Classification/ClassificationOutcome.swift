package import AssayJSON
package import AssayTerms

/// What the answers lead to, and by which of them.
package struct ClassificationOutcome: Hashable, Sendable {
    package enum Axis: String, Sendable {
        /// Regulation (EU) 2024/1689.
        case eu = "eu-class"
        case organisation = "tier"
    }

    package struct Reason: Hashable, Sendable {
        package let axis: Axis
        /// The class or tier it asks for at least.
        package let value: Text
        package let text: Text
        package let citation: Text?
        /// Ids of the questions whose answers made it, in the order they are asked.
        package let questions: [Text]
        /// Whether it rests on an answer that is unsure, or on words of the law that are open.
        package let isUncertain: Bool
    }

    package struct Obligation: Hashable, Sendable {
        package let id: Text
        package let text: Text
        package let citation: Text
        package let from: CalendarDate
        package let formalFrom: CalendarDate?
        package let uncertain: Text?

        package func applies(on day: CalendarDate) -> Bool { from <= day }
    }

    /// A framework of controls, or a class within one, that the answers bring into play.
    package struct Brought: Hashable, Sendable {
        package let name: Text
        /// Whether it rests on an answer that is unsure, or on words of the law that are open.
        package let isUncertain: Bool

        package init(name: Text, isUncertain: Bool) {
            self.name = name
            self.isUncertain = isUncertain
        }
    }

    package let euClass: EUClass
    package let tier: Tier
    package let points: Int
    /// Every reason, whether or not another one asks for more; the strictest of an axis first.
    package let reasons: [Reason]
    /// What needs somebody's legal judgement, in words for people.
    package let uncertainties: [Text]
    package let obligations: [Obligation]
    /// By name.
    package let brings: [Brought]
    /// The frameworks that the questionnaire decides about; of others the answers say nothing.
    package let frameworks: [Text]

    package var isUncertain: Bool { !uncertainties.isEmpty }

    /// What the gate asks for: the stricter of the two axes.
    package var gateTier: Tier { max(tier, euClass.tier) }

    package var json: JSONValue {
        [
            "eu_class": .string(euClass.rawValue), "tier": .string(tier.rawValue), "gate_tier": .string(gateTier.rawValue),
            "points": .integer(Int64(points)),
            "reasons": .array(
                reasons.map { reason in
                    [
                        "axis": .string(reason.axis.rawValue), "value": .string(reason.value.string),
                        "text": .string(reason.text.string), "citation": reason.citation.map { .string($0.string) } ?? .null,
                        "questions": .array(reason.questions.map { .string($0.string) }), "uncertain": .bool(reason.isUncertain),
                    ]
                }),
            "uncertain": .array(uncertainties.map { .string($0.string) }),
            "obligations": .array(
                obligations.map { obligation in
                    [
                        "id": .string(obligation.id.string), "text": .string(obligation.text.string),
                        "citation": .string(obligation.citation.string), "from": .string(obligation.from.description),
                        "formal_from": obligation.formalFrom.map { .string($0.description) } ?? .null,
                        "uncertain": obligation.uncertain.map { .string($0.string) } ?? .null,
                    ]
                }),
            "brings": .array(brings.map { ["name": .string($0.name.string), "uncertain": .bool($0.isUncertain)] }),
            "frameworks": .array(frameworks.map { .string($0.string) }),
        ]
    }
}
