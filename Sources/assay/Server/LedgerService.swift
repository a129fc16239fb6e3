import AssayLedger
import Logging
import ServiceLifecycle

/// Publishes recorded entries while the server runs, and once more when it stops.
struct LedgerService: Service {
    let ledger: Ledger
    let logger: Logger

    func run() async throws {
        let logger = logger
        await cancelWhenGracefulShutdown {
            await ledger.run { error in
                logger.error("the log could not be published; it will be tried again", metadata: ["reason": "\(error)"])
            }
        }
        do {
            try await ledger.publishNow()
        } catch is CancellationError {
            // The group is going down because something else failed, which is what gets reported.
        } catch {
            logger.error("the last entries are recorded, and will be published at the next start", metadata: ["reason": "\(error)"])
        }
    }
}
