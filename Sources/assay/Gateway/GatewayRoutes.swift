import AssayData
import AssayJSON
import AssayPolicy
import AssayRecords
import AssayServer
import AssayServing
import AssayTerms
import HTTPTypes

/// The routes of a gateway: MLflow's scoring protocol for each model, and the Open Inference Protocol.
///
/// `/models/NAME/invocations` asks the version in the usual place; `…/versions/N`, `…/stages/STAGE` and `…/aliases/ALIAS` name one. Every
/// answer of a version carries `Assay-Governance: statement` and `Assay-Model: NAME/N`.
struct GatewayRoutes: Sendable {
    let table: GatewayTable
    let metrics: GatewayMetrics
    /// `nil` where nothing is recorded.
    var recorder: GatewayRecorder?
    /// What is done about a request after it was answered.
    let shadows: ShadowQueue
    /// Who may ask, and how much.
    let gate: CallerGate
    /// Where models score that this build reads itself.
    let work: WorkThreads
    /// Who looks as if they copied a model; `nil` where nobody looks.
    var watch: ExtractionWatch?
    /// Whether `/metrics` names callers.
    var namesCallers = false
    /// Data sets that are scored in jobs; `nil` where none are taken.
    var jobs: JobStore?
    /// What inputs are filled in from; `nil` where requests bring them all.
    var features: FeatureStores?

    static let places: [(path: String, selector: @Sendable (Exchange) throws -> GatewayTable.Selector)] = [
        ("", { _ in .usual }),
        ("/versions/{version}", { exchange in .version(try number(exchange.parameter("version"))) }),
        ("/stages/{stage}", { exchange in .stage(exchange.parameter("stage")) }),
        ("/aliases/{alias}", { exchange in .alias(exchange.parameter("alias")) }),
    ]

    var routes: [Route] { scoring + inference + jobRoutes + health }

    private var scoring: [Route] {
        Self.places.flatMap { place in
            [
                Route("POST", "/models/{model}\(place.path)/invocations", .open, body: .stream) { exchange in
                    try await admittedWithBody(exchange, as: .mlflow) { exchange, meter in
                        let isAsked = try ExplanationWish.of(exchange)
                        return try await answer(exchange, place.selector, "mlflow") { version, exchange in
                            version.served.metered(meter) {
                                version.service(isAsked: isAsked).invocations(
                                    exchange.body, contentType: exchange.contentType, meter: meter, rules: version.book, isAsked: isAsked == true)
                            }
                        }
                    }
                },
                Route("POST", "/models/{model}\(place.path)/predict", .open, body: .stream) { exchange in
                    try await admittedWithBody(exchange, as: .mlflow) { exchange, meter in
                        let isAsked = try ExplanationWish.of(exchange)
                        return try await answer(exchange, place.selector, "mlflow") { version, exchange in
                            version.served.metered(meter) {
                                version.service(isAsked: isAsked).predict(
                                    exchange.body, contentType: exchange.contentType, meter: meter, rules: version.book)
                            }
                        }
                    }
                },
                Route("GET", "/models/{model}\(place.path)/ping", .open) { exchange in
                    try requireMayAsk(exchange)
                    return try await answer(exchange, place.selector, nil) { version, _ in version.served.service.ping() }
                },
            ]
        }
    }

    private var health: [Route] {
        ["/ping", "/health"].map { path in
            Route("GET", path, .open) { _ in Reply(status: 200, contentType: "application/json", body: .bytes([0x0a])) }
        } + [
            Route("GET", "/version", .open) { _ in .text(AssayVersion.mlflowCompatible) },
            Route("GET", "/metrics", .open) { _ in
                var reply = Reply.text(metrics.text(table.snapshot, records: recorder?.spool.counts)
                    + GatewayMetrics.text(of: gate, watch, namesCallers: namesCallers)
                    + (jobs.map { GatewayMetrics.text(of: $0) } ?? "") + (features.map { GatewayMetrics.text(of: $0) } ?? ""))
                reply.contentType = "text/plain; version=0.0.4; charset=utf-8"
                return reply
            },
            Route("GET", "/models", .open) { exchange in
                let caller = try self.caller(of: exchange)
                let models = table.snapshot.filter { caller.may(ask: $0.key) }.sorted { $0.key < $1.key }.map { name, model -> JSONValue in
                    [
                        "model": .string(name.string), "rollouts": .array(model.rollouts.map(\.json)),
                        "versions": .array(
                            model.versions.map { version in
                                let places = model.places.filter { $0.value == version.number }.keys.sorted()
                                return [
                                    "version": .integer(Int64(version.number)), "places": .array(places.map { .string($0.string) }),
                                    "manifest": .string(version.statement.manifest.hex),
                                    "not_after": .string(version.statement.notAfterText), "rules": version.statement.rules.json,
                                    "is_upstream": .bool(version.served.isUpstream), "scored": version.served.scorer.json,
                                    "is_explained": .bool(version.served.service.isExplained), "features": version.served.service.features?.json ?? [],
                                ]
                            }),
                    ]
                }
                return .json(JSONValue.object(["models": .array(models)]).bytes())
            },
        ]
    }

