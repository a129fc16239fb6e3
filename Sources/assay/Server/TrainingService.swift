import AssayTerms
import AssayWorkflows
import Logging
import ServiceLifecycle

/// Begins training at its times, watches over what runs, and sends requests to what runs elsewhere, while the server runs.
struct TrainingService: Service {
    private static let pause = Duration.seconds(1)

    let governance: Governance
    let logger: Logger

    func run() async throws {
        let pass = TrainingPass(governance: governance)
        let sender = TrainingSender(governance: governance)
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                // A receiver that is slow holds up no clock.
                group.addTask { await look { try await pass.run() } }
                group.addTask { await look { try await sender.run() } }
            }
        }
    }

    private func look(_ body: () async throws -> Void) async {
        while !Task.isCancelled {
            do {
                try await body()
            } catch is CancellationError {
                break
            } catch {
                let reason = (error as? AssayError)?.message ?? "\(type(of: error))"
                logger.error("training cannot be looked at for now", metadata: ["reason": "\(reason)"])
                try? await Task.sleep(for: .seconds(5))
            }
            try? await Task.sleep(for: Self.pause)
        }
    }
}
