import AssayJSON
import AssayTerms
package import AssayWorkflows

/// Monitors and what they said, under `/api/assay/v1/monitors`.
package enum MonitorRoutes {
    private static let resultLimit = 1_000

    /// Names of groups are values of rows.
    private static func seesNames(_ exchange: Exchange) -> Bool { exchange.principal.reach(.readSensitive).isTotal }

    package static func routes(_ governance: Governance) -> [Route] {
        [
            Route("GET", "/monitors", .read, on: .filtered) { exchange in
                .json(try await governance.monitors(ofModel: exchange.queryValue("model").map { Text($0) }, named: seesNames(exchange)).bytes())
            },
            Route("GET", "/monitors/results", .read, on: .queriedModel) { exchange in
                let monitor = try exchange.queryValue("monitor").map { text in
                    guard let digest = SHA256Digest(hex: text) else { throw AssayError(.invalidArgument, "'monitor' is a digest of 64 hexadecimal digits.") }
                    return digest
                }
                return .json(
                    try await governance.monitorResults(
                        ofModel: PredictionRoutes.modelName(exchange), monitor: monitor, named: seesNames(exchange), limit: resultLimit
                    ).bytes())
            },
            // One look now, beside those that the server makes by itself.
            Route("POST", "/monitors/run", .runEval, on: .filtered, body: .json(limit: 64 << 10)) { exchange in
                let body = try GovernanceBody(exchange)
                let model = try body.optionalText("model")
                let outcome = try await MonitorPass(governance: governance).run(model: model)
                var answer = try await governance.monitors(ofModel: model, named: seesNames(exchange)).object ?? JSONObject()
                answer["judged"] = .integer(Int64(outcome.judged))
                answer["problems"] = .array(
                    outcome.problems.map { problem in
                        ["model": .string(problem.model.string), "version": .integer(Int64(problem.version)), "reason": .string(problem.reason)]
                    })
                return .json(JSONValue.object(answer).bytes())
            },
            // Whoever asks chooses the column and how small a group may be, so the answer holds what rows hold.
            Route("POST", "/monitors/backtest", .readSensitive, on: .governedModel, body: .json(limit: 1 << 20)) { exchange in
                let body = try GovernanceBody(exchange)
                let plan = Array(try body.text("plan").string.utf8)
                return .json(try await governance.backTest(plan: plan, ofModel: body.text("model")).bytes())
            },
        ].map { $0.prefixed(GovernanceRoutes.prefix) }
    }
}
