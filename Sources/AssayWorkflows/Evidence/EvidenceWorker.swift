import AssayTerms
import AssayStore
import Logging

/// Takes evidence jobs from the queue one after the other, has them computed, signs the answers and records them.
package struct EvidenceWorker: Sendable {
    /// Longer than any computation may take, so that a lease runs out only if its holder is gone.
    static let leaseMilliseconds: Int64 = 30 * 60 * 1_000
    /// How often a job is begun before it counts as one that cannot be finished.
    static let attemptLimit = 3
    private static let idleMilliseconds = 200
    private static let faultMilliseconds = 5_000

    package let governance: Governance
    package let computer: any EvidenceComputer

    package init(governance: Governance, computer: any EvidenceComputer) {
        self.governance = governance
        self.computer = computer
    }

    /// Works until the task is cancelled. Leases of an earlier process are taken back first: it held the directory's lock,
    /// which is ours now.
    package func run() async throws {
        let now = governance.effects.nowMilliseconds()
        try await governance.store.write { try $0.releaseJobs(now: now) }
        while !Task.isCancelled {
            do {
                while try await runNext() { try Task.checkCancellation() }
                try await Task.sleep(for: .milliseconds(Self.idleMilliseconds))
            } catch is CancellationError {
                return
            } catch {
                // The store itself failed; whatever the reason is, it is not the job's.
                governance.useCases.logger.error("the evidence worker cannot go on for now: \(error)")
                try? await Task.sleep(for: .milliseconds(Self.faultMilliseconds))
            }
        }
    }

    /// Takes one job and finishes it, whichever way it goes.
    ///
    /// - Returns: whether there was one.
    /// - Throws: what the store throws; `CancellationError`, with the job left leased.
    package func runNext() async throws -> Bool {
        let effects = governance.effects
        let now = effects.nowMilliseconds()
        guard try await governance.store.read({ try $0.hasJob(now: now) }) else { return false }
        let lease = effects.newID()
        let leased = try await governance.store.write {
            try $0.leaseJob(lease: lease, now: now, until: now + Self.leaseMilliseconds)
        }
        guard let job = leased else { return false }
        do {
            guard job.attempts <= Self.attemptLimit else {
                throw AssayError(
                    .limitExceeded, "the server stopped \(Self.attemptLimit) times while it was computed")
            }
            let work = try await governance.work(of: job)
            let envelope = try await computer.compute(work)
            try await governance.accept(envelope, of: job, work.specification, lease: lease)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            let error = error as? AssayError ?? AssayError(.internalFault, "something failed inside the server", cause: error)
            let mayRetry = [.unavailable, .storageFull, .internalFault, .corrupt].contains(error.code)
            governance.useCases.logger.notice(
                "an evidence job failed", metadata: ["job": "\(job.id)", "code": "\(error.code.rawValue)"])
            let done = effects.nowMilliseconds()
            // The reason may quote a file, and no record holds U+0000.
            let reason = error.message.replacing("\0", with: "\u{FFFD}")
            _ = try await governance.store.write {
                try $0.finishJob(
                    id: job.id, lease: lease, state: .failed, error: reason, mayRetry: mayRetry, evidenceID: nil, now: done)
            }
        }
        return true
    }
}
