import AssayLedgerFormat
import AssayStore
import AssayTerms
@testable import AssayWorkflows
import Testing

/// What is said of a run whose rows are no longer those that were sealed, and of one that went on.
@Suite struct RunAuditTests {
    @Test func aSealedRunIsAsItWasSealed() async throws {
        try await SealedRun.with(isSealed: true) { run in
            let audit = try await run.audit()
            #expect(audit.isConsistent && audit.verdict == "every sealed row is as it was sealed")
            #expect(audit.seals.count == 1 && !audit.isMarked && audit.laterRows == 0 && audit.laterChanges.isEmpty)
        }
    }

    @Test func beforeItsFirstSealThereIsNothingToCompare() async throws {
        try await SealedRun.with { run in
            try await run.log(0..<3)
            let audit = try await run.audit()
            #expect(audit.isConsistent && audit.verdict == "nothing is sealed yet" && audit.laterRows == 3)
            let unknown = await refusal(.notFound) { _ = try await run.useCases.auditRun("nothing") }
            #expect(unknown == "Run with id=nothing not found")
        }
    }

    /// Each of these is a change behind the server's back, with no later change to explain it.
    @Test(arguments: [
        ("UPDATE metric SET value = 9 WHERE step = 2", "metrics, the first place to 5 (seal 1): the 5 rows are not those that were sealed"),
        ("UPDATE metric SET isNaN = 1 WHERE step = 0", "metrics, the first place to 5 (seal 1): the 5 rows are not those that were sealed"),
        ("DELETE FROM metric WHERE step = 2", "metrics, the first place to 5 (seal 1): 5 rows were sealed, and 4 are there"),
        (
            "INSERT INTO metric (rowid, run, key, timestamp, step, value, isNaN) VALUES (-7, 1, 1, 1, 1, 1, 0)",
            "metrics, the first place to 5 (seal 1): 5 rows were sealed, and 6 are there"
        ),
        (
            "INSERT INTO metric (run, key, timestamp, step, value, isNaN) VALUES (1, 1, 1, 1, 1, 0)",
            "metrics: 1 row beyond place 5 stand in the database, and the server recorded no such change"
        ),
        ("UPDATE runParam SET value = '0.2' WHERE key = 'lr'", "params: not what seal 1 covers, and the server recorded no such change"),
        ("DELETE FROM runParam WHERE key = 'lr'", "params: not what seal 1 covers: 2 rows sealed, 1 there, and the server recorded no such change"),
        ("UPDATE runTag SET value = 'x'", "tags: not what seal 1 covers, and the server recorded no such change"),
        ("UPDATE latestMetric SET value = 9", "latest: not what seal 1 covers, and the server recorded no such change"),
        ("UPDATE run SET status = 4", "info: not what seal 1 covers, and the server recorded no such change"),
        ("UPDATE run SET createdBy = 'somebody'", "info: not what seal 1 covers, and the server recorded no such change"),
        ("UPDATE file SET digest = zeroblob(32)", "files: not what seal 1 covers, and the server recorded no such change"),
        ("DELETE FROM file", "files: not what seal 1 covers: 1 row sealed, 0 there, and the server recorded no such change"),
        (
            "INSERT INTO runModelOutput (run, model, step) VALUES (1, 'm-1', 0)",
            "model_outputs: not what seal 1 covers: 0 rows sealed, 1 there, and the server recorded no such change"
        ),
    ])
    func aChangeBehindTheServerIsNamed(_ sql: String, _ finding: String) async throws {
        try await SealedRun.with(isSealed: true) { run in
            try run.house.tamper(sql)
            #expect(try await run.audit().findings == [finding])
        }
    }

