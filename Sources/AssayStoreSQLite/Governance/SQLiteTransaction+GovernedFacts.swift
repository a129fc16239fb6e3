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
        for evaluator in try evaluators() {
            facts[.evaluator(name: evaluator.name)] = GovernedFact.Value.evaluator(
                key: evaluator.publicKey, owner: evaluator.userID, isRemoved: evaluator.removedMilliseconds != nil)
        }
        return facts
    }

    private func addPeople(to facts: inout [GovernedFact: Text]) throws {
        for user in try users() { facts[.roles(userID: user.id)] = GovernedFact.Value.roles(user.roles.map(\.rawValue)) }
        for row in try rows("SELECT id, userID, expiryTime, revocationTime IS NOT NULL FROM token") {
            facts[.token(id: row[0], userID: row[1])] = GovernedFact.Value.token(expires: row[2], isRevoked: row[3])
        }
    }

    private func addRegistry(to facts: inout [GovernedFact: Text]) throws {
        for row in try rows("SELECT id, name FROM registeredModel WHERE deletionTime IS NULL") {
            facts[.name(modelID: row[0])] = row[1]
        }
        let versions = """
            SELECT version.id, model.id, version.stage FROM modelVersion AS version
            JOIN registeredModel AS model ON model.number = version.model
            WHERE version.deletionTime IS NULL AND model.deletionTime IS NULL
            """
        for row in try rows(versions) { facts[.stage(versionID: row[0], modelID: row[1])] = row[2] }
        let aliases = """
            SELECT alias.alias, model.id, alias.version FROM modelAlias AS alias
            JOIN registeredModel AS model ON model.number = alias.model WHERE model.deletionTime IS NULL
            """
        for row in try rows(aliases) {
            facts[.alias(row[0], modelID: row[1])] = GovernedFact.Value.alias(row[2])
        }
    }

    private func rows(_ sql: String) throws -> [Row] { try Row.fetchAll(database, sql: sql) }
}
