import AssayLedgerFormat
import AssayStore
import AssayTerms
@testable import AssayWorkflows
import Testing

/// When runs are sealed, by a clock that the tests move.
@Suite struct RunSealerTests {
    @Test func aRunIsSealedWhenItEnds() async throws {
        try await SealedRun.with { run in
            try await run.log(0..<3)
            #expect(try await run.sealer.sealDueRuns() == 0)
            try await run.end()
            #expect(try await run.sealer.sealDueRuns() == 1)
            let seal = try #require(try await run.seals().first)
            #expect(seal.number == 1 && seal.previous == nil && seal.after == nil && seal.through == 3)
            #expect(seal.reason == .ended && seal.status == .finished && seal.runID == run.id)
            #expect(seal.parts[.metrics].count == 3 && seal.parts[.latest].count == 1 && seal.parts[.tags].count == 1)
            #expect(try await run.sealer.sealDueRuns() == 0)
            run.house.advance(milliseconds: 10 * SealedRun.idle)
            #expect(try await run.sealer.sealDueRuns() == 0)
            #expect(try await run.seals().count == 1)
        }
    }

    @Test func lateMetricsAreSealedAfterAQuietMinute() async throws {
        try await SealedRun.with(isSealed: true) { run in
            try await run.log(5..<7)
            run.house.advance(milliseconds: SealSchedule.quietMilliseconds - 1)
            #expect(try await run.sealer.sealDueRuns() == 0)
            // Not quiet: more comes.
            try await run.log(7..<8)
            run.house.advance(milliseconds: SealSchedule.quietMilliseconds - 1)
            #expect(try await run.sealer.sealDueRuns() == 0)
            run.house.advance(milliseconds: SealSchedule.quietSlackMilliseconds + 1)
            #expect(try await run.sealer.sealDueRuns() == 1)
            let seals = try await run.seals()
            let first = try await run.entries()[0].id
            #expect(seals.map(\.number) == [1, 2] && seals[1].previous == first)
            #expect(seals[1].after == seals[0].through && seals[1].through == 8 && seals[1].reason == .late)
            #expect(seals[1].parts[.metrics].count == 3)
            #expect(seals[1].parts.changes(since: seals[0].parts) == [.latest])
            #expect(seals[1].salt == seals[0].salt)
        }
    }

    @Test func aRunThatNeverEndsIsSealedAfterAnIdleDay() async throws {
        try await SealedRun.with { run in
            try await run.log(0..<2)
            run.house.advance(milliseconds: SealSchedule.idleMilliseconds - 1)
            #expect(try await run.sealer.sealDueRuns() == 0)
            try await run.log(2..<3)
            run.house.advance(milliseconds: SealSchedule.idleMilliseconds - 1)
            #expect(try await run.sealer.sealDueRuns() == 0)
            run.house.advance(milliseconds: SealSchedule.idleSlackMilliseconds + 1)
            #expect(try await run.sealer.sealDueRuns() == 1)
            let seals = try await run.seals()
            #expect(seals.map(\.reason) == [.idle] && seals[0].status == .running && seals[0].through == 3)
            run.house.advance(milliseconds: 3 * SealedRun.idle)
            #expect(try await run.sealer.sealDueRuns() == 0)
            // What comes later waits for its own end.
            try await run.log(3..<4)
            run.house.advance(milliseconds: SealedRun.quiet)
            #expect(try await run.sealer.sealDueRuns() == 0)
            try await run.end()
            #expect(try await run.sealer.sealDueRuns() == 1)
            #expect(try await run.seals().map(\.reason) == [.idle, .ended])
        }
    }

    @Test func aReopenedRunWaitsForItsNewEnd() async throws {
        try await SealedRun.with(isSealed: true) { run in
            try await run.set(.running)
            try await run.log(5..<6)
            run.house.advance(milliseconds: SealedRun.quiet)
            #expect(try await run.sealer.sealDueRuns() == 0)
            try await run.end(.failed)
            #expect(try await run.sealer.sealDueRuns() == 1)
            let seals = try await run.seals()
            #expect(seals.map(\.status) == [.finished, .failed])
            #expect(seals[1].parts.changes(since: seals[0].parts) == [.info, .latest])
        }
    }

    @Test func deletionAndRestoringAreSealed() async throws {
        try await SealedRun.with(isSealed: true) { run in
            for stage in [LifecycleStage.deleted, .active] {
                try await run.useCases.setRunStage(run.id, stage)
                run.house.advance(milliseconds: SealedRun.quiet)
                #expect(try await run.sealer.sealDueRuns() == 1)
            }
            let seals = try await run.seals()
            #expect(seals[1].parts.changes(since: seals[0].parts) == [.info])
            #expect(seals[2].parts.changes(since: seals[0].parts).isEmpty)
            try await run.useCases.deleteExperiment(0)
            run.house.advance(milliseconds: SealedRun.quiet)
            #expect(try await run.sealer.sealDueRuns() == 1)
            let last = try #require(try await run.seals().last)
            #expect(last.parts == seals[1].parts)
        }
    }

    /// A change that leaves everything as it was is looked at and not entered.
    @Test func withoutADifferenceThereIsNoSeal() async throws {
        try await SealedRun.with(isSealed: true) { run in
            try await run.log(0..<5)
            try await run.tag("1")
            _ = try await run.useCases.deleteRunTag(run.id, key: "canary-tag")
            run.house.advance(milliseconds: SealedRun.quiet)
            #expect(try await run.sealer.sealDueRuns() == 1)
            #expect(try await run.seals().count == 1)
            #expect(try await run.sealer.sealDueRuns() == 0)
        }
    }

