import ArgumentParser
import AssayTerms
import Foundation

/// Which server a command speaks to, and as whom.
struct ServerOptions: ParsableArguments {
    @Option(help: "The server's address. Without it: ASSAY_SERVER, then MLFLOW_TRACKING_URI.")
    var server: String?

    /// The address and the credentials of the environment: `ASSAY_TOKEN`, then `MLFLOW_TRACKING_TOKEN`, then
    /// `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`.
    ///
    /// - Parameters:
    ///   - login: a name and a password that go before those.
    ///   - token: one that goes before all of them.
    func withClient<Answer>(
        login: (name: String, password: String)? = nil, token: String? = nil, _ use: (ServerClient) async throws -> Answer
    ) async throws -> Answer {
        if let token { return try await ServerClient.with(address: try address(), token: token, use) }
        return try await Self.withClient(of: try address(), login: login, use)
    }

    /// The server's address without a slash at its end, as it was named.
    func address() throws(AssayError) -> String { try Self.address(server) }

    static func address(_ server: String?) throws(AssayError) -> String {
        guard let address = server ?? variable("ASSAY_SERVER") ?? variable("MLFLOW_TRACKING_URI") else {
            throw AssayError(
                .invalidArgument, "No server is named: add --server http://127.0.0.1:5000, or set ASSAY_SERVER.")
        }
        return address.hasSuffix("/") ? String(address.dropLast()) : address
    }

    /// A client of `address` with the credentials of the environment.
    static func withClient<Answer>(
        of address: String, login: (name: String, password: String)? = nil, _ use: (ServerClient) async throws -> Answer
    ) async throws -> Answer {
        let token = variable("ASSAY_TOKEN") ?? variable("MLFLOW_TRACKING_TOKEN")
        var login = login
        if login == nil, token == nil, let name = variable("MLFLOW_TRACKING_USERNAME"),
            let password = variable("MLFLOW_TRACKING_PASSWORD")
        {
            login = (name, password)
        }
        return try await ServerClient.with(address: address, token: token, login: login, use)
    }

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
