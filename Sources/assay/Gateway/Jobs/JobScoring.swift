import AssayColumns
import AssayData
import AssayModels
import AssayServing
import AssayTerms
import Glibc

/// Scores one job's data set block by block, on a thread of its own.
struct JobScoring: Sendable {
    let job: GatewayJob
    let store: JobStore
    let table: GatewayTable
    let version: GatewayTable.Version
    /// What a rollout learns of the job; `nil` where it is none's.
    let observation: JobObservation?
    /// Columns that are recorded though the model does not read them.
    let furtherColumns: [Text]
    /// Keeps the record of a block, or says that it could not; `nil` where this job is not recorded.
    let record: (@Sendable ([UInt8], ScoredRows) throws(AssayError) -> Bool)?
    /// Waits until the caller has something left of its budgets, and pays for a block.
    let pace: @Sendable () throws(AssayError) -> Void
    let pay: @Sendable (AnswerCost) -> Void
    /// Learns what rules found.
    let note: @Sendable (ScoredRows) -> Void

    /// - Throws: why the result is not there; nothing of it is left then.
    func run() throws(AssayError) {
        let input = open(store.path(job.id, "input"), O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw AssayError(.unavailable, "the data set cannot be read: \(String(cString: strerror(errno)))") }
        defer { close(input) }
        observation?.begins(.reading)
        let opened = try JobTable(input, job, version, furtherColumns: furtherColumns)
        observation?.begins(.other)
        let columns = JobColumns(
            opened.service, isExplained: job.isExplained, isRecorded: record != nil, isRuled: opened.book != nil, isTyped: job.form == .parquet)
        let out = try RowSink(
            job.form.rows, to: RowOutput(path: store.path(job.id, "result"), mode: 0o600), name: "the result", columns: columns.all)
        do throws(AssayError) {
            try write(opened.data, opened.service, opened.book, columns, to: out)
            try out.finish()
        } catch {
            out.abandon()
            throw error
        }
    }

    /// - Parameter book: the rules of the statement as it was when the job began.
    private func write(
        _ data: ModelTable, _ service: ScoringService, _ book: RuleBook?, _ columns: JobColumns, to out: RowSink
    ) throws(AssayError) {
        let inAll = data.table.rowCount.map { Int64($0) }
        observation?.begins(.reading)
        _ = try data.forEachBlock { (block) throws(AssayError) in
            observation?.begins(.other)
            observation?.beginsPart()
            try requireUsable()
            try pace()
            let begun = GatewayMetrics.now()
            let scored = try score(block, service, book)
            note(scored)
            observation?.note(scored, seconds: GatewayMetrics.now() - begun)
            let milliseconds = version.served.isForeign ? Int64((GatewayMetrics.now() - begun) * 1_000) : 0
            var id: [UInt8]?
            if let record {
                let fresh = GatewayRecorder.freshID()
                if try record(fresh, scored) { id = fresh }
            }
            try out.write(try columns.block(scored, id: id))
            pay(AnswerCost(rows: Int64(block.rowCount), explainedRows: job.isExplained ? Int64(block.rowCount) : 0, modelMilliseconds: milliseconds))
            store.note(job.id, rows: block.rowCount, of: inAll)
            observation?.begins(.reading)
        }
        observation?.begins(.other)
    }

    /// Waits for a process that is started again, as a request would be told to; a job is in no hurry.
    private func score(_ block: RowBlock, _ service: ScoringService, _ book: RuleBook?) throws(AssayError) -> ScoredRows {
        var tries = 0
        while true {
            do throws(AssayError) {
                observation?.begins(.scoring)
                let scored = try service.score(block, further: furtherColumns, rules: book)
                observation?.begins(.other)
                return scored
            } catch {
                guard let outage = error.cause as? ModelOutage, outage.kind == .busy || outage.kind == .restarting, tries < Self.tries else { throw error }
                tries += 1
                observation?.begins(.other)
                for _ in 0..<10 * min(60, max(1, outage.retrySeconds ?? 1)) {
                    try requireUsable()
                    usleep(100_000)
                }
            }
        }
    }

    /// Of one block, while its model's process is started again.
    private static let tries = 10

    /// The version is the one that the job began with, still in the table, and may be served now. What a candidate began it ends, for as long as the
    /// candidate's statement holds, whatever becomes of the rollout.
    private func requireUsable() throws(AssayError) {
        try store.requireWanted(job.id)
        guard job.arm == .candidate || table.snapshot[job.model]?.versions.contains(where: { $0 === version }) == true else {
            throw AssayError(
                .permissionDenied, "Version \(job.version) of \(job.model) lost its place while the job was under way; it scores nothing more. Hand the data set in for the version that holds the place now.")
        }
        _ = try version.isBeyondStatement(now: UTCTime.now())
    }
}