    @Test func everyHundredThousandRowsAreSealed() async throws {
        try await SealedRun.with { run in
            try await run.logQuickly(0..<103_000)
            #expect(try await run.sealer.sealDueRuns() == 1)
            #expect(try await run.sealer.sealDueRuns() == 1)
            #expect(try await run.sealer.sealDueRuns() == 0)
            let seals = try await run.seals()
            #expect(seals.map { $0.parts[.metrics].count } == [100_000, 3_000])
            #expect(seals.map(\.reason) == [.rows, .rows] && seals.allSatisfy { $0.status == .running })
            let audit = try await run.audit()
            #expect(audit.findings.isEmpty && audit.laterRows == 0)
        }
    }

    /// An import makes ended runs and fills them afterwards.
    @Test func aRunMadeEndedIsSealedOnceItIsQuiet() async throws {
        try await House.with { house in
            let id: Text = "0123456789abcdef0123456789abcdef"
            try await house.store.write { tx in
                try tx.createRun(
                    NewRun(
                        info: RunInfo(
                            id: id, experimentID: 0, name: "old", userID: "ana", status: .finished, startTime: 1, endTime: 2,
                            stage: .active, artifactURI: "mlflow-artifacts:/0/x/artifacts", createdBy: "anonymous"), tags: []))
            }
            let run = SealedRun(house: house, id: id)
            #expect(try await run.sealer.sealDueRuns() == 0)
            try await run.log(0..<9)
            run.house.advance(milliseconds: SealedRun.quiet)
            #expect(try await run.sealer.sealDueRuns() == 1)
            #expect(try await run.seals().map { $0.parts[.metrics].count } == [9])
        }
    }

    // MARK: - Bounds and crashes

    /// A database full of runs without seals, as one from before there were any, is worked off some at a time.
    @Test func aBacklogIsBounded() async throws {
        try await SealedRun.with { run in
            for _ in 0..<RunSealer.claimLimit { _ = try await SealedRun.newRun(run.house) }
            try run.house.tamper("UPDATE run SET sealDueTime = 0")
            #expect(try await run.sealer.sealDueRuns() == RunSealer.claimLimit)
            #expect(try await run.sealer.sealDueRuns() == 1)
            #expect(try await run.sealer.sealDueRuns() == 0)
            #expect(try await run.house.kinds().filter { $0 == LedgerKind.runSeal }.count == RunSealer.claimLimit + 1)
        }
    }

    @Test func aClaimThatOutlivesItsProcessIsSealedOnce() async throws {
        try await SealedRun.with { run in
            try await run.log(0..<3)
            try await run.end()
            _ = try await run.house.store.write { try $0.claimRunsToSeal(at: .max, limit: 9) }
            #expect(try await run.sealer.sealDueRuns() == 0)
            try await run.sealer.takeOver()
            #expect(try await run.sealer.sealDueRuns() == 1)
            try await run.sealer.takeOver()
            #expect(try await run.sealer.sealDueRuns() == 0)
            #expect(try await run.seals().map { $0.parts[.metrics].count } == [3])
        }
    }

    @Test func aDraftIsEnteredOnlyBehindTheSealItWasDraftedFor() async throws {
        try await SealedRun.with(isSealed: true) { run in
            try await run.log(5..<6)
            let useCases = run.useCases
            let draft = try await run.house.store.read { try useCases.draftSeal(of: $0.existingRun(run.id), in: $0) }
            let (first, second) = try await run.house.store.write { tx in
                (try useCases.enter(draft, in: tx), try useCases.enter(draft, in: tx))
            }
            #expect(first != nil && second == nil)
            #expect(try await run.seals().map(\.number) == [1, 2])
            #expect(try await run.audit().isConsistent)
        }
    }

    @Test func aRunThatCannotBeSealedHoldsNoOtherUp() async throws {
        try await SealedRun.with(isSealed: true) { run in
            try await run.log(5..<6)
            try run.house.tamper("UPDATE ledgerEntry SET payload = x'01' WHERE kind = 'run.sealed'")
            let other = SealedRun(house: run.house, id: try await SealedRun.newRun(run.house))
            try await other.end()
            run.house.advance(milliseconds: SealedRun.quiet)
            #expect(try await run.sealer.sealDueRuns() == 2)
            #expect(try await other.seals().count == 1)
            #expect(try await run.sealer.sealDueRuns() == 0)
            #expect(try await run.entries().count == 1)
            run.house.advance(milliseconds: RunSealer.faultMilliseconds)
            #expect(try await run.sealer.sealDueRuns() == 1)
        }
    }

    @Test func theLeafHoldsNoNameAndNoPlainDigest() async throws {
        try await SealedRun.with(isSealed: true) { run in
            let entry = try await run.entries()[0]
            let seal = try await run.seals()[0]
            let leaf = try LedgerLeaf(parsing: entry.leaf)
            #expect(leaf.kind == LedgerKind.runSeal && leaf.actor == Principal.server.id)
            #expect(leaf.subjects == [.init(type: RunSeal.subjectType, digest: seal.digest)])
            let text = String(decoding: entry.leaf, as: UTF8.self)
            #expect(!text.contains("canary") && !text.contains(run.id.string))
            // The same rows in another run have other digests.
            let other = SealedRun(house: run.house, id: try await SealedRun.newRun(run.house))
            try await other.useCases.append(
                RunBatch(params: [KeyValue(key: "lr", value: "0.1"), KeyValue(key: "depth", value: "4")]), to: other.id)
            try await other.end()
            try await other.sealer.sealDueRuns()
            #expect(try await other.seals()[0].parts[.params].digest != seal.parts[.params].digest)
        }
    }
}
