import AssayCanonical
import AssayJSON
import AssayModels
import AssayServing
import AssayTerms

extension OpenedModel {
    /// The statement of a rollout's candidate as the server signs it now, verified.
    static func statement(
        ofRollout id: String, model: Text, version: Int, server: String?, key: String?
    ) async throws -> RolloutStatement {
        try await ArtifactClient.with(address: server) { client in
            let vkey: String
            if let key {
                vkey = key
            } else {
                guard let served = try await client.json(["api", "assay", "v1", "statements", "key"])["vkey"]?.string else {
                    throw AssayError(.unsupported, "\(client.address) does not say by which key it signs statements; name the key with --key")
                }
                vkey = served
            }
            let statement = try RolloutStatement(
                try await client.json(ServerPath.rollout(id, "statement")), key: NoteVerificationKey(vkey: vkey).key, rollout: id, model: model,
                version: version)
            try statement.deployment.requireCurrent(now: UTCTime.now())
            return statement
        }
    }

    /// The files of a rollout's candidate, each of them verified against its statement.
    static func candidate(_ statement: RolloutStatement, server: String?, key: String?) async throws -> OpenedModel {
        try await ArtifactClient.with(address: server) { client in
            try await governed(statement.deployment, client: client, keyIsPinned: key != nil)
        }
    }
}
