package import AssayTerms

/// Something that an entry of the log decided and a table repeats, so that the two can be compared.
package enum GovernedFact: Hashable, Sendable {
    /// The roles a user holds.
    case roles(userID: String)
    /// Whose a token is, and until when it is good.
    case token(id: String, userID: String)
    /// The name of a registered model that is not deleted.
    case name(modelID: String)
    /// The stage of a version that is not deleted.
    case stage(versionID: String, modelID: String)
    /// The version an alias names.
    case alias(Text, modelID: String)
    /// The digest of a published policy's canonical text, its publisher, and its place among all published ones.
    case policy(name: Text, version: Text)
    /// The state, the approver and what was approved.
    case approval(id: String, requestID: String)
    /// Who adopted the version.
    case adoption(versionID: String)
    /// An evaluator's key, who answers for it, and whether it was removed.
    case evaluator(name: Text)
}

extension GovernedFact {
    /// The value of each fact as one text, the same whether it is made from entries or from tables.
    package enum Value {
        package static func roles(_ roles: some Sequence<String>) -> Text { Text(roles.sorted().joined(separator: ", ")) }
        package static func token(expires milliseconds: Int64, isRevoked: Bool) -> Text {
            Text(isRevoked ? "revoked" : "good until \(milliseconds)")
        }
        package static func alias(_ version: Int64) -> Text { Text("version \(version)") }
        package static func policy(_ digest: String, by publisher: String, place: Int) -> Text {
            Text("no. \(place), \(digest), published by \(publisher)")
        }
        package static func evaluator(key: [UInt8], owner: String, isRemoved: Bool) -> Text {
            Text("\(isRemoved ? "removed" : "stands"), \(Hex.encode(key)), owned by \(owner)")
        }
        package static func approval(_ state: String, by approver: String, binding digest: SHA256Digest) -> Text {
            Text("\(state), given by \(approver) to \(digest.hex)")
        }
    }
}
