import AssayLedgerFormat
import Testing

@testable import AssayLedgerCheck

/// Facts of the test log that transparency-dev/tessera publishes (testdata/log): its key, its fifteen entries with the
/// spelling they have there, and checkpoints that Tessera's own code signed. Tiles follow from the entries.
@Suite struct OtherLogTests {
    private static let vkey = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
    private static let words = [
        "one", "two", "three", "four", "five", "six", "seven", "eit", "nain", "ten", "ileven", "twelf", "threeten", "fourten",
        "fivten",
    ]
    private static let checkpoints: [(size: Int, root: String, signature: String)] = [
        (
            0, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "M9e0lhxJACzE1KoUdqKuPa+9p6R7dSW8BlEvrg/noo8FkGg6PbJoRNOcdjqjOq89wVvTA60eubCc4oufo5BvIVEgtQc="
        ),
        (
            1, "0Nc2CrefWKseHj/mStd+LqC8B+NrX0btIiPt2SmN+ek=",
            "M9e0lhr9kuLxGdAtaUrhm84TQffVsLdcy808sN0a3WyniNlfcr9+bywoiIke1YYciCNjJGkCgIlQ8b16jhsmg/SChAM="
        ),
        (
            2, "T1X2GdkhUjV3iyufF9b0kVsWFxIU0VI4EpNml2Teci4=",
            "M9e0llH4NKmlf0u7C8tkJioQOmi7l5ELqljXgKRg6R3G5JJ7vx7emDWo5fpqKuA/Dk/jRrI6il+7QCVirNhyUAWGoAk="
        ),
        (
            3, "Wqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=",
            "M9e0lvAQRtH832pk2RTbeSeZMkp4FZSdJYFBUjO5SKxuRbywPUF3cx+HUrb50kjd3rUWW/fj53Wj1dwcwh9bGQnqVAg="
        ),
        (
            15, "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=",
            "M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI="
        ),
    ]

    private func note(_ checkpoint: (size: Int, root: String, signature: String)) -> [UInt8] {
        let name = "example.com/log/testdata"
        return Array("\(name)\n\(checkpoint.size)\n\(checkpoint.root)\n\n\u{2014} \(name) \(checkpoint.signature)\n".utf8)
    }

    private func files(size: Int, head: [UInt8]) -> [String: [UInt8]] {
        var files = ["checkpoint": head]
        var bundle: [UInt8] = []
        for word in Self.words.prefix(size) { bundle += [0, UInt8(word.utf8.count)] + Array(word.utf8) }
        if size > 0 {
            files["tile/entries/000.p/\(size)"] = bundle
            files["tile/0/000.p/\(size)"] = Self.words.prefix(size).flatMap { Hashing.leaf(Array($0.utf8)) }
        }
        return files
    }

    @Test func theirCheckpointsAreAccepted() throws {
        let all = Self.checkpoints.flatMap { note($0) }
        for checkpoint in Self.checkpoints {
            let files = MemoryLogFiles(files: files(size: checkpoint.size, head: note(checkpoint)))
            let report = try LogVerifier.verify(files: files, key: Self.vkey, since: note(Self.checkpoints[0]), scope: .tiles)
            #expect(report.findings == [], "\(checkpoint.size)")
            #expect(report.root == checkpoint.root)
        }
        let newest = MemoryLogFiles(files: files(size: 15, head: note(Self.checkpoints[4])))
        let report = try LogVerifier.verify(files: newest, key: Self.vkey, since: all, scope: .tiles)
        #expect(report.comparedSizes == [0, 1, 2, 3, 15])
    }

    @Test func anythingElseIsRefused() throws {
        let head = note(Self.checkpoints[4])
        var changed = files(size: 15, head: head)
        changed["tile/entries/000.p/15"]?[7] ^= 1
        let report = try LogVerifier.verify(files: MemoryLogFiles(files: changed), key: Self.vkey, scope: .tiles)
        #expect(report.findings.map(\.file) == ["tile/entries/000.p/15"])
        let other = TestLog.vkey
        #expect(try !LogVerifier.verify(files: MemoryLogFiles(files: files(size: 15, head: head)), key: other, scope: .tiles).isConsistent)
        #expect(throws: LogReadError.self) {
            try LogVerifier.verify(files: MemoryLogFiles(files: files(size: 15, head: head)), scope: .tiles)
        }
    }

    @Test func furtherSignaturesArePassedOver() throws {
        // As a witness would add: another name and key, of a kind this verifier does not know.
        let line = "\u{2014} witness.example/w1 " + Base64Text.encode([1, 2, 3, 4] + [UInt8](repeating: 9, count: 72)) + "\n"
        let head = note(Self.checkpoints[4]) + Array(line.utf8)
        let files = files(size: 15, head: head)
        let report = try LogVerifier.verify(files: MemoryLogFiles(files: files), key: Self.vkey, since: head, scope: .tiles)
        #expect(report.findings == [])
        #expect(report.foreignSignatureCount == 1)
        // A line that is no signature is not passed over.
        for bad in ["\u{2014} witness.example/w1 AAAA\n", "- witness AAAAAAAAAAA=\n", "\u{2014} a b c\n", "x\n"] {
            let files = self.files(size: 15, head: note(Self.checkpoints[4]) + Array(bad.utf8))
            #expect(try !LogVerifier.verify(files: MemoryLogFiles(files: files), key: Self.vkey, scope: .tiles).isConsistent, "\(bad)")
        }
    }

    @Test func extensionLinesAreOfOtherLogsOnly() throws {
        let text = String(decoding: note(Self.checkpoints[4]), as: UTF8.self)
        let extended = Array(text.replacing("=\n\n", with: "=\nextra\n\n").utf8)
        guard case .success(let note) = CheckpointNote.read(extended, from: 0, allowing: [.extensions]) else {
            Issue.record("an extension line is allowed")
            return
        }
        #expect(String(decoding: note.text, as: UTF8.self).hasSuffix("=\nextra\n"))
        #expect(note.isSigned(by: try #require(LogVerifyingKey(Self.vkey))) == false, "the line is signed with the rest")
        if case .success = CheckpointNote.read(extended, from: 0) { Issue.record("the list of this log has none") }
    }
}
