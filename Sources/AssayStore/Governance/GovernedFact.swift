package import AssayTerms

/// Something that an entry of the log decided and a table repeats, so that the two can be compared.
package enum GovernedFact: Hashable, Sendable {
    /// The roles a user holds.
    case roles(userID: String)
    /// Whether an account is a person's or a program's, and whether it is in use.
    case account(userID: String)
    /// The digest of a password's hash, and whether somebody else set it: whoever writes another one into the table has not become
    /// its owner.
    case password(userID: String)
    /// Whose account somebody is to whom an identity provider or a directory gave a subject.
    case subject(Text, issuer: Text, userID: String)
    /// Whose a token is, and until when it is good.
    case token(id: String, userID: String)
    /// The name of a registered model that is not deleted.
    case name(modelID: String)
    /// The stage of a version that is not deleted.
    case stage(versionID: String, modelID: String)
    /// The number and the manifest of a version that is not deleted: whichever version an alias names, it is with these files.
    case version(versionID: String, modelID: String)
    /// How the gate let a version that is not deleted into a place, by the place's text.
    case placement(versionID: String, modelID: String, target: Text)
    /// What a policy said of the registration of a version that is not deleted, where one did.
    case admission(versionID: String, modelID: String)
    /// The version an alias names.
    case alias(Text, modelID: String)
    /// The digest of a published policy's canonical text, its publisher, and its place among all published ones.
    case policy(name: Text, version: Text)
    /// The state, the approver and what was approved.
    case approval(id: String, requestID: String)
    /// Who adopted the version.
    case adoption(versionID: String)
    /// Who began the training that a version came of, and who wrote its pipelines.
    case trainedBy(versionID: String)
    /// The grants of a role that is not shipped.
    case role(Role)
    /// The level at which an experiment or model is shared with a user.
    case share(SharedObject, userID: String)
    /// The class of a data set.
    case datasetClass(Text)
    /// A change that waits, or waited, for a second person.
    case proposal(id: String)
    /// The digest of a sealed segment of the access log.
    case accessSegment(Int64)
    /// For how many days the access log is kept.
    case accessRetention
    /// How a paper of a dossier stands, and the digest of what it says.
    case paper(id: String)
    /// An evaluator's key, who answers for it, and whether it was removed.
    case evaluator(name: Text)
    /// What was said of a model's use, by its place among all that was: class, tiers, content, and who answers for it.
    case classification(modelID: String, number: Int64)
    /// Who says no to a request, to what of it, and whether that was taken back.
    case objection(id: String, requestID: String)
    /// Until when what an approver asked for is due, and who found it done.
    case condition(id: String, requestID: String)
    /// Who approves in somebody's stead, in which role and when.
    case delegation(id: String, userID: String)
    /// What was asked of models' uses, by its place among all that were published: name, version, digest, and who answers for it.
    case questionnaire(number: Int64)
}

