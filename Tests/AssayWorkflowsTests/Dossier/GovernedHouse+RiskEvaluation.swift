import AssayJSON
import AssayTerms
import AssayWorkflows
import Testing

/// A risk evaluation that is complete once two groups have signed and a risk stands in the register.
extension GovernedHouse {
    static let riskEvaluation: [EvaluationSection: JSONObject] = [
        .objectives: [
            "intended_use": "u", "owner": "otto", "business_objective": "b", "decisions_influenced": "d", "tolerance": "t",
        ],
        .risks: [
            "accuracy": "a", "bias_fairness": "b", "over_underfitting": "o", "data_quality": "d", "operational": "o", "security": "s",
        ],
        .testing: ["performance": "p", "stress": "s", "sensitivity": "s", "benchmark": "b"],
        .fairness: ["fairness": "f", "regulation": "r", "explainability": "e"],
        .scores: ["likelihood": 2, "impact": 3, "cost": "1", "benefit": "2.5", "cost_benefit": "c"],
        .mitigations: ["mitigations": "m", "residual_risk": "r", "responsible": "otto"],
        .stakeholders: ["groups": ["business-and-product", "compliance-and-legal"], "review": "r"],
        .documentation: ["register": "r", "documents": "d"], .governance: ["gates": "g", "approvers": "a", "escalation": "e"],
        .monitoring: ["metrics": "m", "reevaluation_days": 90, "triggers": "t", "responsible": "otto"],
    ]

    func fillRiskEvaluation() async throws {
        for section in EvaluationSection.allCases {
            _ = try await governance.evaluateRisk(
                ofModel: "loans", section: section, try #require(Self.riskEvaluation[section]), by: otto)
        }
    }

    func signRiskEvaluation(_ group: StakeholderGroup, by principal: Principal) async throws {
        _ = try await governance.signOffRisk(ofModel: "loans", group: group, statement: "seen", by: principal)
    }
}
