import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows
import HTTPTypes

/// What changed elsewhere and begins training: said by an account, or by a repository's signed webhook.
enum TrainingSignalRoutes {
    /// GitHub's pushes are larger only with hundreds of commits, which it leaves out of them.
    private static let pushLimit = 4 << 20

    static func routes(_ governance: Governance) -> [Route] {
        [
            Route("POST", "/training/signals", .request, on: .filtered, body: .json(limit: 64 << 10)) { exchange in
                let body = try GovernanceBody(exchange)
                let signal: Governance.TrainingSignal
                switch (try body.optionalText("commit"), try body.optionalText("data")) {
                case (let commit?, nil):
                    signal = .commit(repository: try body.text("repository"), branch: try body.text("branch"), sha: commit)
                case (nil, let data?): signal = .data(name: data, digest: try body.text("digest"))
                default:
                    throw AssayError(
                        .invalidArgument, "Say either 'commit' with 'repository' and 'branch', or 'data' with 'digest'.")
                }
                return answer(try await governance.signalTraining(signal, by: exchange.principal))
            },
            // Signed by a secret that a pipeline names, which is all that it is let in by.
            Route("POST", "/training/push", .open, body: .anyContentType(limit: pushLimit), takesKey: true) { exchange in
                let header = { (name: String) in HTTPField.Name(name).flatMap { exchange.headers[$0] } }
                switch try await governance.takePush(
                    exchange.body, event: header("X-GitHub-Event"), signature: header("X-Hub-Signature-256"))
                {
                case .ignored: return .json(JSONValue.object(["ignored": true]).bytes())
                // Who began what is for those who may read the model.
                case .begun(let begun):
                    return .json(JSONValue.object(["begun": .integer(Int64(begun.count { $0.record.state != .bounded }))]).bytes())
                }
            },
        ]
    }

    private static func answer(_ views: [Governance.TrainingView]) -> Reply {
        .json(JSONValue.object(["training": .array(views.map(TrainingJSON.run))]).bytes(), status: views.isEmpty ? 200 : 201)
    }
}
