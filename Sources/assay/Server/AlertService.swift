import AssayWorkflows
import ServiceLifecycle

/// Tells receivers of alerts while the server runs; what is not told by then is told after the next start.
struct AlertService: Service {
    let worker: AlertWorker

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await worker.run() }
    }
}
