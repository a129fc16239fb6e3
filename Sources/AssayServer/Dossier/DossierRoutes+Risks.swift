import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows

extension DossierRoutes {
    static func riskEvaluation(_ governance: Governance) -> [Route] {
        let path = "/models/{name}/risk-evaluation"
        return [
            Route("GET", path, .read, on: .filtered) { exchange in
                let (evaluation, paper) = try await governance.riskEvaluation(ofModel: exchange.parameter("name"))
                return .json(json(evaluation, paper).bytes())
            },
            Route("PUT", path + "/sections/{section}", .editDraft, on: .namedModelInPath, body: .json(limit: bodyLimit)) { exchange in
                let (evaluation, paper) = try await governance.evaluateRisk(
                    ofModel: exchange.parameter("name"), section: try section(exchange.parameter("section")),
                    GovernanceBody(exchange).members(without: []), by: exchange.principal)
                return .json(json(evaluation, paper).bytes())
            },
            Route("POST", path + "/sign-offs", .attest, on: .namedModelInPath, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let (evaluation, paper) = try await governance.signOffRisk(
                    ofModel: exchange.parameter("name"), group: try group(body.text("group")), statement: body.text("statement"),
                    by: exchange.principal)
                return .json(json(evaluation, paper).bytes(), status: 201)
            },
        ]
    }

    static func risks(_ governance: Governance) -> [Route] {
        [
            Route("POST", "/risks", .editDraft, on: .paperSubject, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let paper = try await governance.addRisk(
                    about: body.address(), body.members(without: GovernanceBody.addressNames), by: exchange.principal)
                return reply(paper, governance, status: 201)
            },
            list("/risks", "risks", .risk, governance),
            show("/risks/{id}", .risk, governance),
            Route("PATCH", "/risks/{id}", .editDraft, on: .paperInPath(.risk), body: .json(limit: bodyLimit)) { exchange in
                let paper = try await governance.updateRisk(
                    id: exchange.parameter("id").string, GovernanceBody(exchange).members(without: []), by: exchange.principal)
                return reply(paper, governance)
            },
            Route("POST", "/risks/{id}/acceptance", .waive, on: .paperInPath(.risk), body: .json(limit: bodyLimit)) { exchange in
                let reason = try GovernanceBody(exchange).text("reason")
                return reply(
                    try await governance.acceptRisk(id: exchange.parameter("id").string, reason: reason, by: exchange.principal), governance)
            },
            Route("POST", "/risks/{id}/closure", .approve, on: .paperInPath(.risk), body: .json(limit: bodyLimit)) { exchange in
                let reason = try GovernanceBody(exchange).text("reason")
                return reply(
                    try await governance.closeRisk(id: exchange.parameter("id").string, reason: reason, by: exchange.principal), governance)
            },
        ]
    }

    private static func section(_ name: Text) throws(AssayError) -> EvaluationSection {
        guard let section = EvaluationSection(rawValue: name.string) else {
            let names = EvaluationSection.allCases.map(\.rawValue).joined(separator: ", ")
            throw AssayError(.notFound, "A risk evaluation has no section '\(name.string.prefix(64))'. It has \(names).")
        }
        return section
    }

    private static func group(_ name: Text) throws(AssayError) -> StakeholderGroup {
        guard let group = StakeholderGroup(rawValue: name.string) else {
            let names = StakeholderGroup.allCases.map(\.rawValue).joined(separator: ", ")
            throw AssayError(.invalidArgument, "'group' is one of \(names).")
        }
        return group
    }

    /// Each section with what it says and lacks.
    private static func json(_ evaluation: RiskEvaluation, _ paper: Paper?) -> JSONValue {
        [
            "complete": .bool(evaluation.openSections.isEmpty), "paper": paper.map { .string($0.record.id) } ?? .null,
            "revision": paper.map { .integer($0.record.revision) } ?? .null,
            "open_sections": .array(evaluation.openSections.map { .string($0.rawValue) }),
            "sections": .array(
                EvaluationSection.allCases.map { section in
                    let missing = evaluation.missing(in: section)
                    return [
                        "section": .string(section.rawValue), "title": .string(section.title), "complete": .bool(missing.isEmpty),
                        "missing": .array(missing.map { .string($0) }), "fields": .object(evaluation.fields(of: section)),
                    ]
                }),
            "sign_offs": .array(
                evaluation.signOffs.map { one in
                    [
                        "group": .string(one.group.rawValue), "signer": .string(one.signer.string), "statement": .string(one.statement.string),
                        "counts": .bool(evaluation.counts(one)),
                    ]
                }),
        ]
    }
}
