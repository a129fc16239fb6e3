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
        let environment = ProcessInfo.processInfo.environment
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        guard let address = server ?? variable("ASSAY_SERVER") ?? variable("MLFLOW_TRACKING_URI") else {
            throw AssayError(
                .invalidArgument, "No server is named: add --server http://127.0.0.1:5000, or set ASSAY_SERVER.")
        }
        let token = variable("ASSAY_TOKEN") ?? variable("MLFLOW_TRACKING_TOKEN")
        return try await ServerClient.with(address: address, token: token, use)
    }
}
