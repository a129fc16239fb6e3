import AssayJSON
import AssayServer
import AssayServing
import AssayTerms
import GRPCCore
import HTTPTypes

/// The Open Inference Protocol over gRPC: `inference.GRPCInferenceService`, answered by the same routes, callers and limits as over REST.
///
/// A key stands in the metadata `authorization`, as `Bearer KEY`. Answers carry `assay-governance` and `assay-model` in their metadata.
struct GatewayRPC: RegistrableRPCService {
    static let service = "inference.GRPCInferenceService"

    let routes: GatewayRoutes

    /// Headers of REST that stand in the metadata.
    private static let handedOn = [RequestFacts.referenceField, RequestFacts.batchField, "Assay-Unit", "Assay-Arm"]

    private typealias Method = @Sendable (GatewayRPC, [UInt8], Metadata, String) async throws -> ServerResponse<[UInt8]>

    private static let methods: [(name: String, isAboutModel: Bool, body: Method)] = [
        ("ServerLive", false, { _, bytes, _, _ in
            try Self.reading { () throws(AssayError) in try InferenceMessages.nothing(bytes) }
            return ServerResponse(message: InferenceMessages.answer(true))
        }),
        ("ServerReady", false, { rpc, bytes, _, _ in
            try Self.reading { () throws(AssayError) in try InferenceMessages.nothing(bytes) }
            let isReady = rpc.routes.table.snapshot.values.allSatisfy { $0.versions.allSatisfy(GatewayRoutes.isReady) }
            return ServerResponse(message: InferenceMessages.answer(isReady))
        }),
        ("ServerMetadata", false, { _, bytes, _, _ in
            try Self.reading { () throws(AssayError) in try InferenceMessages.nothing(bytes) }
            return ServerResponse(message: InferenceMessages.server(name: "assay", version: Text(AssayVersion.current)))
        }),
        ("ModelReady", true, { rpc, bytes, metadata, peer in
            let model = try Self.reading { () throws(AssayError) in try InferenceMessages.model(bytes) }
            return try await rpc.about(model, metadata, peer) { InferenceMessages.answer(GatewayRoutes.isReady($0)) }
        }),
        ("ModelMetadata", true, { rpc, bytes, metadata, peer in
            let model = try Self.reading { () throws(AssayError) in try InferenceMessages.model(bytes) }
            return try await rpc.about(model, metadata, peer) { version in
                let versions = rpc.routes.table.snapshot[version.model]?.versions.map { Text(String($0.number)) } ?? []
                return InferenceMessages.metadata(version.service(isAsked: true).inferenceMetadata, model: version.model, versions: versions)
            }
        }),
        ("ModelInfer", true, { rpc, bytes, metadata, peer in try await rpc.infer(bytes, metadata, peer) }),
    ]

