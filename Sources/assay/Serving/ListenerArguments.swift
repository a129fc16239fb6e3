import ArgumentParser
import AssayServer
import AssayTerms

/// Where a command that serves models listens, and to whom.
struct ListenerArguments: ParsableArguments {
    @Option(help: "The interface to listen on.")
    var host = "127.0.0.1"

    @Flag(help: "Listen beyond this machine without users and TLS, because a trusted proxy in front provides them.")
    var trustedProxy = false

    @Option(help: ArgumentHelp("A host name requests may be addressed to, beside this machine's; may be repeated.", valueName: "name"))
    var allowHost: [String] = []

    /// - Throws: `invalidArgument` for an interface that others reach, where nothing says that they may.
    func requireClosed() throws(AssayError) {
        guard ["127.0.0.1", "localhost", "::1"].contains(host) || trustedProxy else {
            throw AssayError(
                .invalidArgument,
                "Listening on \(host) would open what is served to the network without users and TLS. Use 127.0.0.1, or add "
                    + "--trusted-proxy if a proxy in front provides both, and --allow-host for the names it asks for.")
        }
    }

    static func requirePort(_ port: Int, _ option: String = "--port") throws {
        guard (1...65_535).contains(port) else { throw ValidationError("\(option) is \(port); a port is a number from 1 to 65535.") }
    }

    func address(_ port: Int) -> String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// Whoever sends a request, as far as the address goes.
    var caller: Caller { Caller(trustedProxy ? Self.proxy : .anonymous) }

    /// Requests that a trusted proxy forwards; the only permission asked for here is to be answered.
    private static let proxy = Principal(userID: "trusted-proxy", name: "trusted proxy", roles: [])
}
