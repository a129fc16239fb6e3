import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func proposal(id: String) throws -> Proposal? {
        try Row.fetchOne(database, sql: "SELECT * FROM proposal WHERE id = ?", arguments: [id]).map(Self.proposal)
    }

    func openProposals(atMilliseconds now: Int64) throws -> [Proposal] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM proposal WHERE state = ? AND expiryTime > ? ORDER BY number",
            arguments: [Proposal.State.open.rawValue, now]
        ).map(Self.proposal)
    }

    func insertProposal(_ proposal: Proposal) throws {
        try database.execute(
            sql: """
                INSERT INTO proposal (id, kind, verb, content, proposerID, proposerName, creationTime, expiryTime, state)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                proposal.id, proposal.kind, proposal.verb.rawValue, Data(proposal.content), proposal.proposerID,
                proposal.proposerName, proposal.createdMilliseconds, proposal.expiresMilliseconds, proposal.state.rawValue,
            ])
    }

    func closeProposal(id: String, _ state: Proposal.State, by userID: String, at time: Int64) throws {
        try database.execute(
            sql: "UPDATE proposal SET state = ?, closedBy = ?, closingTime = ? WHERE id = ? AND state = ?",
            arguments: [state.rawValue, userID, time, id, Proposal.State.open.rawValue])
        guard database.changesCount == 1 else {
            throw AssayError(.conflict, "The proposal \(id) does not wait for anybody any more.")
        }
    }

    private static func proposal(_ row: Row) throws -> Proposal {
        let content: Data = row["content"]
        guard let verb = Permission(rawValue: row["verb"]), let state = Proposal.State(rawValue: row["state"]) else {
            throw AssayError(.corrupt, "A proposal in the database cannot be read. Run `assay doctor`.")
        }
        return Proposal(
            id: row["id"], kind: row["kind"], verb: verb, content: Array(content), proposerID: row["proposerID"],
            proposerName: row["proposerName"], createdMilliseconds: row["creationTime"],
            expiresMilliseconds: row["expiryTime"], state: state)
    }
}
