import AssayCanonical
import AssayLedgerFormat
import Testing

@testable import AssayLedgerCheck

/// Logs rewritten by whoever holds the server's key: consistent in themselves, and named by what an auditor kept.
@Suite struct RewrittenLogTests {
    private func checkpoint(_ log: TestLog, size: UInt64) throws -> [UInt8] {
        let notes = CheckpointList.notes(in: try #require(log.files["checkpoints"])).notes
        return try #require(notes.first { String(decoding: $0, as: UTF8.self).contains("\n\(size)\n") })
    }

    @Test func rewritingFromEntry5OnIsNamed() async throws {
        let honest = try await TestLog.make(sizes: [5, 9, 12])
        let rewritten = try await TestLog.make(sizes: [5, 9, 12]) { $0 >= 5 ? 1 : 0 }
        #expect(try rewritten.verify().findings == [], "the server's own key signs anything")

        let since = try checkpoint(honest, size: 12)
        let report = try rewritten.verify(since: since)
        #expect(report.findings.count == 1)
        let finding = try #require(report.findings.first)
        #expect(finding.file == "--since")
        #expect(finding.message.contains("the log was rewritten"))
        #expect(finding.entries == 0..<12)
        #expect(report.lines.last == "NOT consistent: 1 finding")

        // A checkpoint from before the change narrows it down.
        let both = try checkpoint(honest, size: 5) + checkpoint(honest, size: 12)
        #expect(try rewritten.verify(since: both).findings.first?.entries == 5..<12)
        #expect(try rewritten.verify(since: try checkpoint(honest, size: 5)).findings == [])

        // The database of the honest log tells, too.
        let database = try rewritten.verify(database: honest.database)
        #expect(database.findings.first?.file == "database")
        #expect(database.findings.first?.entries == 5..<6)
    }

    @Test func cutLogsAreNamed() async throws {
        let honest = try await TestLog.make(sizes: [5, 9])
        let cut = try await TestLog.make(sizes: [5])
        let finding = try #require(try cut.verify(since: honest.files["checkpoint"]).findings.first)
        #expect(finding.message.contains("shorter than the kept checkpoint"))
        #expect(finding.entries == 5..<9)
    }

    @Test func anotherKeyOrLogIsNamed() async throws {
        let honest = try await TestLog.make(sizes: [5])
        let forged = try await TestLog.make(sizes: [5], key: TestLog.signer(seed: 6))
        #expect(try forged.verify(key: nil).findings == [])
        #expect(try forged.verify(key: nil, since: honest.files["checkpoint"]).findings.map(\.file) == ["--since"])
        #expect(try !forged.verify().isConsistent)
        let text = String(decoding: try #require(honest.files["checkpoint"]), as: UTF8.self)
        let foreign = Array(text.replacing("assay/c3", with: "assay/d4").utf8)
        #expect(try honest.verify(since: foreign).findings.first?.message.contains("it is of the log") == true)
    }

    @Test func changedEntriesWithMatchingTilesAreNamed() async throws {
        // Entries and tiles rewritten together, the checkpoint kept: only the root tells.
        let honest = try await TestLog.make(sizes: [5])
        var log = try await TestLog.make(sizes: [5]) { $0 == 3 ? 1 : 0 }
        log.files["checkpoint"] = honest.files["checkpoint"]
        log.files["checkpoints"] = honest.files["checkpoints"]
        #expect(try !log.verify().isConsistent)
        #expect(try !log.verify(key: nil).isConsistent)
    }

    @Test func databasesAreCompared() async throws {
        let log = try await TestLog.make(sizes: [300])
        var database = log.database
        database[7].leaf[20] ^= 1
        database[9].payload = .digest([UInt8](repeating: 0, count: 32))
        database[11].payload = .erased
        database[13].payload = .sealed
        database.append(database[15])
        database.removeSubrange(20..<30)
        let report = try log.verify(database: database)
        #expect(report.findings.map(\.entries) == [7..<8, 9..<10, 15..<16, 20..<30])
        #expect(report.findings.allSatisfy { $0.file == "database" })
        #expect(report.erasedPayloadCount == 1)
    }

    @Test func sizesBeyondAllMeasureAreRefused() async throws {
        let huge = Checkpoint(origin: TestLog.key.verificationKey.name, size: .max, root: MerkleHash.empty)
        let note = try huge.signed(with: TestLog.key).bytes
        let files = ["checkpoint": note, "checkpoints": note, "vkey": Array((TestLog.vkey + "\n").utf8)]
        let log = TestLog(files: files, entries: [])
        #expect(throws: LogReadError.self) { try log.verify() }
        let large = Checkpoint(origin: TestLog.key.verificationKey.name, size: 1 << 32, root: MerkleHash.empty)
        let second = try large.signed(with: TestLog.key).bytes
        #expect(throws: LogReadError.self) {
            try TestLog(files: ["checkpoint": second, "checkpoints": second], entries: []).verify()
        }
    }
}
