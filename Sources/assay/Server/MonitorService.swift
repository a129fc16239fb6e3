import AssayTerms
import AssayWorkflows
import Logging
import ServiceLifecycle

/// Looks at all monitors while the server runs, and lets prediction records go whose time is over.
struct MonitorService: Service {
    private static let pause = Duration.seconds(2)
    /// Of retention.
    private static let sweepEvery = 1_800

    let governance: Governance
    let logger: Logger

    func run() async throws {
        let pass = MonitorPass(governance: governance)
        await cancelWhenGracefulShutdown {
            var looks = 0
            while !Task.isCancelled {
                do {
                    _ = try await pass.run()
                    if looks % Self.sweepEvery == 0 { _ = try await governance.expirePredictions() }
                    looks += 1
                } catch is CancellationError {
                    break
                } catch {
                    let reason = (error as? AssayError)?.message ?? "\(type(of: error))"
                    logger.error("monitors cannot be looked at for now", metadata: ["reason": "\(reason)"])
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }
}