    // MARK: The Open Inference Protocol

    private var inference: [Route] {
        let models = Self.places.prefix(2)
        return [
            Route("GET", "/v2", .open) { _ in
                let value: JSONValue = ["name": "assay", "version": .string(AssayVersion.current), "extensions": ["binary_tensor_data"]]
                return .json(value.bytes())
            },
            Route("GET", "/v2/health/live", .open) { _ in .json(JSONValue.object(["live": true]).bytes()) },
            Route("GET", "/v2/health/ready", .open) { _ in
                let isReady = table.snapshot.values.allSatisfy { model in model.versions.allSatisfy(Self.isReady) }
                return .json(JSONValue.object(["ready": .bool(isReady)]).bytes(), status: isReady ? 200 : 503)
            },
        ] + models.flatMap { place in
            [
                Route("GET", "/v2/models/{model}\(place.path)", .open) { exchange in
                    try requireMayAsk(exchange)
                    return try await infer(exchange, place.selector, nil) { version, _ in
                        let versions = table.snapshot[version.model]?.versions.map { Text(String($0.number)) } ?? []
                        return .metadata(version.service(isAsked: true).inferenceMetadata.json(model: version.model, versions: versions).bytes())
                    }
                },
                Route("GET", "/v2/models/{model}\(place.path)/ready", .open) { exchange in
                    try requireMayAsk(exchange)
                    return try await table.with(exchange.parameter("model"), place.selector(exchange)) { version in
                        let isReady = Self.isReady(version)
                        let value: JSONValue = ["name": .string(version.model.string), "ready": .bool(isReady)]
                        return .json(value.bytes(), status: isReady ? 200 : 503)
                    }
                },
                Route("POST", "/v2/models/{model}\(place.path)/infer", .open, body: .stream) { exchange in
                    try await admittedWithBody(exchange, as: .inference) { exchange, meter in
                        try await infer(exchange, place.selector, "inference") { (version, exchange) throws(ServingFailure) in
                            let length = HTTPField.Name(InferenceRequest.headerField).flatMap { exchange.headers[$0] }
                            let request = try InferenceRequest(json: exchange.body, headerLength: length)
                            return .inference(
                                try version.served.metered(meter) { () throws(ServingFailure) in
                                    try version.service(isAsked: true).infer(request, meter: meter, rules: version.book)
                                })
                        }
                    }
                },
            ]
        }
    }

    private enum Inferred {
        case metadata([UInt8])
        case inference(InferenceAnswer)

        func body(of version: GatewayTable.Version) -> (bytes: [UInt8], headerLength: Int?) {
            switch self {
            case .metadata(let bytes): (bytes, nil)
            case .inference(let answer): answer.body(model: version.model, version: Text(String(version.number)))
            }
        }
    }

    /// The protocol's answer, or its error: `{"error": …}`.
    private func infer(
        _ exchange: Exchange, _ selector: (Exchange) throws -> GatewayTable.Selector, _ form: String?,
        _ body: @escaping @Sendable (GatewayTable.Version, Exchange) throws(ServingFailure) -> Inferred
    ) async throws -> Reply {
        do {
            return try await answer(exchange, selector, form) { version, exchange in
                do throws(ServingFailure) {
                    let inferred = try body(version, exchange)
                    let (bytes, length) = inferred.body(of: version)
                    var answer = ServingAnswer(
                        status: 200, contentType: length == nil ? "application/json" : "application/octet-stream", body: bytes)
                    if let length { answer.headers = [(InferenceRequest.headerField, String(length))] }
                    if case .inference(let inferred) = inferred { answer.scored = inferred.scored }
                    return answer
                } catch {
                    var answer = error.answer
                    let message = (try? JSONValue(parsing: answer.body))?["message"]?.string ?? String(decoding: answer.body, as: UTF8.self)
                    answer.contentType = "application/json"
                    answer.body = JSONValue.object(["error": .string(message)]).bytes()
                    return answer
                }
            }
        } catch let error as AssayError where error.code == .notFound || error.code == .unavailable {
            return .json(JSONValue.object(["error": .string(error.message)]).bytes(), status: error.code == .notFound ? 404 : 503)
        }
    }

    static func isReady(_ version: GatewayTable.Version) -> Bool {
        (try? version.isBeyondStatement(now: UTCTime.now())) != nil && version.served.service.ping().status == 200
    }

