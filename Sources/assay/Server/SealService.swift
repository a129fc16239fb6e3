import AssayWorkflows
import ServiceLifecycle

/// Seals runs while the server runs; what was claimed and not entered at shutdown is taken up at the next start.
struct SealService: Service {
    let sealer: RunSealer

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await sealer.run() }
    }
}
