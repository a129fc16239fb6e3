import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows

/// Comments and objections to requests, conditions of approvals, delegations: under `/api/assay/v1`.
enum DeliberationRoutes {
    private static let bodyLimit = 1 << 16

    static func routes(_ governance: Governance) -> [Route] {
        requests(governance) + conditions(governance) + delegations(governance)
    }

    private static func requests(_ governance: Governance) -> [Route] {
        [
            Route("POST", "/comments", .read, on: .governedRequest, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let comment = try await governance.comment(
                    requestID: body.text("request").string, body.text("text"), by: exchange.principal)
                return .json(DeliberationJSON.comment(comment).bytes(), status: 201)
            },
            Route("POST", "/objections", .approve, on: .governedRequest, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let objection = try await governance.object(
                    requestID: body.text("request").string, seen: body.optionalDigest("seen"), reason: body.text("reason"),
                    by: exchange.principal)
                return .json(DeliberationJSON.objection(objection).bytes(), status: 201)
            },
            Route("POST", "/objections/withdrawal", .approve, on: .governedRequest, body: .json(limit: bodyLimit)) { exchange in
                let count = try await governance.withdrawObjections(
                    requestID: GovernanceBody(exchange).text("request").string, by: exchange.principal)
                return .json(JSONValue.object(["withdrawn": .integer(Int64(count))]).bytes())
            },
        ]
    }

    private static func conditions(_ governance: Governance) -> [Route] {
        [
            Route("GET", "/conditions", .read, on: .filtered) { exchange in
                guard let model = exchange.queryValue("model") else {
                    throw AssayError(.invalidArgument, "Conditions are asked for by 'model'.")
                }
                let conditions = try await governance.conditions(ofModel: Text(model))
                return .json(JSONValue.object(["conditions": .array(conditions.map(DeliberationJSON.condition))]).bytes())
            },
            Route("POST", "/conditions/fulfilment", .approve, on: .governedModel, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let condition = try await governance.meetCondition(
                    id: body.text("condition").string, ofModel: body.text("model"), comment: body.optionalText("comment") ?? "",
                    by: exchange.principal)
                return .json(DeliberationJSON.condition(condition).bytes(), status: 201)
            },
        ]
    }

    private static func delegations(_ governance: Governance) -> [Route] {
        [
            Route("GET", "/delegations", .read, on: .filtered) { exchange in
                guard exchange.principal.isNamed else { throw AssayError(.unauthenticated, "Who stands in for whom is told to named people: send a token.") }
                let delegations = try await governance.delegations()
                return .json(JSONValue.object(["delegations": .array(delegations.map(DeliberationJSON.delegation))]).bytes())
            },
            Route("POST", "/delegations", .approve, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let delegation = try await governance.delegate(
                    role: body.text("role"), to: body.text("to"), until: body.milliseconds("until_ms"), reason: body.text("reason"),
                    by: exchange.principal)
                return .json(DeliberationJSON.delegation(delegation).bytes(), status: 201)
            },
            Route("DELETE", "/delegations/{id}", .read, on: .filtered, body: Route.BodyRule.none) { exchange in
                try await governance.revokeDelegation(id: exchange.parameters["id"] ?? "", by: exchange.principal)
                return .json(JSONValue.object([:]).bytes())
            },
        ]
    }

    /// `"conditions": [{"text": …, "due_ms": …}]` of an approval.
    static func conditions(_ body: GovernanceBody) throws -> [Governance.ConditionDraft] {
        try body.objects("conditions").map { try .init(text: $0.text("text"), dueMilliseconds: $0.milliseconds("due_ms")) }
    }
}