    func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
        for method in Self.methods {
            router.registerHandler(
                forMethod: MethodDescriptor(fullyQualifiedService: Self.service, method: method.name), deserializer: RawMessage(),
                serializer: RawMessage()
            ) { request, context in
                // Whoever has no key, or a wrong one, is told so before a message is read.
                if method.isAboutModel { _ = try self.principal(request.metadata) }
                let request = try await ServerRequest(stream: request)
                return StreamingServerResponse(single: try await method.body(self, request.message, request.metadata, context.remotePeer))
            }
        }
    }

    // MARK: Models

    private func about(
        _ model: (name: Text, version: Text), _ metadata: Metadata, _ peer: String, _ body: (GatewayTable.Version) -> [UInt8]
    ) async throws -> ServerResponse<[UInt8]> {
        let exchange = try self.exchange(model.name, model.version, metadata, peer, body: [])
        do {
            try routes.requireMayAsk(exchange)
            let answer = try await routes.table.with(model.name, try Self.selector(exchange)) { body($0) }
            return ServerResponse(message: answer)
        } catch let error as AssayError {
            throw RPCError(error)
        }
    }

    private func infer(_ bytes: [UInt8], _ metadata: Metadata, _ peer: String) async throws -> ServerResponse<[UInt8]> {
        // The tensors are read once the caller may ask.
        let named = try Self.reading { () throws(AssayError) in try InferenceMessages.model(bytes) }
        let exchange = try self.exchange(named.name, named.version, metadata, peer, body: bytes)
        let routes = routes
        let reply: Reply
        do {
            reply = try await routes.admitted(exchange, as: .inference) { meter in
                let message: InferenceRequest.Message
                do throws(ServingFailure) {
                    message = try InferenceRequest.message(protobuf: bytes)
                } catch {
                    throw RPCError(status: error.answer.status, message: Self.words(error.answer.body))
                }
                return try await routes.answer(exchange, Self.selector, "grpc") { version, _ in
                    version.served.metered(meter) {
                        do throws(ServingFailure) {
                            let answer = try version.service(isAsked: true).infer(message.request, meter: meter, rules: version.book)
                            let bytes = answer.protobuf(
                                model: version.model, version: Text(String(version.number)), isRaw: message.isRaw)
                            var reply = ServingAnswer(status: 200, contentType: "application/grpc", body: bytes)
                            reply.scored = answer.scored
                            return reply
                        } catch {
                            return error.answer
                        }
                    }
                }
            }
        } catch let error as AssayError {
            throw RPCError(error)
        }
        var answers = Metadata()
        for header in reply.headers { answers.addString(header.value, forKey: header.name.lowercased()) }
        guard case .bytes(let body) = reply.body else { throw RPCError(code: .internalError, message: "An answer has no bytes.") }
        guard reply.status == 200 else { throw RPCError(status: reply.status, message: Self.words(body), metadata: answers) }
        return ServerResponse(message: body, metadata: answers)
    }

    /// The request as the routes know it.
    ///
    /// - Throws: `RPCError` for a key that is none.
    private func exchange(_ model: Text, _ version: Text, _ metadata: Metadata, _ peer: String, body: [UInt8]) throws -> Exchange {
        let principal = try self.principal(metadata)
        var headers = HTTPFields()
        for key in Self.handedOn {
            if let name = HTTPField.Name(key), let value = metadata[stringValues: key.lowercased()].first(where: { _ in true }) { headers[name] = value }
        }
        return Exchange.direct(
            principal, address: Text(peer), parameters: ["model": model.string, "version": version.string], headers: headers, body: body)
    }

    /// - Throws: `RPCError` where a key is asked for and there is none, or another one.
    private func principal(_ metadata: Metadata) throws -> Principal {
        guard routes.gate.takesKeys else { return .anonymous }
        return GatewayRoutes.principal(
            of: try Self.reading { () throws(AssayError) in
                try routes.gate.caller(authorization: metadata[stringValues: "authorization"].first { _ in true })
            })
    }

    private static func selector(_ exchange: Exchange) throws -> GatewayTable.Selector {
        let version = exchange.parameter("version")
        guard !version.isEmpty else { return .usual }
        guard let number = Int(version.string), number > 0 else {
            throw AssayError(.invalidArgument, "'\(version)' is no version's number.")
        }
        return .version(number)
    }

    private static func reading<Value>(_ body: () throws(AssayError) -> Value) throws -> Value {
        do throws(AssayError) {
            return try body()
        } catch {
            throw RPCError(error)
        }
    }

    /// The message of an error as REST tells it.
    private static func words(_ body: [UInt8]) -> String {
        let value = try? JSONValue(parsing: body)
        return value?["error"]?.string ?? value?["message"]?.string ?? String(decoding: body, as: UTF8.self)
    }
}

extension RPCError {
    init(_ error: AssayError) {
        let code: Code =
            switch error.code {
            case .invalidArgument, .unsupported, .unreadable: .invalidArgument
            case .limitExceeded, .tooSoon, .storageFull: .resourceExhausted
            case .notFound: .notFound
            case .alreadyExists: .alreadyExists
            case .conflict: .aborted
            case .unauthenticated: .unauthenticated
            case .permissionDenied: .permissionDenied
            case .unavailable: .unavailable
            case .corrupt, .internalFault: .internalError
            }
        self.init(code: code, message: error.message)
    }

    /// - Parameter status: of HTTP, by gRPC's mapping of the statuses that the routes answer with.
    init(status: Int, message: String, metadata: Metadata = [:]) {
        let code: Code =
            switch status {
            case 400, 415: .invalidArgument
            case 401: .unauthenticated
            case 403: .permissionDenied
            case 404: .notFound
            case 413, 429: .resourceExhausted
            case RuleRefusal.status: .failedPrecondition
            case 503: .unavailable
            case 504: .deadlineExceeded
            default: .internalError
            }
        self.init(code: code, message: message, metadata: metadata)
    }
}
