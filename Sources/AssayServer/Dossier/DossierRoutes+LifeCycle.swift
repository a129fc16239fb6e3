import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows

extension DossierRoutes {
    static func lifeCycle(_ governance: Governance) -> [Route] { validations(governance) + holds(governance) + retirements(governance) + rollbacks(governance) }

    private static func rollbacks(_ governance: Governance) -> [Route] {
        [
            Route("POST", "/models/{name}/rollback", .rollback, on: .namedModelInPath, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let rollback = try await governance.rollBack(
                    model: exchange.parameter("name"), to: body.has("version") ? Int64(body.number("version")) : nil, place: body.target(),
                    reason: body.text("reason"), by: exchange.principal)
                let answer: JSONValue = [
                    "model": .string(rollback.version.modelName.string), "version": .integer(rollback.version.number),
                    "target": .string(rollback.place.string), "review": .string(rollback.review.record.id),
                    "review_due": .string(rollback.review.text("due") ?? ""),
                ]
                return .json(answer.bytes(), status: 201)
            }
        ]
    }

    private static func validations(_ governance: Governance) -> [Route] {
        [
            Route("POST", "/models/{name}/validations", .approve, on: .namedModelInPath, body: .json(limit: bodyLimit)) { exchange in
                let paper = try await governance.recordValidation(
                    ofModel: exchange.parameter("name"), GovernanceBody(exchange).members(without: []), by: exchange.principal)
                return reply(paper, governance, status: 201)
            },
            Route("POST", "/models/{name}/triggers", .attest, on: .namedModelInPath, body: .json(limit: bodyLimit)) { exchange in
                let paper = try await governance.recordTrigger(
                    ofModel: exchange.parameter("name"), GovernanceBody(exchange).members(without: []), by: exchange.principal)
                return reply(paper, governance, status: 201)
            },
            list("/validations", "validations", .validation, governance),
            Route("GET", "/validations/due", .read, on: .filtered) { exchange in
                let moment = try exchange.queryValue("at").map { try UseCases.moment(Text($0)) } ?? governance.now
                let standings = try await governance.validationStandings(
                    ofModel: exchange.queryValue("model").map { Text($0) }, at: moment)
                return .json(JSONValue.object(["models": .array(standings.map(json))]).bytes())
            },
        ]
    }

    private static func holds(_ governance: Governance) -> [Route] {
        [
            Route("POST", "/models/{name}/holds", .legalHold, on: .namedModelInPath, body: .json(limit: bodyLimit)) { exchange in
                let reason = try GovernanceBody(exchange).text("reason")
                return reply(
                    try await governance.hold(model: exchange.parameter("name"), reason: reason, by: exchange.principal), governance, status: 201)
            },
            list("/holds", "holds", .hold, governance),
            Route("POST", "/holds/{id}/release", .legalHold, on: .paperInPath(.hold), body: .json(limit: bodyLimit)) { exchange in
                let reason = try GovernanceBody(exchange).text("reason")
                return reply(
                    try await governance.releaseHold(id: exchange.parameter("id").string, reason: reason, by: exchange.principal), governance)
            },
        ]
    }

    private static func retirements(_ governance: Governance) -> [Route] {
        [
            Route("POST", "/models/{name}/retirement", .request, on: .namedModelInPath, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let members = body.members(without: [])
                let rules = try texts(members["rules"], "rules")
                let limits = try (members["personal_limits"]?.array ?? []).map { limit in
                    guard let months = limit["months"]?.integer, (1...1_200).contains(months), let basis = limit["basis"]?.string,
                        !basis.isEmpty, basis.utf8.count <= 500
                    else {
                        throw AssayError(.invalidArgument, "A 'personal_limits' has 'months', from 1 to 1200, and a 'basis'.")
                    }
                    return RetentionResolver.PrivacyLimit(months: months, basis: Text(basis))
                }
                let paper = try await governance.retire(
                    model: exchange.parameter("name"), reason: body.text("reason"), rules: rules, limits: limits, by: exchange.principal)
                return reply(paper, governance, status: 201)
            },
            Route("POST", "/models/{name}/reinstatement", .approve, on: .namedModelInPath, body: .json(limit: bodyLimit)) { exchange in
                let reason = try GovernanceBody(exchange).text("reason")
                return reply(
                    try await governance.reinstate(model: exchange.parameter("name"), reason: reason, by: exchange.principal), governance)
            },
            list("/retirements", "retirements", .retirement, governance),
            Route("GET", "/retention-rules", .read, on: .filtered) { _ in
                .json(JSONValue.object(["rules": .array(RetentionRule.all.map(json))]).bytes())
            },
        ]
    }

    private static func texts(_ value: JSONValue?, _ name: String) throws(AssayError) -> [Text] {
        guard let value, !value.isNull else { return [] }
        let texts = (value.array ?? []).compactMap(\.string)
        guard let array = value.array, array.count == texts.count, texts.count <= 100 else {
            throw AssayError(.invalidArgument, "'\(name)' is a list of texts.")
        }
        return texts.map { Text($0) }
    }

    private static func json(_ standing: Governance.ValidationStanding) -> JSONValue {
        [
            "model": .string(standing.model.string), "due": .bool(!standing.reasons.isEmpty),
            "reasons": .array(standing.reasons.map { .string($0) }), "next_ms": standing.next.map { .integer($0) } ?? .null,
            "validated_by": standing.newest.map { .string($0.record.makerName.string) } ?? .null,
            "validated_ms": standing.newest.map { .integer($0.record.madeMilliseconds) } ?? .null,
        ]
    }

    private static func json(_ rule: RetentionRule) -> JSONValue {
        [
            "rule": .string(rule.id), "months": .integer(rule.months), "what": .string(rule.what),
            "basis": .string(rule.basis),
        ]
    }
}
