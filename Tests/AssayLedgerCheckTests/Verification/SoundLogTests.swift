import AssayLedgerFormat
import Foundation
import Testing

@testable import AssayLedgerCheck

/// Logs that are as they should be: the verifier, which shares no code with the writer, finds nothing.
@Suite struct SoundLogTests {
    @Test(arguments: [[], [1], [2], [1, 2, 3], [255], [256], [257], [100, 255, 256, 257, 511, 512, 513]])
    func nothingIsFound(sizes: [Int]) async throws {
        let log = try await TestLog.make(sizes: sizes)
        let report = try log.verify(since: log.files["checkpoint"], database: log.database)
        #expect(report.findings == [])
        #expect(report.pending == [])
        #expect(report.size == UInt64(sizes.last ?? 0))
        #expect(report.checkpointCount == sizes.count + 1)
        #expect(report.databaseEntryCount == sizes.last ?? 0)
        #expect(report.payloadCount == sizes.last ?? 0)
    }

    @Test func threeLevelsOfTiles() async throws {
        let log = try await TestLog.make(leaves: (0..<65_800).map { Array("\($0)".utf8) }, sizes: [65_535, 65_800])
        #expect(log.files["tile/2/000.p/1"] != nil)
        #expect(try log.verify().findings == [])
    }

    @Test func verdictsSayWhatTheyRestOn() async throws {
        let log = try await TestLog.make(sizes: [3, 5])
        let bare = try log.verify(key: nil)
        #expect(bare.lines.last == "consistent in itself; not compared with any earlier checkpoint")
        #expect(bare.lines.contains { $0.contains("the key is the ledger's own") })
        #expect(
            try log.verify().lines.last == "consistent in itself; not compared with any earlier checkpoint")
        let list = try #require(log.files["checkpoints"])
        let first = try #require(CheckpointList.notes(in: list).notes.dropFirst().first)
        let anchored = try log.verify(since: first)
        #expect(anchored.lines.last == "consistent; begins with the kept checkpoint of size 3")
        #expect(!anchored.lines.contains { $0.contains("the key is the ledger's own") })
        #expect(try log.verify(since: list).comparedSizes == [0, 3, 5])
    }

    @Test func whatAnInterruptionLeavesIsPending() async throws {
        let old = try await TestLog.make(sizes: [3, 250])
        let new = try await TestLog.make(sizes: [3, 250, 260])
        let database = new.database

        // Tiles of the larger tree are there, the older partial ones still or no longer, the checkpoint not yet.
        for removesOlder in [false, true] {
            var log = new
            log.files["checkpoint"] = old.files["checkpoint"]
            log.files["checkpoints"] = old.files["checkpoints"]
            if !removesOlder { log.files.merge(old.files) { new, _ in new } }
            for database in [nil, database] {
                let report = try log.verify(database: database)
                #expect(report.findings == [])
                #expect(report.pending.count == 5)
                let words = database == nil ? "not compared with recorded entries" : "follows from recorded entries"
                #expect(report.pending.allSatisfy { $0.contains(words) })
            }
        }

        // The new checkpoint is in the list, whole or torn.
        var log = new
        log.files["checkpoint"] = old.files["checkpoint"]
        #expect(try log.verify(database: database).findings == [])
        #expect(try log.verify(database: database).pending.contains { $0.contains("signed but not published") })
        let list = try #require(new.files["checkpoints"])
        let whole = try #require(old.files["checkpoints"])
        for cut in stride(from: whole.count + 1, to: list.count, by: 9) {
            log.files["checkpoints"] = Array(list.prefix(cut))
            let report = try log.verify(database: database)
            #expect(report.findings == [])
            #expect(report.pending.contains { $0.contains("interrupted") })
        }

        log = new
        log.files[".incoming"] = [1, 2, 3]
        #expect(try log.verify().findings == [])
        #expect(try log.verify().pending == [".incoming was left by an interrupted write"])
    }

    @Test func aFolderOnDiskReadsAsItsFiles() async throws {
        let log = try await TestLog.make(sizes: [3])
        let folder = NSTemporaryDirectory() + "assay-folder-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (path, bytes) in log.files {
            let url = URL(filePath: folder + "/" + path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: url)
        }
        let files = FolderLogFiles(folder: folder)
        #expect(try files.paths() == log.files.keys.sorted())
        #expect(try LogVerifier.verify(files: files, key: TestLog.vkey).findings == [])
        #expect(throws: LogReadError.self) {
            try LogVerifier.verify(files: FolderLogFiles(folder: folder + "/none"), key: TestLog.vkey).findings
        }
    }

    @Test(arguments: ["", "x", "a+b+c", TestLog.vkey + "\n", TestLog.vkey.replacing("assay/c", with: "assay/d")])
    func brokenKeysAreErrors(key: String) async throws {
        let log = try await TestLog.make(sizes: [1])
        #expect(throws: LogReadError.self) { try log.verify(key: key) }
    }

    @Test(arguments: ["", "\n", "x", "a\n1\nb\n\n"]) func brokenKeptCheckpointsAreErrors(text: String) async throws {
        let log = try await TestLog.make(sizes: [1])
        #expect(throws: LogReadError.self) { try log.verify(since: Array(text.utf8)) }
    }
}
