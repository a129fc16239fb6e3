import AssayWorkflows
import ServiceLifecycle

/// Computes evidence while the server runs; a job cut short by shutdown is taken up at the next start.
struct EvidenceService: Service {
    let worker: EvidenceWorker

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await worker.run() }
    }
}
