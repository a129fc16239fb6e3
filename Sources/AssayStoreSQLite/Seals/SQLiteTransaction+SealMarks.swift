import AssayStore
import AssayTerms
import GRDB

/// The marks by which changed runs are found again. `run.sealDueTime` is read with every run handle, so a run that is
/// marked already costs nothing further, and marking one is one update by its number.
extension SQLiteTransaction {
    /// - Parameters:
    ///   - status: the status the run has from now on, where it was given one.
    ///   - sampledRows: rows to add to the estimate of those no seal covers.
    func markForSeal(_ run: RunHandle, now status: RunStatus? = nil, sampledRows: Int64 = 0) throws {
        let now = nowMilliseconds()
        let isEnded = (status ?? run.status).isEnded
        let mark =
            isEnded && !run.status.isEnded
            ? SealSchedule.markOfEnd(run.sealDue, now: now)
            : SealSchedule.mark(run.sealDue, isEnded: isEnded, now: now)
        if let mark { try setMark(mark, run: run.number) }
        if sampledRows > 0 { try count(sampledRows, run: run.number, now: now) }
    }

    /// Only a run's own files are part of it.
    func markForSeal(_ owner: FileOwner) throws {
        guard owner.kind == .run, let run = try runHandle(owner.id) else { return }
        try markForSeal(run)
    }

    func markRunsForSeal(ofExperiment id: Int64) throws {
        let ended = RunStatus.allCases.filter(\.isEnded).map { String($0.rawValue) }.joined(separator: ", ")
        let statement = try database.cachedStatement(
            sql: """
                UPDATE run SET sealDueTime = CASE WHEN status IN (\(ended)) THEN ?1 ELSE ?2 END
                WHERE experiment = ?3 AND (sealDueTime IS NULL OR sealDueTime > ?4)
                """)
        let now = nowMilliseconds()
        try statement.execute(
            arguments: [
                SealSchedule.mark(nil, isEnded: true, now: now), SealSchedule.mark(nil, isEnded: false, now: now), id, now,
            ])
    }

    private func setMark(_ time: Int64, run: Int64) throws {
        let statement = try database.cachedStatement(sql: "UPDATE run SET sealDueTime = ? WHERE number = ?")
        try statement.execute(arguments: [time, run])
    }

    private func count(_ rows: Int64, run: Int64, now: Int64) throws {
        let statement = try database.cachedStatement(
            sql: """
                UPDATE run SET
                    unsealedRows = unsealedRows + ?1,
                    sealDueTime = CASE WHEN unsealedRows + ?1 >= ?2 THEN min(sealDueTime, ?3) ELSE sealDueTime END
                WHERE number = ?4
                """)
        try statement.execute(arguments: [rows, SealSchedule.rowLimit, now, run])
    }

    // MARK: - Claims

    func hasRunToSeal(at now: Int64) throws -> Bool {
        let statement = try database.cachedStatement(sql: "SELECT 1 FROM run WHERE sealDueTime <= ? LIMIT 1")
        return try Row.fetchOne(statement, arguments: [now]) != nil
    }

    func isMarkedForSeal(_ run: RunHandle) throws -> Bool {
        if run.sealDue != nil { return true }
        let statement = try database.cachedStatement(sql: "SELECT 1 FROM runSealClaim WHERE run = ?")
        return try Row.fetchOne(statement, arguments: [run.number]) != nil
    }

    func claimRunsToSeal(at now: Int64, limit: Int) throws -> [RunHandle] {
        let claim = try database.cachedStatement(sql: "INSERT INTO runSealClaim (run) VALUES (?) ON CONFLICT DO NOTHING")
        let clear = try database.cachedStatement(sql: "UPDATE run SET sealDueTime = NULL, unsealedRows = 0 WHERE number = ?")
        var claimed: [RunHandle] = []
        for order in ["ASC", "DESC"] {
            let oldest = order == "ASC"
            let due = try database.cachedStatement(
                sql: Self.runHandleColumns + " WHERE sealDueTime <= ? ORDER BY sealDueTime \(order) LIMIT ?")
            let count = oldest ? (limit + 1) / 2 : limit - claimed.count
            for row in try Row.fetchAll(due, arguments: [now, count]) {
                let run = try Self.runHandle(row)
                try claim.execute(arguments: [run.number])
                try clear.execute(arguments: [run.number])
                claimed.append(run)
            }
        }
        return claimed
    }

    func releaseRunToSeal(_ run: RunHandle, due: Int64?) throws {
        let release = try database.cachedStatement(sql: "DELETE FROM runSealClaim WHERE run = ?")
        try release.execute(arguments: [run.number])
        guard let due else { return }
        let mark = try database.cachedStatement(
            sql: "UPDATE run SET sealDueTime = min(coalesce(sealDueTime, ?1), ?1) WHERE number = ?2")
        try mark.execute(arguments: [due, run.number])
    }

    func reclaimRunsToSeal() throws {
        try database.execute(
            sql: """
                UPDATE run SET sealDueTime = 0 WHERE number IN (SELECT run FROM runSealClaim);
                DELETE FROM runSealClaim;
                """)
    }
}
