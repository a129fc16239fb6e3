import AssayServer
import AssayTerms
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the listener's certificate again when its files change, looked at every ten seconds, and at once on SIGHUP.
struct CertificateService: Service {
    private static let interval: Duration = .seconds(10)

    let certificate: TLSCertificate
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await _ in await UnixSignalsSequence(trapping: .sighup) { reload() }
                }
                group.addTask {
                    while (try? await Task.sleep(for: Self.interval)) != nil {
                        if certificate.hasChanged { reload() }
                    }
                }
            }
        }
    }

    private func reload() {
        do {
            try certificate.reload()
            logger.notice("the certificate was read again", metadata: ["file": "\(certificate.certificatePath)"])
        } catch {
            logger.error("the new certificate cannot be used; the earlier one goes on being served", metadata: ["reason": "\(error)"])
        }
    }
}
