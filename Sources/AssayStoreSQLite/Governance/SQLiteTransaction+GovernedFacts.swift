import AssayCanonical
import AssayStore
import AssayTerms
import Foundation
import GRDB

/// What the tables say of that which entries decide.
extension SQLiteTransaction {
    func governedFacts() throws -> [GovernedFact: Text] {
        var facts: [GovernedFact: Text] = [:]
        try addPeople(to: &facts)
        try addRegistry(to: &facts)
        try addAccess(to: &facts)
        try addClassifications(to: &facts)
        try addDeliberation(to: &facts)
        try addPapers(to: &facts)
        try addQuestionnaires(to: &facts)
        for (offset, row) in try rows("SELECT name, version, digest, publisherId FROM policy ORDER BY sequence").enumerated() {
            let digest: Data = row[2]
            facts[.policy(name: row[0], version: row[1])] = GovernedFact.Value.policy(
                Hex.encode(digest), by: row[3], place: offset + 1)
        }
        for row in try rows("SELECT id, requestId, state, approverId, binding FROM approval") {
            let binding: Data = row[4]
            facts[.approval(id: row[0], requestID: row[1])] = GovernedFact.Value.approval(
                row[2], by: row[3], binding: SHA256Hasher.digest(of: Array(binding)))
        }
        for row in try rows("SELECT versionId, adopterId FROM adoption") { facts[.adoption(versionID: row[0])] = row[1] }
        var trainers: [Text: [String]] = [:]
        for row in try rows("SELECT versionId, userId FROM trainingAuthor") { trainers[Text(row[0] as String), default: []].append(row[1]) }
        for (version, people) in trainers { facts[.trainedBy(versionID: version.string)] = GovernedFact.Value.people(people) }
        for evaluator in try evaluators() {
            facts[.evaluator(name: evaluator.name)] = GovernedFact.Value.evaluator(
                credential: try Self.words(of: evaluator.credential), owner: evaluator.userID, isRemoved: evaluator.removedMilliseconds != nil)
        }
        return facts
    }

    private static func words(of credential: EvaluatorRecord.Credential) throws -> String {
        switch credential {
        case .key(let key): Hex.encode(key)
        case .workflow(let pin): GovernedFact.Value.workflow(try WorkflowPinJSON.digest(of: pin))
        }
    }

    private func addPeople(to facts: inout [GovernedFact: Text]) throws {
        for user in try users() {
            facts[.roles(userID: user.id)] = GovernedFact.Value.roles(user.roles.map(\.rawValue))
            facts[.account(userID: user.id)] = GovernedFact.Value.account(kind: user.kind.rawValue, isDisabled: user.isDisabled)
        }
        for row in try rows("SELECT id, userID, expiryTime, revocationTime IS NOT NULL, verbs, loginTime, madeByAnother FROM token") {
            facts[.token(id: row[0], userID: row[1])] = GovernedFact.Value.token(
                expires: row[2], isRevoked: row[3], verbs: row[4], login: row[5], isMadeByAnother: row[6])
        }
        for row in try rows("SELECT userID, hash, madeByAnother FROM password") {
            let hash: String = row[1]
            facts[.password(userID: row[0])] = GovernedFact.Value.password(
                digest: SHA256Hasher.digest(of: hash.utf8).hex, isMadeByAnother: row[2])
        }
        for row in try rows("SELECT issuer, subject, userID FROM subject") {
            facts[.subject(row[1], issuer: row[0], userID: row[2])] = "linked"
        }
    }

    func governedFacts(ofModel id: String) throws -> [GovernedFact: Text] {
        var facts: [GovernedFact: Text] = [:]
        try addRegistry(to: &facts, ofModel: id)
        return facts
    }

    /// - Parameter id: of the one model to look at; all without it.
    private func addRegistry(to facts: inout [GovernedFact: Text], ofModel id: String? = nil) throws {
        let one = id == nil ? "" : " AND model.id = ?"
        let arguments: StatementArguments = id.map { [$0] } ?? []
        func rows(_ sql: String) throws -> [Row] { try Row.fetchAll(database, sql: sql + one, arguments: arguments) }
        for row in try rows("SELECT id, name FROM registeredModel AS model WHERE deletionTime IS NULL") {
            facts[.name(modelID: row[0])] = row[1]
        }
        let versions = """
            SELECT version.id, model.id, version.stage, version.admission, version.version, version.manifestDigest
            FROM modelVersion AS version JOIN registeredModel AS model ON model.number = version.model
            WHERE version.deletionTime IS NULL AND model.deletionTime IS NULL
            """
        for row in try rows(versions) {
            facts[.stage(versionID: row[0], modelID: row[1])] = row[2]
            facts[.admission(versionID: row[0], modelID: row[1])] = row[3] as Text?
            facts[.version(versionID: row[0], modelID: row[1])] = GovernedFact.Value.version(
                row[4], manifest: try (row[5] as Data?).map { _ in try row.digest("manifestDigest") })
        }
        let aliases = """
            SELECT alias.alias, model.id, alias.version FROM modelAlias AS alias
            JOIN registeredModel AS model ON model.number = alias.model WHERE model.deletionTime IS NULL
            """
        for row in try rows(aliases) {
            facts[.alias(row[0], modelID: row[1])] = GovernedFact.Value.alias(row[2])
        }
        let placements = """
            SELECT placement.*, model.id AS modelId FROM placement JOIN modelVersion AS version ON version.id = placement.versionId
            JOIN registeredModel AS model ON model.number = version.model
            WHERE version.deletionTime IS NULL AND model.deletionTime IS NULL
            """
        for row in try rows(placements) {
            facts[.placement(versionID: row["versionId"], modelID: row["modelId"], target: row["target"])] =
                GovernedFact.Value.placement(
                    decision: row["decision"], manifest: try row.digest("manifest"), request: row["requestId"], entry: row["entryId"],
                    detail: SHA256Hasher.digest(of: row.bytes("detail")))
        }
    }

    private func addAccess(to facts: inout [GovernedFact: Text]) throws {
        for role in try roles() { facts[.role(role.role)] = GovernedFact.Value.role(role.grants.map(\.text)) }
        for row in try rows("SELECT kind, object, userID, level FROM share") {
            guard let kind = ShareKind(rawValue: row[0]) else {
                throw AssayError(.corrupt, "The database holds a share of an unknown kind. Run `assay doctor`.")
            }
            facts[.share(SharedObject(kind: kind, id: row[1]), userID: row[2])] = row[3]
        }
        for (name, datasetClass) in try datasetClasses() { facts[.datasetClass(name)] = Text(datasetClass.rawValue) }
        for row in try rows("SELECT number, digest, sealed IS NULL FROM accessSegment") {
            let digest: Data = row[1]
            let text = Text(Hex.encode(digest))
            let isErased: Bool = row[2]
            facts[.accessSegment(row[0])] = isErased ? GovernedFact.Value.erased(text) : text
        }
        if let days = try metaValue("access-log.retention-days"), !days.isEmpty { facts[.accessRetention] = Text("\(days) days") }
        for row in try rows("SELECT id, state, kind, proposerID, content FROM proposal") {
            let content: Data = row[4]
            facts[.proposal(id: row[0])] = GovernedFact.Value.proposal(
                row[1], kind: row[2], by: row[3], content: SHA256Hasher.digest(of: Array(content)))
        }
    }

    private func rows(_ sql: String) throws -> [Row] { try Row.fetchAll(database, sql: sql) }
}
