import AssayTerms

/// The ten sections of a model's risk evaluation, each a form. A section is complete once every field that it asks for is there,
/// and, where it rests on something outside of itself, once that is there too.
package enum EvaluationSection: String, Sendable, CaseIterable {
    case objectives, risks, testing, fairness, scores, mitigations, stakeholders, documentation, governance, monitoring

    package var title: String {
        switch self {
        case .objectives: "objectives, decisions influenced and tolerance"
        case .risks: "risks in six categories"
        case .testing: "performance, stress, sensitivity, benchmark"
        case .fairness: "fairness, regulation, explainability"
        case .scores: "scores and cost-benefit"
        case .mitigations: "mitigations"
        case .stakeholders: "stakeholder review with sign-offs"
        case .documentation: "register and documentation"
        case .governance: "deployment gates and governance"
        case .monitoring: "monitoring and re-evaluation"
        }
    }

    /// Every field is asked for; a section may be filled in step by step.
    package var form: PaperForm { PaperForm("The section '\(rawValue)'", fields) }

    private var fields: [PaperForm.Field] {
        switch self {
        case .objectives:
            [
                Self.text("intended_use", "what the model is for, and what it is not for"),
                .init("owner", .person, "who answers for the model"),
                Self.text("business_objective", "what the organisation wants of it"),
                Self.text("decisions_influenced", "which decisions it bears on, and about whom"),
                Self.text("tolerance", "how much of being wrong is bearable"),
            ]
        case .risks:
            RiskCategory.allCases.map { category in
                Self.text(
                    category.rawValue.replacing("-and-", with: "_").replacing("-", with: "_"), "risks of the kind \(category.rawValue), or why there are none")
            }
        case .testing:
            [
                Self.text("performance", "how well it does, on which rows"), Self.text("stress", "how it does under strain"),
                Self.text("sensitivity", "what small changes of its input do"), Self.text("benchmark", "what it was compared with"),
            ]
        case .fairness:
            [
                Self.text("fairness", "for which groups it was looked at, and what was found"),
                Self.text("regulation", "which law bears on it"), Self.text("explainability", "how its answers are explained, and to whom"),
            ]
        case .scores:
            [
                .init("likelihood", .integer(1...5), "how likely harm is, from 1 to 5"),
                .init("impact", .integer(1...5), "how bad it would be, from 1 to 5"),
                .init("cost", .decimal, "what it costs in a year"), .init("benefit", .decimal, "what it brings in a year"),
                Self.text("cost_benefit", "what follows from both, harm to others counted"),
            ]
        case .mitigations:
            [
                Self.text("mitigations", "what is done against the risks"), Self.text("residual_risk", "what is left"),
                .init("responsible", .person, "who sees to it"),
            ]
        case .stakeholders:
            [
                .init("groups", .list(.word(StakeholderGroup.allCases.map(\.rawValue))), "which groups have to sign"),
                Self.text("review", "what they said, and what became of it"),
            ]
        case .documentation:
            [
                Self.text("register", "which risks stand in the register, and who keeps it"),
                Self.text("documents", "where the documentation is, and what it lacks"),
            ]
        case .governance:
            [
                Self.text("gates", "what has to be met before each place"), Self.text("approvers", "who approves"),
                Self.text("escalation", "who is told when something goes wrong"),
            ]
        case .monitoring:
            [
                Self.text("metrics", "what is watched, and with which limits"),
                .init("reevaluation_days", .integer(1...1_096), "after how many days it is evaluated anew"),
                Self.text("triggers", "what brings that forward"), .init("responsible", .person, "who watches"),
            ]
        }
    }

    private static func text(_ name: String, _ sentence: String) -> PaperForm.Field {
        .init(name, .text(PaperForm.documentLimit), sentence)
    }
}
