import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func request(id: String) throws -> PromotionRequest? {
        try requests(sql: "SELECT * FROM promotionRequest WHERE id = ?", [id]).first { try sees(modelNamed: $0.model) }
    }

    func openRequest(
        model: Text, version: Int, manifest: SHA256Digest, action: Text, target: Text
    ) throws -> PromotionRequest? {
        try requests(
            sql: """
                SELECT * FROM promotionRequest
                WHERE model = ? AND version = ? AND manifest = ? AND action = ? AND target = ? AND state = 'open'
                """,
            [model, version, Data(manifest.bytes), action, target]
        ).first
    }

    func requests(state: PromotionRequest.State?, model: Text?, limit: Int) throws -> [PromotionRequest] {
        var conditions: [String] = []
        var arguments = StatementArguments()
        if let state {
            conditions.append("state = ?")
            arguments += [state.rawValue]
        }
        if let model {
            conditions.append("model = ?")
            arguments += [model]
        }
        if let view {
            let (sql, values) = SQLReach(reach: view.reading).condition(onModel: "reached")
            conditions.append("model IN (SELECT reached.name FROM registeredModel AS reached WHERE reached.deletionTime IS NULL AND \(sql))")
            arguments += StatementArguments(values)
        }
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        return try requests(
            sql: "SELECT * FROM promotionRequest \(filter) ORDER BY ordinal DESC LIMIT ?", arguments + [limit])
    }

    func requestsUntouched(since milliseconds: Int64) throws -> [PromotionRequest] {
        try requests(sql: "SELECT * FROM promotionRequest WHERE state = 'open' AND updatedTime < ? ORDER BY ordinal", [milliseconds])
    }

    func insertRequest(_ request: PromotionRequest) throws {
        let standing = try openRequest(
            model: request.model, version: request.version, manifest: request.manifest, action: request.action,
            target: request.target)
        guard request.state != .open || standing == nil else {
            throw AssayError(.alreadyExists, "There is an open request for this already: \(standing?.id ?? "").")
        }
        try database.execute(
            sql: """
                INSERT INTO promotionRequest (id, model, version, manifest, action, target, state, decision, detail,
                                               asked, openedById, openedByName, openedTime, updatedTime)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                request.id, request.model, request.version, Data(request.manifest.bytes), request.action,
                request.target, request.state.rawValue, request.decision.rawValue, Data(request.detail),
                request.asked, request.openedByID, request.openedByName, request.openedMilliseconds,
                request.updatedMilliseconds,
            ])
    }

    func updateRequest(_ request: PromotionRequest) throws {
        try database.execute(
            sql: """
                UPDATE promotionRequest SET state = ?, decision = ?, detail = ?, asked = ?, updatedTime = ? WHERE id = ?
                """,
            arguments: [
                request.state.rawValue, request.decision.rawValue, Data(request.detail), request.asked,
                request.updatedMilliseconds, request.id,
            ])
        guard database.changesCount == 1 else {
            throw AssayError(.notFound, "There is no promotion request \(request.id).")
        }
    }

    private func requests(sql: String, _ arguments: StatementArguments) throws -> [PromotionRequest] {
        try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
            PromotionRequest(
                id: row["id"], model: Text(row["model"]), version: row["version"], manifest: try row.digest("manifest"),
                action: Text(row["action"]), target: Text(row["target"]), state: try row.word("state"),
                decision: try row.word("decision"), detail: row.bytes("detail"), asked: row["asked"],
                openedByID: row["openedById"], openedByName: Text(row["openedByName"]),
                openedMilliseconds: row["openedTime"], updatedMilliseconds: row["updatedTime"])
        }
    }
}

extension SQLiteTransaction {
    func approval(id: String) throws -> ApprovalRecord? {
        try approvals(sql: "SELECT * FROM approval WHERE id = ?", [id]).first
    }

    func approvals(requestID: String) throws -> [ApprovalRecord] {
        try approvals(sql: "SELECT * FROM approval WHERE requestId = ? ORDER BY ordinal", [requestID])
    }

    func standingApprovals(ofUser id: String) throws -> [ApprovalRecord] {
        try approvals(sql: "SELECT * FROM approval WHERE approverId = ? AND state = 'standing' ORDER BY ordinal", [id])
    }

    func insertApproval(_ approval: ApprovalRecord) throws {
        let standing = try approvals(
            sql: "SELECT * FROM approval WHERE requestId = ? AND approverId = ? AND state = 'standing'",
            [approval.requestID, approval.approverID])
        guard approval.state != .standing || standing.isEmpty else {
            throw AssayError(
                .alreadyExists, "\(approval.approverName) has approved this request already; one person fills one place.")
        }
        try database.execute(
            sql: """
                INSERT INTO approval (id, requestId, approverId, approverName, comment, binding, approvedTime,
                                      expiresTime, state)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                approval.id, approval.requestID, approval.approverID, approval.approverName,
                approval.comment, Data(approval.binding), approval.approvedMilliseconds,
                approval.expiresMilliseconds, approval.state.rawValue,
            ])
    }

    func setApprovalState(_ state: ApprovalRecord.State, id: String) throws {
        try database.execute(sql: "UPDATE approval SET state = ? WHERE id = ?", arguments: [state.rawValue, id])
    }

    private func approvals(sql: String, _ arguments: StatementArguments) throws -> [ApprovalRecord] {
        try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
            ApprovalRecord(
                id: row["id"], requestID: row["requestId"], approverID: row["approverId"],
                approverName: Text(row["approverName"]), comment: Text(row["comment"]), binding: row.bytes("binding"),
                approvedMilliseconds: row["approvedTime"], expiresMilliseconds: row["expiresTime"],
                state: try row.word("state"))
        }
    }
}