extension GovernedFact {
    /// The value of each fact as one text, the same whether it is made from entries or from tables.
    package enum Value {
        package static func roles(_ roles: some Sequence<String>) -> Text { Text(roles.sorted().joined(separator: ", ")) }
        package static func account(kind: String, isDisabled: Bool) -> Text { Text(isDisabled ? "\(kind), disabled" : kind) }
        /// - Parameters:
        ///   - verbs: the permissions it is restricted to, as one text; `nil` for all.
        ///   - login: of an elevated token.
        ///   - isMadeByAnother: whether somebody else than its holder made it.
        package static func token(
            expires milliseconds: Int64, isRevoked: Bool, verbs: String?, login: Int64?, isMadeByAnother: Bool
        ) -> Text {
            guard !isRevoked else { return "revoked" }
            let limits = (verbs.map { ", only to: \($0)" } ?? "") + (isMadeByAnother ? ", made by another" : "")
            return Text("good until \(milliseconds)\(limits)\(login.map { ", elevated at \($0)" } ?? "")")
        }
        package static func password(digest: String, isMadeByAnother: Bool) -> Text {
            Text(digest + (isMadeByAnother ? ", set by another" : ""))
        }
        package static func people(_ ids: some Sequence<String>) -> Text { Text(ids.sorted().joined(separator: ", ")) }
        package static func alias(_ version: Int64) -> Text { Text("version \(version)") }
        package static func version(_ number: Int64, manifest: SHA256Digest?) -> Text {
            Text("no. \(number), \(manifest.map { "manifest \($0.hex)" } ?? "not frozen")")
        }
        /// - Parameter detail: the digest of the kept decision's canonical text.
        package static func placement(
            decision: String, manifest: SHA256Digest, request: String?, entry: String, detail: SHA256Digest
        ) -> Text {
            Text("\(decision) by entry \(entry), request \(request ?? "none"), manifest \(manifest.hex), decision \(detail.hex)")
        }
        package static func policy(_ digest: String, by publisher: String, place: Int) -> Text {
            Text("no. \(place), \(digest), published by \(publisher)")
        }
        package static func role(_ grants: some Sequence<Text>) -> Text {
            Text(grants.map(\.string).sorted().joined(separator: "; "))
        }
        package static func erased(_ digest: Text) -> Text { Text("\(digest), erased") }
        package static func proposal(_ state: String, kind: String, by proposer: String, content digest: SHA256Digest) -> Text {
            Text("\(state), \(kind) \(digest.hex) by \(proposer)")
        }
        /// - Parameter credential: a key in hexadecimal digits, or what ``workflow(_:)`` says.
        package static func evaluator(credential: String, owner: String, isRemoved: Bool) -> Text {
            Text("\(isRemoved ? "removed" : "stands"), \(credential), owned by \(owner)")
        }
        package static func workflow(_ digest: SHA256Digest) -> String { "workflow \(digest.hex)" }
        /// - Parameters:
        ///   - tier: `nil` with the class where only the purpose was changed.
        ///   - heldTier: what the gate asked for last.
        ///   - questionnaire: the digest of its file.
        package static func classification(
            euClass: Text?, tier: Text?, heldTier: Text?, questionnaire: String?, content digest: SHA256Digest, by author: String,
            at milliseconds: Int64
        ) -> Text {
            func word(_ text: Text?) -> String { text?.string ?? "none" }
            return Text(
                "class \(word(euClass)), tier \(word(tier)), held \(word(heldTier)), questionnaire \(questionnaire ?? "none"), \(digest.hex), by \(author) at \(milliseconds)")
        }
        package static func objection(isWithdrawn: Bool, by objector: String, binding digest: SHA256Digest) -> Text {
            Text("\(isWithdrawn ? "withdrawn" : "stands"), by \(objector) to \(digest.hex)")
        }
        package static func condition(approval: String, due milliseconds: Int64, metBy user: String?) -> Text {
            Text("of \(approval), due \(milliseconds), \(user.map { "met, says \($0)" } ?? "open")")
        }
        package static func delegation(role: Text, to delegate: String, from: Int64, until: Int64, isRevoked: Bool) -> Text {
            Text("\(isRevoked ? "revoked" : "given"), \(role) to \(delegate), \(from) to \(until)")
        }
        package static func paper(
            kind: String, type: Text, state: Text, isInForce: Bool, revision: Int64, content digest: SHA256Digest, subject: String,
            by maker: String
        ) -> Text {
            Text(
                "\(kind) \(type), \(state)\(isInForce ? ", in force" : ""), revision \(revision), \(digest.hex), about \(subject), by \(maker)")
        }
        package static func questionnaire(_ title: String, digest: SHA256Digest, by publisher: String) -> Text {
            Text("\(title), \(digest.hex), published by \(publisher)")
        }
        package static func approval(_ state: String, by approver: String, binding digest: SHA256Digest) -> Text {
            Text("\(state), given by \(approver) to \(digest.hex)")
        }
    }
}
