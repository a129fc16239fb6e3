import AssayWorkflows
import Logging
import ServiceLifecycle

/// Removes what broken uploads left in the data directory: at the start files older than the start, and once an hour files
/// older than an hour; uploads in parts once nothing has happened to them for a day. Closes requests that nobody came back to.
struct SweepService: Service {
    static let interval: Duration = .seconds(3_600)
    static let graceMilliseconds: Int64 = 3_600_000

    let useCases: UseCases
    let governance: Governance
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var limit = useCases.effects.nowMilliseconds()
            while !Task.isCancelled {
                await sweep(lastWrittenBefore: limit)
                await expireRequests()
                guard (try? await Task.sleep(for: Self.interval)) != nil else { return }
                limit = useCases.effects.nowMilliseconds() - Self.graceMilliseconds
            }
        }
    }

    private func expireRequests() async {
        do {
            let expired = try await governance.expireRequests()
            if expired > 0 { logger.notice("requests that nobody came back to were closed", metadata: ["requests": "\(expired)"]) }
        } catch is CancellationError {
            // The server is stopping; the next start looks again.
        } catch {
            logger.error("requests that are over could not be closed; it will be tried again", metadata: ["reason": "\(error)"])
        }
    }

    private func sweep(lastWrittenBefore limit: Int64) async {
        do {
            let expired = try await useCases.expireUploads()
            let removed = try await useCases.sweepBlobs(lastWrittenBefore: limit)
            if expired + removed > 0 {
                logger.notice(
                    "what broken uploads left was removed", metadata: ["uploads": "\(expired)", "files": "\(removed)"])
            }
        } catch is CancellationError {
            // The server is stopping; the next start sweeps.
        } catch {
            logger.error("files of broken uploads could not be looked for; it will be tried again", metadata: ["reason": "\(error)"])
        }
    }
}
