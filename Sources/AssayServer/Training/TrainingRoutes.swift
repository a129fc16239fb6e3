import AssayJSON
import AssayStore
import AssayTerms
package import AssayWorkflows
import HTTPTypes

/// Continuous training under `/api/assay/v1/training`: pipelines, their runs, and what workers ask and say.
package enum TrainingRoutes {
    private static let bodyLimit = 64 << 10

    package static func routes(_ governance: Governance) -> [Route] {
        (documents(governance) + runs(governance) + workers(governance) + TrainingSignalRoutes.routes(governance)).map { $0.prefixed(GovernanceRoutes.prefix) }
    }

    private static func documents(_ governance: Governance) -> [Route] {
        [
            // The file as it is, in any content type but JSON, or {"pipelines": "the file's text"}.
            Route("POST", "/training/pipelines", .administer, body: .anyContentType(limit: 1 << 20)) { exchange in
                let isJSON = exchange.headers[.contentType]?.lowercased().hasPrefix("application/json") ?? false
                let source = isJSON ? Array(try GovernanceBody(exchange).text("pipelines").string.utf8) : exchange.body
                let (rules, isNew) = try await governance.applyTraining(source, by: exchange.principal)
                var answer = TrainingJSON.rules(rules)
                answer["new"] = .bool(isNew)
                return .json(JSONValue.object(answer).bytes(), status: isNew ? 201 : 200)
            },
            // Commands and addresses of the whole organisation stand in it.
            Route("GET", "/training/pipelines", .read) { _ in
                let rules = try await governance.trainingDocument()
                return .json(JSONValue.object(["rules": rules.map { .object(TrainingJSON.rules($0)) } ?? .null]).bytes())
            },
        ]
    }

    private static func runs(_ governance: Governance) -> [Route] {
        [
            Route("GET", "/training", .read, on: .filtered) { exchange in
                let runs = try await governance.trainings(
                    pipeline: exchange.queryValue("pipeline").map { Text($0) }, model: exchange.queryValue("model").map { Text($0) },
                    limit: exchange.resultLimit() ?? 100)
                return .json(JSONValue.object(["training": .array(runs.map(TrainingJSON.run))]).bytes())
            },
            Route("POST", "/training", .request, on: .filtered, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let begun = try await governance.startTraining(
                    pipeline: body.text("pipeline"), model: body.optionalText("model"), reason: body.optionalText("reason") ?? "",
                    by: exchange.principal)
                return .json(TrainingJSON.run(try await governance.training(id: begun.id, for: exchange.principal)).bytes(), status: 201)
            },
            Route("GET", "/training/{id}", .read, on: .filtered) { exchange in
                .json(TrainingJSON.run(try await governance.training(id: exchange.parameter("id").string, for: exchange.principal)).bytes())
            },
            Route("POST", "/training/{id}/cancellation", .request, on: .filtered, body: .json(limit: bodyLimit)) { exchange in
                let reason = try GovernanceBody(exchange).optionalText("reason") ?? ""
                let view = try await governance.cancelTraining(
                    id: exchange.parameter("id").string, reason: reason, by: exchange.principal)
                return .json(TrainingJSON.run(view).bytes())
            },
        ]
    }

    private static func workers(_ governance: Governance) -> [Route] {
        [
            Route("POST", "/training/lease", .runEval, on: .filtered, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let names = body.object["pipelines"].flatMap(\.array) ?? []
                guard names.count <= 100, names.allSatisfy({ $0.string != nil }) else {
                    throw AssayError(.invalidArgument, "'pipelines' must be an array of at most 100 strings.")
                }
                let work = try await governance.leaseTraining(
                    worker: body.text("worker"), pipelines: names.compactMap(\.string).map { Text($0) }, by: exchange.principal)
                return .json(JSONValue.object(["work": work.map(TrainingJSON.work) ?? .null]).bytes())
            },
            Route("POST", "/training/{id}/lease", .runEval, on: .filtered, body: .json(limit: bodyLimit)) { exchange in
                let lease = try GovernanceBody(exchange).text("lease")
                let state = try await governance.renewTraining(
                    id: exchange.parameter("id").string, lease: lease, by: exchange.principal)
                return .json(JSONValue.object(["state": .string(state.rawValue)]).bytes())
            },
            Route("POST", "/training/{id}/result", .runEval, on: .filtered, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let outcome = try body.text("outcome")
                guard outcome == "finished" || outcome == "failed" else {
                    throw AssayError(.invalidArgument, "'outcome' is finished or failed, not '\(outcome.string.prefix(64))'.")
                }
                let view = try await governance.endTraining(
                    id: exchange.parameter("id").string, lease: body.optionalText("lease"), isSuccess: outcome == "finished",
                    words: body.optionalText("words") ?? "", exitStatus: body.object["exit_status"]?.integer,
                    output: body.optionalText("output"), by: exchange.principal)
                return .json(TrainingJSON.run(view).bytes())
            },
        ]
    }
}
