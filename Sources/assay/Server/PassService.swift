import AssayTerms
import Logging
import ServiceLifecycle

/// Does one piece of work again and again while the server runs. What fails is logged and tried at the next turn.
struct PassService: Service {
    /// Between the end of one turn and the next.
    let pause: Duration
    /// What the log says of a turn that failed, before the reason.
    let failure: Logger.Message
    let logger: Logger
    let turn: @Sendable () async throws -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await turn()
                } catch is CancellationError {
                    break
                } catch {
                    let reason = (error as? AssayError)?.message ?? "\(type(of: error))"
                    logger.error(failure, metadata: ["reason": "\(reason)"])
                }
                try? await Task.sleep(for: pause)
            }
        }
    }
}
