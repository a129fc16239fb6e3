import AssayCanonical
import AssayJSON
import AssayStore
import AssayTerms
package import AssayWorkflows

/// Evaluators, the evidence they hand in, and statements in in-toto's words, under `/api/assay/v1`.
package enum EvaluatorRoutes {
    private static let bodyLimit = 1 << 20

    package static func routes(_ governance: Governance) -> [Route] {
        [
            Route("POST", "/evaluators", .administer, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let record = try await governance.addEvaluator(
                    named: body.text("name"), credential(body), ownedBy: body.optionalText("user") ?? exchange.principal.name,
                    by: exchange.principal)
                return .json(json(record).bytes(), status: 201)
            },
            Route("GET", "/evaluators", .read, on: .filtered) { _ in
                .json(JSONValue.object(["evaluators": .array(try await governance.evaluators().map(json))]).bytes())
            },
            Route("DELETE", "/evaluators/{name}", .administer, body: Route.BodyRule.none) { exchange in
                try await governance.removeEvaluator(named: exchange.parameter("name"), by: exchange.principal)
                return .json(JSONValue.object([:]).bytes())
            },
            Route("POST", "/evidence/{model}/{version}", .runEval, on: .modelInPath, body: .json(limit: bodyLimit)) { exchange in
                let record = try await governance.attest(
                    model: exchange.parameter("model"),
                    version: try GovernanceBody.versionNumber(exchange.parameter("version").string), exchange.body,
                    by: exchange.principal)
                let answer: JSONValue = [
                    "id": .string(record.id), "claim": .string(record.claim.hex),
                    "provenance": .string(record.provenance.rawValue), "key_id": .string(record.keyID),
                ]
                return .json(answer.bytes(), status: 201)
            },
            Route("GET", "/statements", .read, on: .filtered) { exchange in
                guard let model = exchange.queryValue("model"), let version = exchange.queryValue("version") else {
                    throw AssayError(.invalidArgument, "Statements are asked for by 'model' and 'version'.")
                }
                let statements = try await governance.statements(
                    model: Text(model), version: try GovernanceBody.versionNumber(version))
                return .json(JSONValue.object(["statements": .array(statements)]).bytes())
            },
        ].map { $0.prefixed(GovernanceRoutes.prefix) }
    }

    private static func credential(_ body: GovernanceBody) throws -> EvaluatorRecord.Credential {
        guard body.has("key") != body.has("workflow") else {
            throw AssayError(.invalidArgument, "An evaluator has a 'key' or a 'workflow', one of the two.")
        }
        if let workflow = body.members(without: [])["workflow"], body.has("workflow") {
            return .workflow(try WorkflowPinJSON.pin(from: workflow))
        }
        guard let key = Hex.decode(try body.text("key").string), key.count == 32 else {
            throw AssayError(.invalidArgument, "'key' is a public key of Ed25519: 64 hexadecimal digits.")
        }
        return .key(key)
    }

    private static func json(_ evaluator: EvaluatorRecord) -> JSONValue {
        [
            "id": .string(evaluator.id), "name": .string(evaluator.name.string), "user_id": .string(evaluator.userID),
            "key": evaluator.publicKey.map { .string(Hex.encode($0)) } ?? .null,
            "workflow": evaluator.workflow.map(WorkflowPinJSON.value) ?? .null, "added_ms": .integer(evaluator.addedMilliseconds),
            "removed_ms": evaluator.removedMilliseconds.map { .integer($0) } ?? .null,
        ]
    }
}
