import AssayStore
import AssayTerms
import Foundation
import GRDB

extension SQLiteTransaction {
    func evidence(subject: SHA256Digest) throws -> [EvidenceRecord] {
        try evidence(sql: "SELECT * FROM evidence WHERE subject = ? ORDER BY ordinal", [Data(subject.bytes)])
    }

    func claims(subject: SHA256Digest) throws -> [SHA256Digest] {
        // The index over both columns answers; no row is read.
        try Row.fetchAll(database, sql: "SELECT claim FROM evidence WHERE subject = ?", arguments: [Data(subject.bytes)])
            .map { try $0.digest("claim") }
    }

    func evidence(id: String) throws -> EvidenceRecord? {
        try evidence(sql: "SELECT * FROM evidence WHERE id = ?", [id]).first
    }

    @discardableResult
    func insertEvidence(_ evidence: EvidenceRecord) throws -> EvidenceRecord {
        let kept = try self.evidence(
            sql: "SELECT * FROM evidence WHERE subject = ? AND claim = ? AND signer = ?",
            [Data(evidence.subject.bytes), Data(evidence.claim.bytes), evidence.signer]
        ).first
        if let kept { return kept }
        try database.execute(
            sql: """
                INSERT INTO evidence (id, subject, claim, provenance, envelope, keyId, jobId, recordedTime, signer)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                evidence.id, Data(evidence.subject.bytes), Data(evidence.claim.bytes), evidence.provenance.rawValue,
                Data(evidence.envelope), evidence.keyID, evidence.jobID, evidence.recordedMilliseconds, evidence.signer,
            ])
        return evidence
    }

    func resignEvidence(id: String, envelope: [UInt8], keyID: String, recorded: Int64) throws {
        try database.execute(
            sql: "UPDATE evidence SET envelope = ?, keyId = ?, recordedTime = ? WHERE id = ?",
            arguments: [Data(envelope), keyID, recorded, id])
    }

    private func evidence(sql: String, _ arguments: StatementArguments) throws -> [EvidenceRecord] {
        try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
            EvidenceRecord(
                id: row["id"], subject: try row.digest("subject"), claim: try row.digest("claim"),
                provenance: try row.word("provenance"), envelope: row.bytes("envelope"), keyID: row["keyId"],
                jobID: row["jobId"], recordedMilliseconds: row["recordedTime"], signer: row["signer"])
        }
    }
}

extension SQLiteTransaction {
    func job(id: String) throws -> EvidenceJobRecord? {
        try jobs(sql: "SELECT * FROM evidenceJob WHERE id = ?", [id]).first { try sees(modelNamed: $0.model) }
    }

    func job(inputs: SHA256Digest) throws -> EvidenceJobRecord? {
        try jobs(sql: "SELECT * FROM evidenceJob WHERE inputs = ?", [Data(inputs.bytes)]).first
    }

    func jobs(subject: SHA256Digest) throws -> [EvidenceJobRecord] {
        try jobs(sql: "SELECT * FROM evidenceJob WHERE subject = ? ORDER BY ordinal", [Data(subject.bytes)])
    }

    @discardableResult
    func insertJob(_ job: EvidenceJobRecord) throws -> EvidenceJobRecord {
        if let kept = try self.job(inputs: job.inputs) { return kept }
        try database.execute(
            sql: """
                INSERT INTO evidenceJob (id, inputs, subject, model, version, specification, state, attempts, mayRetry,
                                          createdTime, updatedTime)
                VALUES (?, ?, ?, ?, ?, ?, 'queued', 0, 0, ?, ?)
                """,
            arguments: [
                job.id, Data(job.inputs.bytes), Data(job.subject.bytes), job.model, job.version,
                Data(job.specification), job.createdMilliseconds, job.createdMilliseconds,
            ])
        return job
    }

    func hasJob(now: Int64) throws -> Bool { try waitingJob(now: now) != nil }

    private func waitingJob(now: Int64) throws -> EvidenceJobRecord? {
        try jobs(
            sql: """
                SELECT * FROM evidenceJob
                WHERE state IN ('queued', 'leased') AND (state = 'queued' OR leasedUntilTime <= ?)
                ORDER BY ordinal LIMIT 1
                """, [now]
        ).first
    }

    func leaseJob(lease: String, now: Int64, until: Int64) throws -> EvidenceJobRecord? {
        guard var job = try waitingJob(now: now) else { return nil }
        job.state = .leased
        job.attempts += 1
        job.lease = lease
        job.leasedUntilMilliseconds = until
        job.updatedMilliseconds = now
        try database.execute(
            sql: """
                UPDATE evidenceJob SET state = 'leased', attempts = ?, lease = ?, leasedUntilTime = ?, updatedTime = ?
                WHERE id = ?
                """,
            arguments: [job.attempts, lease, until, now, job.id])
        return job
    }

    func finishJob(
        id: String, lease: String, state: EvidenceJobRecord.State, error: String?, mayRetry: Bool, evidenceID: String?,
        now: Int64
    ) throws -> Bool {
        try database.execute(
            sql: """
                UPDATE evidenceJob SET state = ?, error = ?, mayRetry = ?, evidenceId = ?, lease = NULL,
                                        leasedUntilTime = NULL, updatedTime = ?
                WHERE id = ? AND state = 'leased' AND lease = ?
                """,
            arguments: [state.rawValue, error.map { Text($0) }, mayRetry, evidenceID, now, id, lease])
        return database.changesCount == 1
    }

    func releaseJobs(now: Int64) throws {
        try database.execute(
            sql: """
                UPDATE evidenceJob SET state = 'queued', lease = NULL, leasedUntilTime = NULL, updatedTime = ?
                WHERE state = 'leased'
                """,
            arguments: [now])
    }

    func requeueJob(id: String, now: Int64) throws {
        try database.execute(
            sql: """
                UPDATE evidenceJob SET state = 'queued', attempts = 0, error = NULL, mayRetry = 0, updatedTime = ?
                WHERE id = ? AND state IN ('failed', 'done')
                """,
            arguments: [now, id])
    }

    private func jobs(sql: String, _ arguments: StatementArguments) throws -> [EvidenceJobRecord] {
        try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
            var job = EvidenceJobRecord(
                id: row["id"], inputs: try row.digest("inputs"), subject: try row.digest("subject"),
                model: Text(row["model"]), version: row["version"], specification: row.bytes("specification"),
                createdMilliseconds: row["createdTime"])
            job.state = try row.word("state")
            job.attempts = row["attempts"]
            job.lease = row["lease"]
            job.leasedUntilMilliseconds = row["leasedUntilTime"]
            job.error = row["error"]
            job.mayRetry = row["mayRetry"]
            job.evidenceID = row["evidenceId"]
            job.updatedMilliseconds = row["updatedTime"]
            return job
        }
    }
}