    /// The first range keeps its seal whatever was logged since, and a change in it is named as one of that range.
    @Test func oldRangesStayCovered() async throws {
        try await SealedRun.with(isSealed: true) { run in
            try await run.log(5..<8)
            run.house.advance(milliseconds: SealedRun.quiet)
            try await run.sealer.sealDueRuns()
            try run.house.tamper("UPDATE metric SET value = 9 WHERE step = 2")
            #expect(try await run.audit().findings == [
                "metrics, the first place to 5 (seal 1): the 5 rows are not those that were sealed"
            ])
            try run.house.tamper("UPDATE metric SET value = 0.5 WHERE step = 2; UPDATE metric SET step = 99 WHERE step = 6")
            #expect(try await run.audit().findings == [
                "metrics, places 6 to 8 (seal 2): the 3 rows are not those that were sealed"
            ])
        }
    }

    @Test func whatTheServerChangedIsALaterChange() async throws {
        try await SealedRun.with(isSealed: true) { run in
            try await run.put("model/weights", "second")
            try await run.tag("new")
            try await run.log(5..<7)
            let audit = try await run.audit()
            #expect(audit.isConsistent && audit.isMarked)
            #expect(audit.laterChanges == [.tags, .latest, .files] && audit.laterRows == 2)
            run.house.advance(milliseconds: SealedRun.quiet)
            try await run.sealer.sealDueRuns()
            let sealed = try await run.audit()
            #expect(sealed.isConsistent && !sealed.isMarked && sealed.laterChanges.isEmpty && sealed.laterRows == 0)
            #expect(sealed.seals.map(\.changes) == [[], [.tags, .latest, .files]])
        }
    }

    /// A later change is no cover for rows that the server never changes.
    @Test func aParamCannotChangeUnderALaterMetric() async throws {
        try await SealedRun.with(isSealed: true) { run in
            try await run.log(5..<6)
            try run.house.tamper("UPDATE runParam SET value = '0.2' WHERE key = 'lr'")
            #expect(try await run.audit().findings == [
                "params: not what seal 1 covers, and the server recorded no such change"
            ])
            run.house.advance(milliseconds: SealedRun.quiet)
            try await run.sealer.sealDueRuns()
            #expect(try await run.audit().findings == [
                "params: what seal 1 covers was changed or taken away before seal 2; the server only adds to it"
            ])
        }
    }

    @Test func aRunThatIsGoneIsMissed() async throws {
        try await SealedRun.with(isSealed: true) { run in
            try run.house.tamper(
                """
                PRAGMA defer_foreign_keys = ON;
                DELETE FROM metric; DELETE FROM latestMetric; DELETE FROM runParam; DELETE FROM runTag; DELETE FROM run;
                """)
            let audit = try await run.audit()
            #expect(audit.findings == ["the run is sealed, and not in the database any more"] && audit.info == nil)
        }
    }

    @Test func aSealThatWasChangedIsNamed() async throws {
        try await SealedRun.with(isSealed: true) { run in
            try run.house.tamper("UPDATE ledgerEntry SET payload = x'0102' WHERE kind = 'run.sealed'")
            let audit = try await run.audit()
            #expect(audit.findings.count == 1)
            #expect(audit.findings[0].contains("A sealed value is cut short"))
        }
    }

    @Test func anErasedSealIsNoFinding() async throws {
        try await SealedRun.with(isSealed: true) { run in
            let erased = try await run.entries()[0].id
            try await run.house.store.write { try $0.eraseLedgerPayload(id: erased) }
            let audit = try await run.audit()
            #expect(audit.isConsistent && audit.seals.count == 1 && audit.seals[0].seal == nil)
        }
    }

    /// Erasing a seal's payload is no breach: the next one begins at the first row and covers everything again.
    @Test func afterAnErasureTheNextSealCoversEverything() async throws {
        try await SealedRun.with(isSealed: true) { run in
            let erased = try await run.entries()[0].id
            try await run.house.store.write { try $0.eraseLedgerPayload(id: erased) }
            try await run.log(5..<6)
            run.house.advance(milliseconds: SealedRun.quiet)
            try await run.sealer.sealDueRuns()
            let seal = try #require(try await run.seals().last)
            #expect(seal.number == 1 && seal.previous == erased && seal.after == nil && seal.parts[.metrics].count == 6)
            let audit = try await run.audit()
            #expect(audit.isConsistent && audit.seals.map { $0.seal == nil } == [true, false])
            try run.house.tamper("DELETE FROM metric WHERE step = 0")
            #expect(try await run.audit().findings.count == 1)
        }
    }
}
