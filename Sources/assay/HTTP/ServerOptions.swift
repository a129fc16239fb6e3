import ArgumentParser
import AssayTerms
import Foundation

/// Which server a command speaks to, and as whom.
struct ServerOptions: ParsableArguments {
    @Option(help: "The server's address. Without it: ASSAY_SERVER, then MLFLOW_TRACKING_URI.")
    var server: String?

    /// The address and the token of the environment (`ASSAY_TOKEN`, then `MLFLOW_TRACKING_TOKEN`).
    func withClient<Answer>(
        _ use: (ServerClient) async throws -> Answer
    ) async throws -> Answer {
        guard let address = server ?? Self.variable("ASSAY_SERVER") ?? Self.variable("MLFLOW_TRACKING_URI") else {
            throw AssayError(
                .invalidArgument, "No server is named: add --server http://127.0.0.1:5000, or set ASSAY_SERVER.")
        }
        return try await Self.withClient(of: address, use)
    }

    /// A client of `address` with the token of the environment.
    static func withClient<Answer>(
        of address: String, _ use: (ServerClient) async throws -> Answer
    ) async throws -> Answer {
        try await ServerClient.with(
            address: address, token: variable("ASSAY_TOKEN") ?? variable("MLFLOW_TRACKING_TOKEN"), use)
    }

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