    // MARK: Versions

    func answer(
        _ exchange: Exchange, _ selector: (Exchange) throws -> GatewayTable.Selector, _ form: String?,
        _ body: @escaping @Sendable (GatewayTable.Version, Exchange) -> ServingAnswer
    ) async throws -> Reply {
        let begun = GatewayMetrics.now()
        let chosen = try selector(exchange)
        let unit = GatewayRollout.Unit(exchange)
        return try await noting(exchange.parameter("model"), chosen, form == nil ? nil : unit) { choice in
            let version = choice.version
            let key = form.map { GatewayMetrics.Key(model: version.model, version: version.number, form: $0) }
            let statement = version.statement
            let isOffline: Bool
            do throws(AssayError) {
                isOffline = try version.isBeyondStatement(now: UTCTime.now())
            } catch {
                if let key { metrics.note(key, status: 503, seconds: GatewayMetrics.now() - begun) }
                throw AssayError(.unavailable, error.message)
            }
            let answer = try await score(version.served, exchange) { body(version, exchange) }
            let seconds = GatewayMetrics.now() - begun
            watch?.note(answer.scored, of: version, by: try caller(of: exchange).name)
            var headers = ServingRoutes.headers(of: statement) + answer.headers
            if version.served.isUpstream { headers.append((name: "Assay-Upstream", value: "unverified")) }
            if isOffline {
                headers.append((name: GatewayTable.Version.offlineField, value: statement.notAfterText))
                if let key { metrics.noteOffline(key) }
            }
            if choice.tellsArm { headers.append((name: "Assay-Arm", value: choice.arm.rawValue)) }
            var recorded: RequestFacts?
            if let key, let recorder {
                recorded = try await record(answer, exchange, chosen, choice, form: key.form, seconds: seconds, in: recorder)
                if let recorded { headers.append((name: RequestFacts.recordField, value: RecordID(request: recorded.id, row: 0).request)) }
            }
            headers += RuleFindings.headers(answer.scored) + AnsweredReasons.headers(answer.scored)
            if let key {
                metrics.note(key, status: answer.status, seconds: seconds)
                metrics.note(rulesOf: answer.scored, model: key.model)
            }
            if let form { shadows.note(choice, answer, seconds: seconds, form: form, body: exchange.body, recorded: recorded) { body($0, exchange) } }
            if let seconds = answer.retrySeconds { headers.append((name: "Retry-After", value: String(seconds))) }
            return Reply(status: answer.status, contentType: answer.contentType, headers: headers, body: .bytes(answer.body))
        }
    }

    /// Records an answer before it is given.
    ///
    /// - Returns: what was recorded; `nil` for what was not.
    /// - Throws: `unavailable` where it must be and could not.
    private func record(
        _ answer: ServingAnswer, _ exchange: Exchange, _ selector: GatewayTable.Selector, _ choice: GatewayTable.Choice, form: String,
        seconds: Double, in recorder: GatewayRecorder
    ) async throws -> RequestFacts? {
        guard let id = recorder.newID() else { return nil }
        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { exchange.headers[$0] } }
        let facts = RequestFacts(
            id: id, time: answer.scored.first?.features?.time ?? GatewayRecorder.time(), seconds: seconds,
            status: answer.status, form: Text(form), place: selector.recorded,
            arm: choice.tellsArm ? Text(choice.arm.rawValue) : "answer", caller: gate.takesKeys ? try caller(of: exchange).name : nil,
            references: try RequestFacts.references(header(RequestFacts.referenceField)),
            batch: try RequestFacts.batch(header(RequestFacts.batchField)))
        if await recorder.keep(facts, answer.scored, of: choice.version) { return facts }
        guard !recorder.isRequired else {
            throw AssayError(.unavailable, "The prediction could not be recorded, so it is not given. Try again later.")
        }
        return nil
    }

    /// Counts what is asked for and not served.
    private func noting(
        _ model: Text, _ selector: GatewayTable.Selector, _ unit: GatewayRollout.Unit?, _ body: (GatewayTable.Choice) async throws -> Reply
    ) async throws -> Reply {
        do {
            guard let unit else {
                return try await table.with(model, selector) { version in
                    try await body(GatewayTable.Choice(version: version, rollout: nil, arm: .baseline, isShadowed: false))
                }
            }
            return try await table.with(model, selector, of: unit, body)
        } catch let error as AssayError where error.code == .notFound {
            metrics.noteUnserved()
            throw error
        }
    }

    private static func number(_ text: Text) throws -> Int {
        guard let number = Int(text.string), number > 0 else {
            throw AssayError(.invalidArgument, "'\(text)' is no version's number.")
        }
        return number
    }
}
