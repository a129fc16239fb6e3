import AssayWorkflows
import Logging
import ServiceLifecycle

/// Writes down once a minute when tokens and sessions were last used, and once more at the end.
struct IdentityService: Service {
    private static let interval: Duration = .seconds(60)

    let useCases: UseCases
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.interval)) != nil { await write() }
        }
        await write()
    }

    private func write() async {
        do {
            try await useCases.writeUseMarks()
        } catch {
            logger.error("the last uses of tokens and sessions could not be written down", metadata: ["reason": "\(error)"])
        }
    }
}
