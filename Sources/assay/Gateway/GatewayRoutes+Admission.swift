import AssayData
import AssayJSON
import AssayModels
import AssayServer
import AssayServing
import AssayTerms
import AssayWire

/// Who may ask, how much, and on which thread it is answered.
extension GatewayRoutes {
    /// In whose words an error is told.
    enum Form {
        case mlflow
        case inference
    }

    /// Bodies of few bytes are scored where they were read: handing them to another thread costs more than the answer. Linear models
    /// take some microseconds a row, and this many bytes are some hundred rows at most.
    private static let smallBody = 4 << 10

    /// The caller whose key the request brought; the one without a name where no keys are asked for.
    ///
    /// - Throws: `unauthenticated` where a key is asked for and none was sent. A wrong one was refused before.
    func caller(of exchange: Exchange) throws(AssayError) -> GatewayCaller {
        guard gate.takesKeys else { return try gate.caller(authorization: nil) }
        guard exchange.principal.id == Self.id(ofCaller: exchange.principal.name), let caller = gate.caller(named: exchange.principal.name) else {
            return try gate.caller(authorization: nil)
        }
        return caller
    }

    static func principal(of caller: GatewayCaller) -> Principal {
        Principal(userID: id(ofCaller: caller.name), name: caller.name, roles: [], isService: true)
    }

    private static func id(ofCaller name: Text) -> String { "caller-\(name)" }

    /// - Throws: `unauthenticated`, `permissionDenied`.
    func requireMayAsk(_ exchange: Exchange) throws(AssayError) {
        let caller = try self.caller(of: exchange)
        let model = exchange.parameter("model")
        guard caller.may(ask: model) else {
            throw AssayError(.permissionDenied, "The caller '\(caller.name)' may not ask the model '\(model)'.")
        }
    }

    /// Runs `body` if the caller may ask now, and has what its rows cost taken from their budget when it is answered.
    func admitted(_ exchange: Exchange, as form: Form, _ body: (RequestMeter) async throws -> Reply) async throws -> Reply {
        try await admitted(exchange, bodyBytes: exchange.body.count, as: form) { _, meter in try await body(meter) }
    }

    /// As ``admitted(_:as:_:)``, with a body that is read once the caller may ask, within what they may send.
    func admittedWithBody(_ exchange: Exchange, as form: Form, _ body: (Exchange, RequestMeter) async throws -> Reply) async throws -> Reply {
        let announced = exchange.bodyStream.announcedBytes ?? 0
        return try await admitted(exchange, bodyBytes: Int(clamping: announced), as: form) { caller, meter in
            let limit = caller.limits.bodyBytes
            guard let bytes = try await exchange.bodyStream.collected(limit: limit) else {
                throw AssayError(.limitExceeded, "The body is larger than the \(limit) bytes that this caller may send. Send less at once.")
            }
            return try await body(exchange.with(body: bytes), meter)
        }
    }

    private func admitted(
        _ exchange: Exchange, bodyBytes: Int, as form: Form, _ body: (GatewayCaller, RequestMeter) async throws -> Reply
    ) async throws -> Reply {
        do {
            let caller = try self.caller(of: exchange)
            try gate.begin(caller.name, model: exchange.parameter("model"), bodyBytes: bodyBytes)
            let meter = RequestMeter(rowLimit: caller.limits.rowsPerRequest)
            defer {
                let cost = AnswerCost(rows: meter.rows, explainedRows: meter.explainedRows, modelMilliseconds: meter.modelMilliseconds)
                gate.end(caller.name, cost: cost)
            }
            return try await body(caller, meter)
        } catch let refusal as CallerGate.Refusal {
            return Self.reply(.requestLimitExceeded, refusal.message, as: form, retrySeconds: refusal.retrySeconds)
        } catch let error as AssayError {
            guard form == .inference else { throw error }
            return Self.reply(WireErrorCode(error.code), error.message, as: form)
        }
    }

    static func reply(_ code: WireErrorCode, _ message: String, as form: Form, status: Int? = nil, retrySeconds: Int64? = nil) -> Reply {
        let body: JSONValue =
            switch form {
            case .mlflow: ["error_code": .string(code.rawValue), "message": .string(message)]
            case .inference: ["error": .string(message)]
            }
        var reply = Reply.json(body.bytes(), status: status ?? code.httpStatus)
        if let retrySeconds { reply.headers.append((name: "Retry-After", value: String(retrySeconds))) }
        return reply
    }

    /// Scores: a model in a process of its own on a thread that waits for it, any other on one of few that compute.
    func score(_ served: ServedModel, _ exchange: Exchange, _ body: @escaping @Sendable () -> ServingAnswer) async throws -> ServingAnswer {
        if served.isForeign { return try await OwnThread.run(body) }
        if exchange.body.count <= Self.smallBody, !Self.isTable(exchange.contentType) { return body() }
        do {
            return try await work.run(body)
        } catch is WorkThreads.Busy {
            let error = AssayError(
                .unavailable, "As many requests wait for an answer as may; ask again.", cause: ModelOutage(.busy, retrySeconds: 1))
            return ServingFailure.model(error).answer
        }
    }

    /// Whether Arrow reads it, which blocks; anything that is not surely JSON counts.
    private static func isTable(_ contentType: String?) -> Bool {
        guard let contentType else { return false }
        return !(contentType.hasPrefix("application/json") || contentType.hasPrefix("application/octet-stream"))
    }
}
