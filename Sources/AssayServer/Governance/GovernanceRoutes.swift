import AssayJSON
import AssayStore
import AssayTerms
package import AssayWorkflows
import HTTPTypes

/// Policies, requests, approvals, adoptions, evidence, jobs and deployment statements, under `/api/assay/v1`.
package enum GovernanceRoutes {
    package static let prefix = "/api/assay/v1"
    private static let bodyLimit = 1 << 20

    package static func routes(_ governance: Governance) -> [Route] {
        (policies(governance) + requests(governance) + evidence(governance) + DeliberationRoutes.routes(governance)
            + RolloutRoutes.routes(governance)).map { $0.prefixed(prefix) }
    }

    private static func policies(_ governance: Governance) -> [Route] {
        [
            // The file as it is, in any content type but JSON, or {"policy": "the file's text"}.
            Route("POST", "/policies", .publish, body: .anyContentType(limit: bodyLimit)) { exchange in
                let published = try await governance.publish(try policySource(exchange), by: exchange.principal)
                return .json(GovernanceJSON.publication(published).bytes(), status: published.waiting == nil ? 201 : 202)
            },
            Route("POST", "/policies/impact", .publish, body: .anyContentType(limit: bodyLimit)) { exchange in
                let impact = try await governance.impact(of: try policySource(exchange), by: exchange.principal)
                return .json(ImpactJSON.value(of: impact).bytes())
            },
            Route("GET", "/policies", .read, on: .filtered) { _ in
                let policies = try await governance.policies()
                return .json(
                    JSONValue.object(["policies": .array(policies.map { GovernanceJSON.policy($0, withText: false) })])
                        .bytes())
            },
            Route("GET", "/policies/{name}/{version}", .read, on: .filtered) { exchange in
                let name = Text(exchange.parameters["name"] ?? "")
                let version = Text(exchange.parameters["version"] ?? "")
                guard let policy = try await governance.policies().first(where: { $0.name == name && $0.version == version })
                else { throw AssayError(.notFound, "There is no published policy \(name) \(version).") }
                return .json(GovernanceJSON.policy(policy, withText: true).bytes())
            },
        ]
    }

    private static func policySource(_ exchange: Exchange) throws -> [UInt8] {
        let isJSON = exchange.headers[.contentType]?.lowercased().hasPrefix("application/json") ?? false
        return isJSON ? Array(try GovernanceBody(exchange).text("policy").string.utf8) : exchange.body
    }

    private static func requests(_ governance: Governance) -> [Route] {
        [
            Route("POST", "/requests", .request, on: .governedModel, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let view = try await governance.openRequest(
                    model: body.text("model"), version: body.number("version"), target: body.target(),
                    by: exchange.principal)
                return .json(try GovernanceJSON.request(view).bytes(), status: 201)
            },
            Route("GET", "/requests", .read, on: .filtered) { exchange in
                var state: PromotionRequest.State?
                if let word = exchange.queryValue("state") {
                    guard let known = PromotionRequest.State(rawValue: word) else {
                        throw AssayError(.invalidArgument, "'state' is open, promoted, void or expired.")
                    }
                    state = known
                }
                var limit = 100
                if let text = exchange.queryValue("max_results") {
                    guard let number = Int(text), (1...1_000).contains(number) else {
                        throw AssayError(.invalidArgument, "'max_results' is a whole number from 1 to 1000.")
                    }
                    limit = number
                }
                let requests = try await governance.requests(
                    state: state, model: exchange.queryValue("model").map { Text($0) }, limit: limit)
                return .json(
                    JSONValue.object(["requests": .array(try requests.map(GovernanceJSON.request))]).bytes())
            },
            Route("GET", "/requests/{id}", .read, on: .filtered) { exchange in
                .json(try GovernanceJSON.request(await governance.request(id: exchange.parameters["id"] ?? "")).bytes())
            },
            Route("POST", "/approvals", .approve, on: .governedRequest, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let approval = try await governance.approve(
                    requestID: body.text("request").string, seen: body.optionalDigest("seen"),
                    comment: body.optionalText("comment") ?? "", conditions: DeliberationRoutes.conditions(body),
                    by: exchange.principal)
                return .json(try GovernanceJSON.approval(approval).bytes(), status: 201)
            },
            Route("POST", "/adoptions", .adopt, on: .governedModel, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let adoption = try await governance.adopt(
                    model: body.text("model"), version: body.number("version"),
                    comment: body.optionalText("comment") ?? "", by: exchange.principal)
                return .json(GovernanceJSON.adoption(adoption).bytes(), status: 201)
            },
        ]
    }

    private static func evidence(_ governance: Governance) -> [Route] {
        [
            Route("GET", "/evidence", .read, on: .filtered) { exchange in
                guard let model = exchange.queryValue("model"), let text = exchange.queryValue("version") else {
                    throw AssayError(.invalidArgument, "Evidence is asked for by 'model' and 'version'.")
                }
                let view = try await governance.evidence(
                    model: Text(model), version: try GovernanceBody.versionNumber(text))
                return .json(try GovernanceJSON.evidence(view).bytes())
            },
            Route("GET", "/jobs/{id}", .read, on: .filtered) { exchange in
                .json(GovernanceJSON.job(try await governance.job(id: exchange.parameters["id"] ?? "")).bytes())
            },
            Route("GET", "/deployments", .read, on: .filtered) { _ in .json(try await governance.deployments().bytes()) },
            Route("GET", "/statements/key", .read, on: .filtered) { _ in
                let vkey: JSONValue = .string(try governance.evidenceVerificationKey())
                return .json(JSONValue.object(["vkey": vkey]).bytes())
            },
            Route("GET", "/statements/{model}/{version}", .read, on: .filtered) { exchange in
                let statement = try await governance.deploymentStatement(
                    model: Text(exchange.parameters["model"] ?? ""),
                    version: try GovernanceBody.versionNumber(exchange.parameters["version"] ?? ""))
                return .json(statement.bytes())
            },
        ]
    }
}
