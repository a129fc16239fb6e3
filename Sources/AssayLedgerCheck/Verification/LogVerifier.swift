/// Checks a published log from its bytes alone.
///
/// Nothing here is shared with the code that writes the log. The checkpoint is the root of trust: from its root the
/// tiles are proved downwards, each level by the one above, and the entries by the lowest. Where a tile is not what
/// the level above asks for, it is computed from below; so a single changed byte is told apart from what it concerns.
///
/// - Complexity: O(entries) time; about 100 bytes of memory per entry, bundles are read one at a time.
package struct LogVerifier {
    /// Bounds memory for a checkpoint that nobody vouches for.
    static let largestSize: UInt64 = 1 << 32

    static let headFile = "checkpoint"
    static let listFile = "checkpoints"
    static let keyFile = "vkey"
    /// Where the writer prepares a file before renaming it; what an interruption leaves there means nothing.
    static let incomingFile = ".incoming"

    let files: any LogFiles
    let key: LogVerifyingKey?
    var report = VerificationReport()

    /// Verifies the log in `files`.
    ///
    /// - Parameters:
    ///   - key: the verification key an auditor keeps; without it the one in the ledger's folder is taken.
    ///   - since: one or more checkpoints an auditor keeps, one after the other.
    ///   - database: what a database holds of the log, if it is to be compared.
    /// - Throws: `LogReadError` if files cannot be read, or `key` or `since` is not what it should be.
    package static func verify(
        files: any LogFiles, key: String? = nil, since: [UInt8]? = nil, database: [DatabaseEntry]? = nil
    ) throws(LogReadError) -> VerificationReport {
        let kept = try since.map(keptCheckpoints) ?? []
        var foreign: LogVerifyingKey?
        if let key {
            guard let parsed = LogVerifyingKey(key) else {
                throw LogReadError("the key given as --key is no verification key: NAME+ID+KEY, its parts agreeing")
            }
            foreign = parsed
        }
        // A folder that is not there is no log with everything missing.
        _ = try files.paths()
        let ownText = try files.read(keyFile)
        let own = ownText.flatMap {
            $0.last == 0x0A ? LogVerifyingKey(String(decoding: $0.dropLast(), as: UTF8.self)) : nil
        }
        var verifier = LogVerifier(files: files, key: foreign ?? own)
        verifier.report.hasForeignKey = foreign != nil
        let head = try verifier.findHead()
        verifier.checkKeyFile(ownText, isUsable: own != nil, foreignText: key, head: head)
        guard let head else { return verifier.report }
        guard head.size <= largestSize else {
            throw LogReadError(
                "the checkpoint is of size \(head.size); this verifier reads up to \(largestSize) entries")
        }
        verifier.report.origin = head.originText
        verifier.report.size = head.size
        verifier.report.root = Base64Text.encode(head.root)
        try verifier.check(head: head, kept: kept, database: database)
        return verifier.report
    }

    private init(files: any LogFiles, key: LogVerifyingKey?) {
        self.files = files
        self.key = key
    }

    private mutating func check(
        head: CheckpointNote, kept: [CheckpointNote], database: [DatabaseEntry]?
    ) throws(LogReadError) {
        let recorded = database.map(RecordedLeaves.init)
        var tree = TreeCheck(files: files, size: head.size, root: head.root, recorded: recorded)
        try tree.run()
        report.findings += tree.findings
        var beyond = PendingCheck(files: files, size: head.size, leaves: tree.leaves, recorded: recorded)
        try beyond.run(substituted: tree.substituted)
        report.findings += beyond.findings
        report.pending += beyond.pending
        var list = CheckpointListCheck(
            origin: head.origin, head: head, key: key, roots: RootFinder(leaves: tree.leaves + beyond.leaves))
        try list.run(bytes: files.read(Self.listFile))
        report.findings += list.findings
        report.pending += list.pending
        report.checkpointCount = list.count
        compare(kept, head: head, roots: RootFinder(leaves: tree.leaves))
        if let database { compare(database, size: head.size, leaves: tree.leaves) }
    }

    func isSigned(_ note: CheckpointNote) -> Bool { key.map { note.isSigned(by: $0) } ?? true }
}

/// What a database recorded, by index.
struct RecordedLeaves {
    private let leaves: [UInt64: [UInt8]]

    init(_ entries: [DatabaseEntry]) {
        leaves = Dictionary(entries.map { ($0.index, $0.leaf) }) { first, _ in first }
    }

    subscript(index: UInt64) -> [UInt8]? { leaves[index] }
}

/// Roots of the beginnings of a list of leaf hashes; walks on from the size asked for last.
struct RootFinder {
    private let leaves: [Hash?]
    private var tree = GrowingTree()

    init(leaves: [Hash?]) { self.leaves = leaves }

    /// `nil` beyond the list, or if a hash before `size` is not known.
    mutating func root(at size: UInt64) -> Hash? {
        guard size <= UInt64(leaves.count) else { return nil }
        if size < tree.size { tree = GrowingTree() }
        while tree.size < size {
            guard let hash = leaves[Int(tree.size)] else { return nil }
            tree.add(hash)
        }
        return tree.root
    }
}

/// Where two texts part.
enum Difference {
    /// The first place that differs, and how many bytes from there to the last that differs; for texts of unequal
    /// length to the end of the longer. `nil` if they are equal.
    static func place(of actual: some Collection<UInt8>, from expected: some Collection<UInt8>) -> (
        offset: Int, length: Int
    )? {
        let actual = Array(actual)
        let expected = Array(expected)
        let common = min(actual.count, expected.count)
        let first = (0..<common).first { actual[$0] != expected[$0] } ?? common
        if actual.count != expected.count { return (first, max(1, actual.count - first)) }
        guard first < common, let last = (first..<common).last(where: { actual[$0] != expected[$0] }) else {
            return nil
        }
        return (first, last - first + 1)
    }

    /// "1 byte differs", "3 bytes are missing", "2 bytes are surplus", …
    static func words(actual: Int, expected: Int, differing: Int) -> String {
        func bytes(_ count: Int) -> String { count == 1 ? "1 byte" : "\(count) bytes" }
        if actual < expected { return "\(bytes(expected - actual)) missing" }
        if actual > expected { return "\(bytes(actual - expected)) surplus" }
        return differing == 1 ? "1 byte was changed" : "changed within \(bytes(differing))"
    }
}
