import AssayLedgerFormat
import AssayStore
import AssayTerms
import Logging

/// Seals runs whose time has come, as ``SealSchedule`` says, at the side of a working server.
///
/// Runs are claimed, read on a snapshot and entered some at a time; a claim that outlives the process is taken back by the
/// next one, and a seal is entered only behind the one it was drafted for, so none is lost and none is made twice.
package struct RunSealer: Sendable {
    /// Runs of one step.
    static let claimLimit = 64
    /// Metric rows after which a snapshot is given up and what was drafted is entered.
    static let snapshotRows: Int64 = SealSchedule.rowLimit
    /// How long a run is left alone that could not be sealed.
    static let faultMilliseconds: Int64 = 3_600_000
    private static let idle = Duration.seconds(1)
    /// While there is work, at most one part in so many of the time goes into it.
    private static let restFactor = 4

    private let useCases: UseCases

    package init(useCases: UseCases) { self.useCases = useCases }

    /// Works until the task is cancelled.
    package func run(clock: any Clock<Duration> = ContinuousClock()) async throws {
        var mayHoldClaims = true
        while !Task.isCancelled {
            do {
                if mayHoldClaims { try await takeOver() }
                mayHoldClaims = false
                var isBusy = false
                let took = try await clock.measure { isBusy = try await sealDueRuns() > 0 }
                try await clock.sleep(for: isBusy ? took * Self.restFactor : Self.idle)
            } catch is CancellationError {
                return
            } catch {
                mayHoldClaims = true
                useCases.logger.error("runs cannot be sealed for now; it will be tried again", metadata: ["reason": "\(error)"])
                do { try await clock.sleep(for: .seconds(10)) } catch { return }
            }
        }
    }

    /// Takes back claims that nobody works on: those of an earlier process, which held the directory's lock, and those of
    /// a step that failed.
    package func takeOver() async throws { try await useCases.store.write { try $0.reclaimRunsToSeal() } }

    /// One step: seals at most ``claimLimit`` of the runs that are due now, each up to ``SealSchedule/rowLimit`` rows.
    ///
    /// - Returns: how many runs were looked at; 0 if none is due.
    @discardableResult
    package func sealDueRuns() async throws -> Int {
        let store = useCases.store
        let now = useCases.effects.nowMilliseconds()
        guard try await store.read({ try $0.hasRunToSeal(at: now) }) else { return 0 }
        let claimed = try await store.write { try $0.claimRunsToSeal(at: now, limit: Self.claimLimit) }
        var waiting = claimed[...]
        while !waiting.isEmpty {
            let runs = waiting
            let drafts = try await store.read { draft(runs, in: $0) }
            waiting = waiting.dropFirst(drafts.count)
            try await store.write { tx in
                for draft in drafts { try enter(draft, in: tx) }
            }
        }
        return claimed.count
    }

    /// A run with its draft, or with nothing where that failed.
    private typealias Drafted = (run: RunHandle, draft: SealDraft?)

    /// Drafts of the first of `runs`, all on one snapshot; at least one.
    private func draft(_ runs: ArraySlice<RunHandle>, in tx: any StoreSnapshot) -> [Drafted] {
        var drafted: [Drafted] = []
        var rows: Int64 = 0
        for run in runs where rows < Self.snapshotRows {
            do {
                let draft = try useCases.draftSeal(of: run, in: tx)
                rows += draft.seal?.parts[.metrics].count ?? 0
                drafted.append((run, draft))
            } catch {
                useCases.logger.error(
                    "a run cannot be sealed; `assay audit run` says more",
                    metadata: ["run": "\(run.id)", "reason": "\(error)"])
                drafted.append((run, nil))
            }
        }
        return drafted
    }

    private func enter(_ drafted: Drafted, in tx: any StoreTransaction) throws {
        let now = useCases.effects.nowMilliseconds()
        var due: Int64?
        if let draft = drafted.draft {
            // Sealed by a registration meanwhile: what is left is looked at anew.
            let isEntered = try useCases.enter(draft, in: tx) != nil
            if !isEntered || draft.hasMore { due = now }
        } else {
            due = now + Self.faultMilliseconds
        }
        try tx.releaseRunToSeal(drafted.run, due: due)
    }
}