extension SQLiteTransaction {
    func adoption(versionID: String) throws -> AdoptionRecord? {
        try adoptions(sql: "SELECT * FROM adoption WHERE versionId = ?", [versionID]).first
    }

    func adoptions(manifest: SHA256Digest) throws -> [AdoptionRecord] {
        try adoptions(
            sql: "SELECT * FROM adoption WHERE manifest = ? ORDER BY adoptedTime, versionId", [Data(manifest.bytes)])
    }

    func insertAdoption(_ adoption: AdoptionRecord) throws {
        if let standing = try self.adoption(versionID: adoption.versionID) {
            throw AssayError(
                .alreadyExists,
                "\(standing.adopterName) has adopted version \(adoption.version) of \(adoption.model) already.")
        }
        try database.execute(
            sql: """
                INSERT INTO adoption (versionId, model, version, manifest, adopterId, adopterName, adoptedTime)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                adoption.versionID, adoption.model, adoption.version, Data(adoption.manifest.bytes),
                adoption.adopterID, adoption.adopterName, adoption.adoptedMilliseconds,
            ])
    }

    private func adoptions(sql: String, _ arguments: StatementArguments) throws -> [AdoptionRecord] {
        try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
            AdoptionRecord(
                versionID: row["versionId"], model: Text(row["model"]), version: row["version"],
                manifest: try row.digest("manifest"), adopterID: row["adopterId"],
                adopterName: Text(row["adopterName"]), adoptedMilliseconds: row["adoptedTime"])
        }
    }

    func placements(versionID: String) throws -> [Placement] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM placement WHERE versionId = ? ORDER BY placedTime DESC, target",
            arguments: [versionID]
        ).map { row in
            Placement(
                versionID: row["versionId"], target: Text(row["target"]), manifest: try row.digest("manifest"),
                decision: row["decision"], detail: row.bytes("detail"), requestID: row["requestId"],
                entryID: row["entryId"], placedMilliseconds: row["placedTime"])
        }
    }

    func setPlacement(_ placement: Placement) throws {
        try database.execute(
            sql: """
                INSERT OR REPLACE INTO placement (versionId, target, manifest, decision, detail, requestId, entryId, placedTime)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                placement.versionID, placement.target, Data(placement.manifest.bytes), placement.decision,
                Data(placement.detail), placement.requestID, placement.entryID, placement.placedMilliseconds,
            ])
    }
}
