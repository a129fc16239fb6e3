import ArgumentParser
import AssayCanonical
import AssayJSON
import AssayLedger
import AssayLedgerFormat
import AssayServing
import AssayStore
import AssayStoreSQLite
import AssayTerms
import AssayWorkflows
import Glibc

/// Times what trust costs: the parts of `scripts/bench trust` that no other command does. Each prints one JSON object.
struct TrustTimingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust-timing", abstract: "Time the log, encryption and tokens.", shouldDisplay: false,
        subcommands: [TrustLogCommand.self, TrustHashCommand.self, TrustProofCommand.self, TrustAppendCommand.self, TrustStoreCommand.self])

    static func print(_ value: JSONObject) throws { try StandardOutput.write(JSONValue.object(value).bytes() + [0x0A]) }

    static func median(_ seconds: [Double]) -> Double {
        let sorted = seconds.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }

    /// A leaf of `length` bytes that depends on its index alone.
    static func leaf(_ index: UInt64, length: Int) -> [UInt8] {
        var leaf = [UInt8](repeating: UInt8(ascii: "x"), count: length)
        let digits = Array("\(index)".utf8)
        leaf.replaceSubrange(0..<digits.count, with: digits)
        return leaf
    }

    /// A key that signs nothing but measurements.
    static func key() throws -> NoteSigningKey {
        let key = try Ed25519.SigningKey(rawBytes: [UInt8](repeating: 7, count: 32))
        return try NoteSigningKey(name: Checkpoint.origin(randomBytes: [UInt8](repeating: 7, count: 16)), key: key)
    }
}

/// Writes a log of many entries, without making any file durable.
struct TrustLogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "log")

    @Argument var folder: String
    @Option var entries: UInt64 = 10_000_000
    @Option var leaf = 512

    func run() async throws {
        let start = SystemClock.seconds()
        let key = try TrustTimingCommand.key()
        let files = UnsyncedFiles(files: try PosixLedgerFiles(folder: folder))
        try files.write(Array((key.verificationKey.vkey + "\n").utf8), to: "vkey")
        let ledger = Ledger(files: files, key: key, source: MadeEntries(count: entries, length: leaf))
        let checkpoint = try await ledger.publishNow()
        try TrustTimingCommand.print([
            "entries": .integer(Int64(checkpoint.size)), "seconds": .number(SystemClock.seconds() - start),
        ])
    }
}

/// This machine's own rate of SHA-256 over messages as long as leaves, on one core.
struct TrustHashCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "hash")

    @Option var messages = 2_000_000
    @Option var leaf = 512

    func run() async throws {
        let message = TrustTimingCommand.leaf(1, length: leaf)
        let start = SystemClock.seconds()
        var last: UInt8 = 0
        for _ in 0..<messages { last ^= SHA256Hasher.digest(of: message).bytes[0] }
        let seconds = SystemClock.seconds() - start
        try TrustTimingCommand.print(["messages_per_second": .number(Double(messages) / seconds), "last": .integer(Int64(last))])
    }
}

/// Proofs from a log's folder, and the time to append one entry durably to a copy of its edge.
struct TrustProofCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "proof")

    @Argument var folder: String
    @Option var repetitions = 1_000
    @Option var leaf = 512

    func run() async throws {
        let files = try PosixLedgerFiles(folder: folder)
        let log = PublishedLog(files: files)
        guard let note = try log.checkpoint() else { throw AssayError(.notFound, "\(folder) has no checkpoint") }
        let size = try Checkpoint(text: note.text).size
        var seconds: [Double] = []
        var bytes = 0
        var index: UInt64 = 1
        for _ in 0..<repetitions {
            index = (index &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407)
            let start = SystemClock.seconds()
            let proof = try log.proof(index: (index >> 16) % size)
            seconds.append(SystemClock.seconds() - start)
            bytes = max(bytes, proof.bytes.count)
        }
        // The log grows by one entry at a time, each durable before the next.
        let source = MadeEntries(count: size, length: leaf)
        let ledger = Ledger(files: files, key: try TrustTimingCommand.key(), source: source)
        try await ledger.publishNow()
        var appends: [Double] = []
        for _ in 0..<200 {
            await source.grow()
            let start = SystemClock.seconds()
            try await ledger.publishNow()
            appends.append(SystemClock.seconds() - start)
        }
        try TrustTimingCommand.print([
            "size": .integer(Int64(size)), "median_proof_seconds": .number(TrustTimingCommand.median(seconds)),
            "largest_proof_bytes": .integer(Int64(bytes)), "median_publish_seconds": .number(TrustTimingCommand.median(appends)),
        ])
    }
}

