import AssayLedgerFormat
import AssayTerms
import Foundation
import Testing

@testable import AssayLedgerCheck

/// Random damage to a log, with a seed: flipped, dropped, doubled, reordered, truncated, forked and replayed data. Every case
/// must be found, and named by the file, and by the place where the damage leaves one.
///
/// `ASSAY_FAULT_CASES` cases of each kind, 40 without it.
@Suite struct LogFaultTests {
    private enum Kind: CaseIterable {
        case flippedBit, changedRun, droppedBytes, doubledBytes, truncatedFile, droppedFile
        case swappedEntries, swappedHashes, swappedFiles, swappedCheckpoints, droppedCheckpoint, replayedEntry, replayedTile
    }

    /// Where the damage lies: the file, and the first byte that is not as it was, where there is one.
    private struct Damage {
        var path: String
        var offset: Int?
    }

    private let cases = ProcessInfo.processInfo.environment["ASSAY_FAULT_CASES"].flatMap { Int($0) } ?? 40

    @Test func damageIsNamedByFileAndOffset() async throws {
        let sizes = [[3, 9], [255, 256, 300], [1, 600, 700]]
        var logs: [TestLog] = []
        for size in sizes { logs.append(try await TestLog.make(sizes: size)) }
        var random = SplitMix64(seed: 20_260_131)
        var counts: [(kind: Kind, count: Int)] = []
        for kind in Kind.allCases {
            var count = 0
            var attempts = 0
            while count < cases {
                attempts += 1
                try #require(attempts < cases * 50, "\(kind) finds nothing to damage")
                let log = logs[Int(random.next() % UInt64(logs.count))]
                var damaged = log
                guard let damage = Self.inflict(kind, on: &damaged, &random), damaged.files != log.files else { continue }
                count += 1
                let knows = random.next() % 2 == 0
                let report = try damaged.verify(database: knows ? log.database : nil)
                let place = "\(kind), case \(count): \(damage)"
                #expect(!report.isConsistent, "\(place)")
                let named = report.findings.filter { $0.file == damage.path }
                #expect(!named.isEmpty, "\(place): \(report.findings)")
                guard let offset = damage.offset else { continue }
                let holds = named.contains { finding in
                    guard let start = finding.offset else { return false }
                    return start <= offset && offset < start + max(1, finding.length ?? 1)
                }
                #expect(holds, "\(place): \(report.findings)")
            }
            counts.append((kind, count))
        }
        print("log faults found:", counts.map { "\($0.kind) \($0.count)" }.joined(separator: ", "))
        #expect(counts.reduce(0) { $0 + $1.count } == cases * Kind.allCases.count)
    }

