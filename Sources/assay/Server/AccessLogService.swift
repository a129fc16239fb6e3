import AssayWorkflows
import Logging
import ServiceLifecycle

/// Brings records of reads into the store every tenth of a second, seals the access log when there is enough of it, and
/// erases what its time is over for once an hour. What waits is written when the server stops.
struct AccessLogService: Service {
    private static let sealing: Duration = .seconds(10)
    private static let expiring: Duration = .seconds(3_600)

    let useCases: UseCases
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            let clock = ContinuousClock()
            var nextSeal = clock.now + Self.sealing
            var nextExpiry = clock.now
            while !Task.isCancelled {
                await useCases.accessLog?.tick()
                if clock.now >= nextSeal {
                    nextSeal = clock.now + Self.sealing
                    await attempt("sealed") { while try await useCases.sealAccessLog() != nil {} }
                }
                if clock.now >= nextExpiry {
                    nextExpiry = clock.now + Self.expiring
                    await attempt("expired") { _ = try await useCases.expireAccessSegments() }
                }
                guard (try? await Task.sleep(for: .milliseconds(AccessLog.flushMilliseconds))) != nil else { return }
            }
        }
        await useCases.accessLog?.finish()
    }

    private func attempt(_ what: String, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch is CancellationError {
            // The next start goes on.
        } catch {
            logger.error("the access log could not be \(what); it will be tried again", metadata: ["reason": "\(error)"])
        }
    }
}