/// Entries through the store, durable when they return: alone, and inside a governed change.
struct TrustAppendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "append")

    @Argument var dataDirectory: String
    @Option var seconds = 5.0

    func run() async throws {
        let opened = try OpenDirectory.open(path: dataDirectory, keysPath: nil)
        defer { try? opened.store.close() }
        let useCases = opened.useCases
        let end = seconds
        let entry: @Sendable (Int) async throws -> Void = { _ in
            _ = try await useCases.store.write { tx in
                try useCases.record(
                    kind: "timing.entry", by: .localOperator, topics: ["log"], domain: "log", payload: ["a": "b"], in: tx)
            }
        }
        let model: @Sendable (Int) async throws -> Void = { number in
            _ = try await useCases.createRegisteredModel(
                named: Text("timing-\(number)-\(useCases.effects.newID())"), tags: [], description: nil, by: .localOperator)
        }
        var answer: JSONObject = [:]
        for (name, body) in [("entry", entry), ("governed", model)] {
            for writers in [1, 64] {
                answer["\(name)_per_second_\(writers)"] = .number(try await Self.rate(writers: writers, seconds: end, body))
            }
        }
        try TrustTimingCommand.print(answer)
    }

    private static func rate(
        writers: Int, seconds: Double, _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws -> Double {
        let start = SystemClock.seconds()
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    var count = 0
                    while SystemClock.seconds() - start < seconds {
                        try await body(writer)
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(counts) / (SystemClock.seconds() - start)
    }
}

/// Artifacts encrypted against plain files with the same digest and durability, and the check of a token.
struct TrustStoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "store")

    @Argument var dataDirectory: String
    @Option var mebibytes = 512
    @Option var repetitions = 3
    @Option var tokens = 20_000

    func run() async throws {
        let opened = try OpenDirectory.open(path: dataDirectory, keysPath: nil)
        defer { try? opened.store.close() }
        let chunk = SecureRandom.bytes(1 << 20)
        var best: (encrypted: Double, plain: Double, read: Double, plainRead: Double) = (.infinity, .infinity, .infinity, .infinity)
        for _ in 0..<repetitions {
            var start = SystemClock.seconds()
            let stored = try await opened.useCases.blobs.write(Chunks(chunk: chunk, count: mebibytes))
            best.encrypted = min(best.encrypted, SystemClock.seconds() - start)
            start = SystemClock.seconds()
            var length = 0
            for try await part in opened.useCases.blobs.read(stored.id, range: nil) { length += part.count }
            guard length == mebibytes << 20 else { throw AssayError(.corrupt, "the blob is \(length) bytes long") }
            best.read = min(best.read, SystemClock.seconds() - start)
            try await opened.useCases.blobs.remove(stored.id)
            let path = dataDirectory + "/plain"
            start = SystemClock.seconds()
            try Self.writePlain(path, chunk: chunk, count: mebibytes)
            best.plain = min(best.plain, SystemClock.seconds() - start)
            start = SystemClock.seconds()
            try Self.readPlain(path)
            best.plainRead = min(best.plainRead, SystemClock.seconds() - start)
            unlink(path)
        }
        let (_, token) = try await opened.useCases.createFirstAdministrator(named: "timing")
        var seconds: [Double] = []
        for _ in 0..<tokens {
            let start = SystemClock.seconds()
            _ = try await opened.useCases.authenticate(authorization: "Bearer \(token.text)")
            seconds.append(SystemClock.seconds() - start)
        }
        let size = Double(mebibytes)
        try TrustTimingCommand.print([
            "encrypted_write_mib_per_second": .number(size / best.encrypted), "plain_write_mib_per_second": .number(size / best.plain),
            "encrypted_read_mib_per_second": .number(size / best.read), "plain_read_mib_per_second": .number(size / best.plainRead),
            "median_token_seconds": .number(TrustTimingCommand.median(seconds)),
        ])
    }

    /// As an upload without encryption would be: hashed on the way, durable at the end.
    private static func writePlain(_ path: String, chunk: [UInt8], count: Int) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw AssayError(.unavailable, "\(path) cannot be written") }
        defer { close(descriptor) }
        var hasher = SHA256Hasher()
        for _ in 0..<count {
            hasher.update(chunk)
            var written = 0
            while written < chunk.count {
                let step = chunk[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                guard step > 0 else { throw AssayError(.unavailable, "\(path) cannot be written") }
                written += step
            }
        }
        _ = hasher.finish()
        guard fsync(descriptor) == 0 else { throw AssayError(.unavailable, "\(path) cannot be made durable") }
    }

    private static func readPlain(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw AssayError(.unavailable, "\(path) cannot be read") }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while read(descriptor, &buffer, buffer.count) > 0 {}
    }
}

