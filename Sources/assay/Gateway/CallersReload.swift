import AssayData
import AssayServer
import AssayTerms
import Glibc
import Logging
import ServiceLifecycle

/// Reads the file of callers again when it has changed. One that is wrong changes nothing, and the log says why.
struct CallersReload: Service {
    private static let pause = Duration.seconds(1)

    let path: String
    let gate: CallerGate
    let read: @Sendable () throws(AssayError) -> [GatewayCaller]
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // What changed between the start and now is read too.
            var seen: FileStamp?
            while !Task.isCancelled {
                let stamp = FileStamp(path)
                if stamp != seen {
                    seen = stamp
                    reload()
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func reload() {
        do throws(AssayError) {
            let callers = try read()
            guard callers != gate.callers else { return }
            gate.replace(with: callers)
            logger.notice("the file of callers is read again", metadata: ["callers": "\(callers.count)"])
        } catch {
            logger.error("the file of callers cannot be used; the callers before stay", metadata: ["reason": "\(error.message)"])
        }
    }
}