    /// A log that was rewritten by whoever holds the key, or put back to an earlier state: consistent in itself, and told by
    /// what an auditor kept.
    @Test func forksAndReplaysAreFound() async throws {
        var random = SplitMix64(seed: 7)
        let count = max(10, cases / 2)
        for number in 0..<count {
            let size = 2 + Int(random.next() % 300)
            let kept = 1 + Int(random.next() % UInt64(size))
            let from = Int(random.next() % UInt64(kept))
            let honest = try await TestLog.make(sizes: Array(Set([kept, size])).sorted())
            let notes = CheckpointList.notes(in: try #require(honest.files["checkpoints"])).notes
            let anchor = try #require(notes.first { String(decoding: $0, as: UTF8.self).contains("\n\(kept)\n") })
            let forked = try await TestLog.make(sizes: Array(Set([kept, size])).sorted()) { $0 >= from ? 1 : 0 }
            #expect(try forked.verify().isConsistent, "the key's holder can sign anything")
            let finding = try #require(try forked.verify(since: anchor).findings.first, "case \(number)")
            #expect(finding.file == "--since" && finding.line == 3)
            #expect(finding.entries?.contains(UInt64(from)) == true)
            // An older state of the same log, put back whole.
            guard kept < size else { continue }
            let replayed = try await TestLog.make(sizes: [kept])
            let newest = try #require(honest.files["checkpoint"])
            let cut = try #require(try replayed.verify(since: newest).findings.first)
            #expect(cut.file == "--since" && cut.entries == UInt64(kept)..<UInt64(size))
        }
        print("forks and replays found: \(count)")
    }

    private static func inflict(_ kind: Kind, on log: inout TestLog, _ random: inout SplitMix64) -> Damage? {
        func pick(_ count: Int) -> Int { Int(random.next() % UInt64(max(1, count))) }
        let paths = log.files.keys.sorted()
        let bundles = paths.filter { $0.hasPrefix("tile/entries/") }
        let tiles = paths.filter { $0.hasPrefix("tile/") && !$0.hasPrefix("tile/entries/") }
        let any = paths[pick(paths.count)]
        guard var bytes = log.files[any], !bytes.isEmpty else { return nil }
        switch kind {
        case .flippedBit:
            let offset = pick(bytes.count)
            bytes[offset] ^= 1 << UInt8(pick(8))
            log.files[any] = bytes
            return Damage(path: any, offset: offset)
        case .changedRun:
            let start = pick(bytes.count)
            let before = bytes
            for offset in start..<min(bytes.count, start + 1 + pick(40)) { bytes[offset] = UInt8(truncatingIfNeeded: random.next()) }
            log.files[any] = bytes
            // Several changed bytes of a text may make another text of it; the file is named in any case.
            let first = bytes.indices.first { bytes[$0] != before[$0] }
            return first.map { Damage(path: any, offset: any.hasPrefix("tile") ? $0 : nil) }
        case .droppedBytes:
            let start = pick(bytes.count)
            bytes.removeSubrange(start..<min(bytes.count, start + 1 + pick(9)))
            log.files[any] = bytes
            return Damage(path: any)
        case .doubledBytes:
            let start = pick(bytes.count)
            bytes.insert(contentsOf: bytes[start..<min(bytes.count, start + 1 + pick(9))], at: start)
            log.files[any] = bytes
            return Damage(path: any)
        case .truncatedFile:
            // The list may end in a checkpoint that is being written; so it loses its newest one here.
            let length = any == "checkpoints" ? pick(bytes.count - 240) : pick(bytes.count)
            log.files[any] = Array(bytes.prefix(max(0, length)))
            return Damage(path: any)
        case .droppedFile:
            log.files[any] = nil
            return Damage(path: any)
        case .swappedEntries:
            let path = bundles[pick(bundles.count)]
            guard let whole = log.files[path], let name = TileName(path: path),
                let entries = BundleCheck.entries(whole, count: name.width), entries.count > 1
            else { return nil }
            let first = pick(entries.count - 1)
            var order = Array(entries.indices)
            order.swapAt(first, first + 1 + pick(entries.count - first - 1))
            log.files[path] = order.flatMap { [UInt8(entries[$0].count >> 8), UInt8(entries[$0].count & 255)] + entries[$0] }
            return Damage(path: path)
        case .swappedHashes:
            let path = tiles[pick(tiles.count)]
            guard var tile = log.files[path], tile.count > 32 else { return nil }
            let first = pick(tile.count / 32 - 1)
            let second = first + 1 + pick(tile.count / 32 - first - 1)
            for byte in 0..<32 { tile.swapAt(first * 32 + byte, second * 32 + byte) }
            log.files[path] = tile
            return Damage(path: path)
        case .swappedFiles:
            let group = pick(2) == 0 ? bundles : tiles
            let (first, second) = (group[pick(group.count)], group[pick(group.count)])
            guard first != second else { return nil }
            let kept = log.files[first]
            log.files[first] = log.files[second]
            log.files[second] = kept
            return Damage(path: first)
        case .swappedCheckpoints, .droppedCheckpoint:
            var notes = CheckpointList.notes(in: log.files["checkpoints"] ?? []).notes
            let first = pick(notes.count - 1)
            if kind == .swappedCheckpoints { notes.swapAt(first, first + 1) } else { notes.removeLast() }
            log.files["checkpoints"] = notes.flatMap { $0 }
            return Damage(path: "checkpoints")
        case .replayedEntry:
            let path = bundles[pick(bundles.count)]
            guard let whole = log.files[path], let name = TileName(path: path),
                var entries = BundleCheck.entries(whole, count: name.width).map({ $0.map { Array($0) } }), entries.count > 1
            else { return nil }
            entries[1 + pick(entries.count - 1)] = entries[0]
            log.files[path] = entries.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 255)] + $0 }
            return Damage(path: path)
        case .replayedTile:
            guard let first = tiles.first(where: { $0 == "tile/0/000" }), let second = tiles.first(where: { $0 == "tile/0/001" })
            else { return nil }
            log.files[second] = log.files[first]
            return Damage(path: second)
        }
    }
}

/// Steele, Lea and Flood's generator: the same cases on every machine.
private struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
