import AssayJSON
import AssayTerms
import AssayWire
package import AssayWorkflows

/// The access log: what was read and changed by whom, and how long that is kept.
package func accessLogRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("GET", "/api/assay/v1/access", .audit) { exchange in
            let answer = try await useCases.accesses(try AccessQuery(exchange), by: exchange.principal)
            return .json([
                "records": .array(answer.records.map { AccessLogJSON.record($0, answer.names) }), "cut": .bool(answer.isCut),
            ])
        },
        Route("GET", "/api/assay/v1/access/retention", .audit) { _ in
            .json(["days": try await useCases.accessLogRetention().map { .integer($0) } ?? .null])
        },
        Route("PUT", "/api/assay/v1/access/retention", .setRetention) { exchange in
            let waiting = try await useCases.setAccessLogRetention(
                days: try exchange.fields().integer("days"), by: exchange.principal)
            return .json(["waiting": AccessJSON.waiting(waiting)])
        },
    ]
}

enum AccessLogJSON {
    static func record(_ timed: TimedAccessRecord, _ names: [Text: Text]) -> JSONValue {
        guard case .object(var object) = timed.json else { return .null }
        object["name"] = names[Text(timed.record.principalID)].map { .string($0.string) }
        return .object(object)
    }
}

extension AccessQuery {
    /// From `run`, `model`, `dataset` or `user`, `since` and `until` in milliseconds since 1970, and `max_results`.
    ///
    /// - Throws: `invalidArgument` for more than one subject and for what is no number.
    init(_ exchange: Exchange) throws(AssayError) {
        let fields = RequestFields(query: exchange.query)
        var subjects: [Subject] = []
        if let run = try fields.text("run"), !run.isEmpty { subjects.append(.run(run)) }
        if let model = try fields.text("model"), !model.isEmpty { subjects.append(.model(model)) }
        if let dataset = try fields.text("dataset"), !dataset.isEmpty { subjects.append(.dataset(dataset)) }
        if let user = try fields.text("user"), !user.isEmpty { subjects.append(.user(user)) }
        guard subjects.count <= 1 else {
            throw AssayError(.invalidArgument, "Ask for a run, a model, a data set or a user, not for several at once.")
        }
        self.init(
            subject: subjects.first, since: try fields.integer("since") ?? 0, until: try fields.integer("until") ?? Int64.max,
            limit: Int(clamping: try fields.integer("max_results") ?? Int64(AccessQuery.standardLimit)))
    }
}
