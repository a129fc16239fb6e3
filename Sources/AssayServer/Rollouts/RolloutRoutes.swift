import AssayJSON
import AssayTerms
import AssayWorkflows
import HTTPTypes

/// Versions that meet traffic before they take a place, under `/api/assay/v1`.
enum RolloutRoutes {
    private static let bodyLimit = 1 << 20

    static func routes(_ governance: Governance) -> [Route] {
        [
            // The file as it is, in any content type but JSON, or {"rollout": "the file's text"}.
            Route("POST", "/rollouts", .request, on: .filtered, body: .anyContentType(limit: bodyLimit)) { exchange in
                .json(RolloutJSON.value(of: try await governance.startRollout(try source(exchange), by: exchange.principal)).bytes(), status: 201)
            },
            Route("GET", "/rollouts", .read, on: .filtered) { exchange in
                let rollouts = try await governance.rollouts(
                    about: exchange.paperAddress(), runningOnly: exchange.queryFlag("in_force") ?? false, limit: exchange.resultLimit())
                return .json(JSONValue.object(["rollouts": .array(rollouts.map(RolloutJSON.value))]).bytes())
            },
            Route("GET", "/rollouts/{id}", .read, on: .filtered) { exchange in
                .json(RolloutJSON.value(of: try await governance.rollout(id: exchange.parameter("id").string)).bytes())
            },
            Route("GET", "/rollouts/{id}/statement", .read, on: .filtered) { exchange in
                .json(try await governance.rolloutStatement(id: exchange.parameter("id").string).bytes())
            },
            end("stop", isRollback: false, governance),
            end("rollback", isRollback: true, governance),
            Route("POST", "/rollouts/{id}/promotion", .request, on: .paperInPath(.rollout), body: .json(limit: bodyLimit)) { exchange in
                .json(RolloutJSON.value(of: try await governance.promoteRollout(id: exchange.parameter("id").string, by: exchange.principal)).bytes())
            },
            Route("POST", "/rollouts/{id}/observations", .observe, on: .paperInPath(.rollout), body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let members = body.members(without: [])
                guard let sequence = members["sequence"]?.integer else {
                    throw AssayError(.invalidArgument, "The body needs 'sequence', a whole number from 1.")
                }
                let receipt = try await governance.observeRollout(
                    id: exchange.parameter("id").string, gateway: body.text("gateway"), sequence: sequence,
                    tallies: TallyJSON.tallies(members["tallies"]), by: exchange.principal)
                let answer: JSONValue = [
                    "state": .string(receipt.state.string), "revision": .integer(receipt.revision), "new": .bool(receipt.isNew),
                ]
                return .json(answer.bytes())
            },
        ]
    }

    private static func end(_ word: String, isRollback: Bool, _ governance: Governance) -> Route {
        Route("POST", "/rollouts/{id}/\(word)", .request, on: .paperInPath(.rollout), body: .json(limit: bodyLimit)) { exchange in
            let reason = try GovernanceBody(exchange).text("reason")
            let view = try await governance.endRollout(
                id: exchange.parameter("id").string, isRollback: isRollback, reason: reason, by: exchange.principal)
            return .json(RolloutJSON.value(of: view).bytes())
        }
    }

    private static func source(_ exchange: Exchange) throws -> [UInt8] {
        let isJSON = exchange.headers[.contentType]?.lowercased().hasPrefix("application/json") ?? false
        return isJSON ? Array(try GovernanceBody(exchange).text("rollout").string.utf8) : exchange.body
    }
}
