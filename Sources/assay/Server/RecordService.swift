import AssayWorkflows
import ServiceLifecycle

/// Compares the tables with the log's entries while the server runs, until they agree.
struct RecordService: Service {
    let check: RecordCheck

    func run() async throws {
        await cancelWhenGracefulShutdown { await check.run() }
        // A service that ends would end the server.
        try await gracefulShutdown()
    }
}
