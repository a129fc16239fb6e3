import AssayWorkflows
import ServiceLifecycle

/// Sends webhooks' messages while the server runs; what is not sent by then is sent after the next start.
struct WebhookService: Service {
    let worker: WebhookWorker

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await worker.run() }
    }
}
