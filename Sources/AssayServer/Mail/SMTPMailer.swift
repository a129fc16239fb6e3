package import AssayTerms
package import AssayWorkflows
import Glibc
package import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// The server's only mail client: one message a connection, to one judged address, with certificates checked for the name in the
/// rules.
package struct SMTPMailer: OutgoingMail {
    private static let connectLimit = TimeAmount.seconds(5)
    private static let addressLimit = 3

    private let targets: OutgoingTargets
    /// From where rules may have authorities read: whoever applies rules names no other file of the server.
    private let places: SecretPlaces
    /// From the connection to the answer to the message.
    private let limit: TimeAmount
    private let logger: Logger

    package init(targets: OutgoingTargets, places: SecretPlaces, limit: Duration = .seconds(30), logger: Logger) {
        self.targets = targets
        self.places = places
        self.limit = TimeAmount(limit)
        self.logger = logger
    }

    package func check(_ server: MailServer) async throws(AssayError) {
        let url = try Self.url(server)
        do {
            _ = try await targets.addresses(of: url)
        } catch {
            throw AssayError(.invalidArgument, error.message(url, targets.purpose))
        }
    }

    package func send(_ message: [UInt8], by server: MailServer, password: Text?) async -> MailOutcome {
        let addresses: [IPAddress]
        let url: OutgoingURL
        do {
            url = try Self.url(server)
        } catch {
            return .failed(.addressRefused, error.message)
        }
        do {
            addresses = try await targets.addresses(of: url)
        } catch {
            return .failed(error.failure, error.message(url, targets.purpose))
        }
        var outcome = MailOutcome.failed(.connect, "no address could be connected to")
        for address in addresses.prefix(Self.addressLimit) {
            outcome = await send(message, server, password, at: address)
            // Nothing was said to an address that took no connection, so another one may be tried.
            guard case .failed(.connect, _) = outcome else { break }
        }
        return outcome
    }

    /// The server as an address is judged by: https stands for TLS of either kind.
    private static func url(_ server: MailServer) throws(AssayError) -> OutgoingURL {
        let host = server.host.contains(":") ? "[\(server.host)]" : server.host
        do {
            return try OutgoingURL(Text("\(server.security == .plain ? "http" : "https")://\(host):\(server.port)/"))
        } catch {
            throw AssayError(.invalidArgument, "'\(server.host)' is no mail server's name.")
        }
    }

    private func send(_ message: [UInt8], _ server: MailServer, _ password: Text?, at address: IPAddress) async -> MailOutcome {
        let context: NIOSSLContext?
        do {
            context = server.security == .plain ? nil : try self.context(server)
        } catch {
            return .failed(.tls, (error as? AssayError).map { "'ca': \($0.message)" } ?? "'ca' cannot be read as certificates")
        }
        let name = IPAddress(server.host) == nil ? server.host : nil
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let promise = loop.makePromise(of: SMTPSession.Ending.self)
        let session = SMTPSession(server: server, password: password, message: message, ownName: Self.ownName)
        let channel: any Channel
        do {
            let socket = try SocketAddress(ipAddress: address.text, port: server.port)
            channel = try await ClientBootstrap(group: loop).connectTimeout(Self.connectLimit).channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if server.security == .tls, let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: context, serverHostname: name))
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        SMTPHandler(session: session, tls: context, name: name, promise: promise))
                }
            }.connect(to: socket).get()
        } catch {
            // The handler may have been closed before it was told anything; whoever is first counts.
            promise.fail(error)
            return .failed(.connect, "nothing took the connection")
        }
        let timer = loop.scheduleTask(in: limit) {
            promise.fail(SMTPTimeout())
            channel.close(promise: nil)
        }
        defer { timer.cancel() }
        do {
            return outcome(try await promise.futureResult.get(), server)
        } catch {
            return Self.failure(error)
        }
    }

    private func outcome(_ ending: SMTPSession.Ending, _ server: MailServer) -> MailOutcome {
        switch ending {
        case .accepted(let refused):
            if refused > 0 {
                logger.warning(
                    "a mail server refused some of those who are told of alerts",
                    metadata: ["server": "\(server.host)", "refused": "\(refused)", "recipients": "\(server.to.count)"])
            }
            return .accepted
        case .partly(let reached, let code): return .partly(reached: reached, code)
        case .refused(let code): return .refused(code)
        case .impossible(let words): return .failed(.tls, words)
        }
    }

    private static func failure(_ error: any Error) -> MailOutcome {
        switch error {
        case is SMTPTimeout: .failed(.timeout, "there was no answer in time")
        case is ChannelError, is IOError: .failed(.disconnected, "the connection ended before there was an answer")
        default: .failed(.tls, "TLS could not be agreed on; is the certificate valid for this name?")
        }
    }

    /// - Throws: `invalidArgument` for a file that nobody named with `--secret-allow`; what reading certificates throws.
    private func context(_ server: MailServer) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let authorities = server.authorities?.string {
            let certificates: [NIOSSLCertificate]
            if authorities.hasPrefix("-----BEGIN ") {
                certificates = try NIOSSLCertificate.fromPEMBytes(Array(authorities.utf8))
            } else {
                guard case .file(let path) = try places.admitted(.file(authorities)) else { throw NIOSSLError.failedToLoadCertificate }
                certificates = try NIOSSLCertificate.fromPEMFile(path)
            }
            configuration.additionalTrustRoots = [.certificates(certificates)]
        }
        return try NIOSSLContext(configuration: configuration)
    }

    /// This machine's name, as far as it can stand in a greeting.
    private static let ownName: String = {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return "[127.0.0.1]" }
        let name = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let isPlain = !name.isEmpty && name.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45 || byte == 46
        }
        return isPlain ? name : "[127.0.0.1]"
    }()
}

private struct SMTPTimeout: Error {}