/// One chunk, again and again.
private struct Chunks: AsyncSequence, Sendable {
    let chunk: [UInt8]
    let count: Int

    struct Iterator: AsyncIteratorProtocol {
        let chunk: [UInt8]
        var left: Int

        mutating func next() async -> [UInt8]? {
            guard left > 0 else { return nil }
            left -= 1
            return chunk
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(chunk: chunk, left: count) }
}

/// Entries made from their index, all recorded already.
private actor MadeEntries: LedgerSource {
    private var count: UInt64
    private let length: Int

    init(count: UInt64, length: Int) {
        self.count = count
        self.length = length
    }

    func grow() { count += 1 }
    func unsequenced(limit: Int) -> [UnsequencedEntry] { [] }
    func assign(firstIndex: UInt64, to entries: [UnsequencedEntry]) {}
    func sequencedCount() -> UInt64 { count }
    func leaves(in range: Range<UInt64>) -> [[UInt8]] { range.map { TrustTimingCommand.leaf($0, length: length) } }
}

/// A ledger's folder whose files are written and not made durable: for logs that are made to be measured.
private struct UnsyncedFiles: LedgerFiles {
    let files: PosixLedgerFiles

    func read(_ path: String) throws(AssayError) -> [UInt8]? { try files.read(path) }
    func names(in folder: String) throws(AssayError) -> [String] { try files.names(in: folder) }
    func makeFolder(_ path: String) throws(AssayError) { try files.makeFolder(path) }
    func truncate(_ path: String, to length: Int) throws(AssayError) { try files.truncate(path, to: length) }
    func rename(_ source: String, to target: String) throws(AssayError) { try files.rename(source, to: target) }
    func remove(_ path: String) throws(AssayError) { try files.remove(path) }
    func syncFolder(_ path: String) throws(AssayError) {}

    func write(_ bytes: [UInt8], to path: String) throws(AssayError) { try put(bytes, path, O_TRUNC) }
    func append(_ bytes: [UInt8], to path: String) throws(AssayError) { try put(bytes, path, O_APPEND) }

    private func put(_ bytes: [UInt8], _ path: String, _ flag: Int32) throws(AssayError) {
        let descriptor = open(files.folder + "/" + path, O_WRONLY | O_CREAT | O_CLOEXEC | flag, 0o644)
        guard descriptor >= 0 else { throw AssayError(.unavailable, "\(path) cannot be written") }
        defer { close(descriptor) }
        guard bytes.withUnsafeBytes({ Glibc.write(descriptor, $0.baseAddress, $0.count) }) == bytes.count else {
            throw AssayError(.unavailable, "\(path) cannot be written")
        }
    }
}
