import Testing

@testable import AssayLedgerCheck

/// Every byte of a small log is changed, removed and doubled; each time the file is named, and the place named holds
/// the byte. Larger logs, with full tiles and two levels, are sampled.
@Suite struct ChangedByteTests {
    enum Knowledge: CaseIterable { case nothing, keyAndDatabase }

    private func check(_ log: TestLog, _ knowledge: Knowledge) throws -> VerificationReport {
        switch knowledge {
        case .nothing: try log.verify(key: nil)
        case .keyAndDatabase: try log.verify(database: log.database)
        }
    }

    /// Whether a finding names `path` and a part of it that holds `offset`.
    private func names(_ report: VerificationReport, _ path: String, _ offset: Int) -> Bool {
        report.findings.contains { finding in
            guard finding.file == path, let start = finding.offset else { return false }
            return start <= offset && offset < start + max(1, finding.length ?? 1)
        }
    }

    @Test(arguments: Knowledge.allCases) func everyChangedByteIsNamed(knowledge: Knowledge) async throws {
        let log = try await TestLog.make(sizes: [1, 3])
        var count = 0
        for (path, bytes) in log.files.sorted(by: { $0.key < $1.key }) {
            for offset in bytes.indices {
                // A byte and its neighbour, a newline, or one that breaks UTF-8.
                let other = offset.isMultiple(of: 2) ? 0x0A : bytes[offset] ^ 0x80
                for value in [bytes[offset] ^ 1, other] where value != bytes[offset] {
                    var changed = bytes
                    changed[offset] = value
                    let report = try check(log.replacing(path, with: changed), knowledge)
                    #expect(names(report, path, offset), "\(path), byte \(offset) = \(value): \(report.findings)")
                    count += 1
                }
            }
        }
        #expect(count > 3000)
    }

    @Test func nothingElseIsNamed() async throws {
        // With key and database the changed file alone is named, and to the byte wherever the content is known.
        let log = try await TestLog.make(sizes: [2, 5])
        for (path, bytes) in log.files.sorted(by: { $0.key < $1.key }) where path != "vkey" {
            for offset in stride(from: 0, to: bytes.count, by: 3) {
                var changed = bytes
                changed[offset] ^= 1
                let report = try log.replacing(path, with: changed).verify(database: log.database)
                #expect(report.findings.count == 1, "\(path), byte \(offset): \(report.findings)")
                #expect(report.findings.first?.file == path)
                if path.hasPrefix("tile/") {
                    #expect(report.findings.first?.offset == offset)
                    #expect(report.findings.first?.length == 1)
                    #expect(report.findings.first?.entries?.count == 1)
                } else {
                    #expect(report.findings.first?.line != nil)
                }
            }
        }
    }

    @Test(arguments: Knowledge.allCases)
    func everyMissingAndSurplusByteIsNamed(knowledge: Knowledge) async throws {
        let log = try await TestLog.make(sizes: [1, 3])
        for (path, bytes) in log.files.sorted(by: { $0.key < $1.key }) {
            for offset in bytes.indices {
                var shorter = bytes
                shorter.remove(at: offset)
                var report = try check(log.replacing(path, with: shorter), knowledge)
                #expect(report.findings.contains { $0.file == path }, "\(path) without byte \(offset)")
                var longer = bytes
                longer.insert(bytes[offset] ^ 2, at: offset)
                report = try check(log.replacing(path, with: longer), knowledge)
                #expect(names(report, path, offset), "\(path), surplus byte at \(offset): \(report.findings)")
            }
            for tail in [[0x0A], [0x20], Array("assay".utf8)] as [[UInt8]] {
                let report = try check(log.replacing(path, with: bytes + tail), knowledge)
                // The beginning of the origin is what an interrupted writer leaves at the end of the list.
                if path == "checkpoints", tail.count > 1 {
                    #expect(report.findings == [])
                    #expect(report.pending.count == 1)
                } else {
                    #expect(names(report, path, bytes.count), "\(path) with \(tail) at its end: \(report.findings)")
                }
            }
        }
    }

    @Test(arguments: [[256], [600, 700]]) func largerLogsAreSampled(sizes: [Int]) async throws {
        let log = try await TestLog.make(sizes: sizes)
        for (path, bytes) in log.files.sorted(by: { $0.key < $1.key }) {
            let step = max(1, bytes.count / 5) | 1
            for offset in stride(from: 0, to: bytes.count, by: step) {
                var changed = bytes
                changed[offset] ^= 4
                let changedLog = log.replacing(path, with: changed)
                for report in [try changedLog.verify(key: nil), try changedLog.verify(database: log.database)] {
                    #expect(names(report, path, offset), "\(path), byte \(offset): \(report.findings)")
                    if path.hasPrefix("tile") { #expect(report.findings.count == 1) }
                }
            }
        }
    }

    @Test func severalChangesAreAllNamed() async throws {
        var log = try await TestLog.make(sizes: [300])
        let places = [("tile/0/000", 40), ("tile/entries/001.p/44", 700), ("tile/1/000.p/1", 3), ("checkpoints", 60)]
        for (path, offset) in places { log.files[path]?[offset] ^= 8 }
        let report = try log.verify()
        for (path, offset) in places { #expect(names(report, path, offset), "\(path): \(report.findings)") }
    }

    @Test func missingAndSurplusFilesAreNamed() async throws {
        let log = try await TestLog.make(sizes: [300])
        for path in log.files.keys.sorted() {
            let report = try log.replacing(path, with: nil).verify()
            #expect(report.findings.contains { $0.file == path }, "\(path)")
        }
        for path in ["x", "tile/0/000.p/17", "tile/0/002", "tile/7/000", "tile/entries/001.p/43", "keys/log.key"] {
            let report = try log.replacing(path, with: [1]).verify()
            #expect(report.findings.map(\.file) == [path])
        }
        // Wider tiles that do not follow from anything recorded are surplus too.
        let tile = try #require(log.files["tile/0/001.p/44"])
        let wider = log.replacing("tile/0/001.p/45", with: tile + [UInt8](repeating: 7, count: 32))
        #expect(try wider.verify(database: log.database).findings.map(\.file) == ["tile/0/001.p/45"])
        #expect(try wider.verify().findings.map(\.file) == ["tile/0/001.p/45"])
    }
}
