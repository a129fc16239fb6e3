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
            var said: Set<MonitorPass.Problem> = []
            while !Task.isCancelled {
                do {
                    let problems = try await pass.run().problems
                    for problem in problems where said.insert(problem).inserted {
                        logger.error(
                            "something of a monitored version cannot be looked at; the others are",
                            metadata: ["model": "\(problem.model)", "version": "\(problem.version)", "reason": "\(problem.reason)"])
                    }
                    // What is over may be said again when it comes back.
                    said.formIntersection(problems)
                } catch is CancellationError {
                    break
                } catch {
                    let reason = (error as? AssayError)?.message ?? "\(type(of: error))"
                    logger.error("monitors cannot be looked at for now", metadata: ["reason": "\(reason)"])
                }
                // What is wrong with monitors keeps no record longer than was promised.
                do {
                    if looks % Self.sweepEvery == 0 { _ = try await governance.expirePredictions() }
                } catch is CancellationError {
                    break
                } catch {
                    let reason = (error as? AssayError)?.message ?? "\(type(of: error))"
                    logger.error("prediction records whose time is over cannot be let go for now", metadata: ["reason": "\(reason)"])
                }
                looks += 1
                try? await Task.sleep(for: Self.pause)
            }
        }
    }
}
