import AssayCanonical
import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func comments(requestID: String) throws -> [RequestComment] {
        try Row.fetchAll(database, sql: "SELECT * FROM requestComment WHERE requestId = ? ORDER BY ordinal", arguments: [requestID]).map { row in
            RequestComment(
                id: row["id"], requestID: row["requestId"], authorID: row["authorId"], authorName: row["authorName"], text: row["text"],
                saidMilliseconds: row["saidTime"])
        }
    }

    func insertComment(_ comment: RequestComment) throws {
        try database.execute(
            sql: "INSERT INTO requestComment (id, requestId, authorId, authorName, text, saidTime) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [comment.id, comment.requestID, comment.authorID, comment.authorName, comment.text, comment.saidMilliseconds])
    }

    func objections(requestID: String) throws -> [ObjectionRecord] {
        try objections("SELECT * FROM objection WHERE requestId = ? ORDER BY ordinal", [requestID])
    }

    func objection(id: String) throws -> ObjectionRecord? { try objections("SELECT * FROM objection WHERE id = ?", [id]).first }

    func insertObjection(_ objection: ObjectionRecord) throws {
        let standing = try objections(requestID: objection.requestID)
        guard !standing.contains(where: { $0.objectorID == objection.objectorID && $0.withdrawnMilliseconds == nil }) else {
            throw AssayError(.alreadyExists, "\(objection.objectorName) objects to this request already; withdraw that first to say it otherwise.")
        }
        try database.execute(
            sql: "INSERT INTO objection (id, requestId, objectorId, objectorName, reason, binding, raisedTime) VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                objection.id, objection.requestID, objection.objectorID, objection.objectorName, objection.reason, Data(objection.binding),
                objection.raisedMilliseconds,
            ])
    }

    func withdrawObjection(id: String, atMilliseconds now: Int64) throws {
        try database.execute(sql: "UPDATE objection SET withdrawnTime = ? WHERE id = ? AND withdrawnTime IS NULL", arguments: [now, id])
    }

    private func objections(_ sql: String, _ arguments: StatementArguments) throws -> [ObjectionRecord] {
        try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
            ObjectionRecord(
                id: row["id"], requestID: row["requestId"], objectorID: row["objectorId"], objectorName: row["objectorName"],
                reason: row["reason"], binding: row.bytes("binding"), raisedMilliseconds: row["raisedTime"],
                withdrawnMilliseconds: row["withdrawnTime"])
        }
    }

    func conditions(modelID: String) throws -> [ApprovalCondition] {
        try conditions("SELECT * FROM approvalCondition WHERE modelId = ? ORDER BY ordinal", [modelID])
    }

    func conditions(approvalID: String) throws -> [ApprovalCondition] {
        try conditions("SELECT * FROM approvalCondition WHERE approvalId = ? ORDER BY ordinal", [approvalID])
    }

    func condition(id: String) throws -> ApprovalCondition? { try conditions("SELECT * FROM approvalCondition WHERE id = ?", [id]).first }

    func insertCondition(_ condition: ApprovalCondition) throws {
        try database.execute(
            sql: """
                INSERT INTO approvalCondition (id, approvalId, requestId, modelId, version, text, dueTime) VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                condition.id, condition.approvalID, condition.requestID, condition.modelID, condition.version, condition.text,
                condition.dueMilliseconds,
            ])
    }

    func meetCondition(id: String, _ fulfilment: ApprovalCondition.Fulfilment) throws {
        try database.execute(
            sql: "UPDATE approvalCondition SET metById = ?, metByName = ?, metComment = ?, metTime = ? WHERE id = ? AND metTime IS NULL",
            arguments: [fulfilment.userID, fulfilment.userName, fulfilment.comment, fulfilment.milliseconds, id])
    }

    private func conditions(_ sql: String, _ arguments: StatementArguments) throws -> [ApprovalCondition] {
        try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
            var fulfilment: ApprovalCondition.Fulfilment?
            if let user: String = row["metById"] {
                fulfilment = .init(userID: user, userName: row["metByName"], comment: row["metComment"], milliseconds: row["metTime"])
            }
            return ApprovalCondition(
                id: row["id"], approvalID: row["approvalId"], requestID: row["requestId"], modelID: row["modelId"], version: row["version"],
                text: row["text"], dueMilliseconds: row["dueTime"], fulfilment: fulfilment)
        }
    }

    func delegations() throws -> [DelegationRecord] {
        try Row.fetchAll(database, sql: "SELECT * FROM delegation ORDER BY ordinal").map { row in
            DelegationRecord(
                id: row["id"], delegatorID: row["delegatorId"], delegatorName: row["delegatorName"], delegateID: row["delegateId"],
                delegateName: row["delegateName"], role: row["role"], reason: row["reason"], fromMilliseconds: row["fromTime"],
                untilMilliseconds: row["untilTime"], revokedMilliseconds: row["revokedTime"])
        }
    }

    func insertDelegation(_ delegation: DelegationRecord) throws {
        try database.execute(
            sql: """
                INSERT INTO delegation
                (id, delegatorId, delegatorName, delegateId, delegateName, role, reason, fromTime, untilTime) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                delegation.id, delegation.delegatorID, delegation.delegatorName, delegation.delegateID, delegation.delegateName,
                delegation.role, delegation.reason, delegation.fromMilliseconds, delegation.untilMilliseconds,
            ])
    }

    func revokeDelegation(id: String, atMilliseconds now: Int64) throws {
        try database.execute(sql: "UPDATE delegation SET revokedTime = ? WHERE id = ? AND revokedTime IS NULL", arguments: [now, id])
    }

    func addDeliberation(to facts: inout [GovernedFact: Text]) throws {
        for objection in try objections("SELECT * FROM objection", []) {
            facts[.objection(id: objection.id, requestID: objection.requestID)] = GovernedFact.Value.objection(
                isWithdrawn: objection.withdrawnMilliseconds != nil, by: objection.objectorID,
                binding: SHA256Hasher.digest(of: objection.binding))
        }
        for condition in try conditions("SELECT * FROM approvalCondition", []) {
            facts[.condition(id: condition.id, requestID: condition.requestID)] = GovernedFact.Value.condition(
                approval: condition.approvalID, due: condition.dueMilliseconds, metBy: condition.fulfilment?.userID)
        }
        for delegation in try delegations() {
            facts[.delegation(id: delegation.id, userID: delegation.delegatorID)] = GovernedFact.Value.delegation(
                role: delegation.role, to: delegation.delegateID, from: delegation.fromMilliseconds, until: delegation.untilMilliseconds,
                isRevoked: delegation.revokedMilliseconds != nil)
        }
    }
}
