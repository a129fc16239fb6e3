import AssayServer
import AssayTerms
import AssayWorkflows
import AsyncHTTPClient
import Dispatch
import NIOCore
import NIOHTTP1
import Synchronization

/// Asks upstreams over HTTP. Redirects are not followed and answers are bounded; nothing of a request, an answer or a token is logged.
final class UpstreamClient: Sendable {
    enum Answer: Sendable {
        case answered([UInt8])
        /// 4xx: the rows, not the service.
        case refused(Int)
        case failure(Failure)
    }

    enum Failure: Sendable {
        case late
        case away(String)
        case unusable(String)
    }

    private static let answerLimit = 64 << 20
    private static let healthSeconds: Int64 = 5

    /// Never closed: connections are kept for the life of the process.
    static let shared = UpstreamClient()

    private let client: HTTPClient
    private let secrets: any SecretSource

    private init(secrets: any SecretSource = ReferencedSecrets()) {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(5))
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.secrets = secrets
    }

    /// Blocks the calling thread, which must be one of its own, until there is an answer or the time is over.
    func post(_ body: [UInt8], _ upstream: ServingUpstream) -> Answer {
        let box = AnswerBox()
        let done = DispatchSemaphore(value: 0)
        Task {
            box.set(await self.send(body, upstream))
            done.signal()
        }
        done.wait()
        return box.answer
    }

    private func send(_ body: [UInt8], _ upstream: ServingUpstream) async -> Answer {
        do {
            var request = try await request(upstream.url, upstream)
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
            let deadline = NIODeadline.now() + .seconds(Int64(upstream.timeoutSeconds))
            let response = try await client.execute(request, deadline: deadline)
            switch response.status.code {
            case 200:
                let buffer = try await response.body.collect(upTo: Self.answerLimit)
                return .answered(Array(buffer.readableBytesView))
            case 300..<400: return .failure(.unusable("it sends elsewhere (HTTP \(response.status.code)), which is not followed"))
            case 401, 403: return .failure(.away("its upstream does not accept the gateway (HTTP \(response.status.code))"))
            case 400, 413, 415, 422: return .refused(Int(response.status.code))
            default: return .failure(.away("its upstream answered HTTP \(response.status.code)"))
            }
        } catch let error as AssayError {
            return .failure(.away("the token of its upstream cannot be read: \(error.message)"))
        } catch is NIOTooManyBytesError {
            return .failure(.unusable("it is larger than \(Self.answerLimit >> 20) MiB"))
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            return .failure(.late)
        } catch {
            return .failure(.away("its upstream cannot be reached"))
        }
    }

    /// Whether it says that it scores.
    func isHealthy(_ url: String, _ upstream: ServingUpstream) async -> Bool {
        guard let request = try? await request(url, upstream),
            let response = try? await client.execute(request, deadline: .now() + .seconds(Self.healthSeconds))
        else { return false }
        return response.status.code == 200
    }

    private func request(_ url: String, _ upstream: ServingUpstream) async throws -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "User-Agent", value: "assay/\(AssayVersion.current)")
        if let token = upstream.token { request.headers.add(name: "Authorization", value: "Bearer \(try await secrets.value(token))") }
        return request
    }
}

/// What a task answers a thread that waits for it.
private final class AnswerBox: Sendable {
    private let value = Mutex<UpstreamClient.Answer>(.failure(.late))

    var answer: UpstreamClient.Answer { value.withLock { $0 } }

    func set(_ answer: UpstreamClient.Answer) { value.withLock { $0 = answer } }
}
