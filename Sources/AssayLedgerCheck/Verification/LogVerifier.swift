import Glibc

/// Checks a published log from its bytes alone.
///
/// Nothing here is shared with the code that writes the log. The checkpoint is the root of trust. A tree that is sound is
/// checked in one pass, `StreamCheck`. One that is not is proved downwards from the checkpoint's root, each level of tiles
/// by the one above, and the entries by the lowest; where a tile is not what the level above asks for, it is computed from
/// below, so a single changed byte is told apart from what it concerns.
///
/// - Complexity: O(entries) time. A sound log takes one chunk of 65,536 entries of memory a thread; naming what is wrong
///   with one that is not, about 100 bytes an entry.
package struct LogVerifier {
    /// What kind of log it is.
    package enum Scope: Sendable {
        /// One of this program's: with the list of its checkpoints and its key.
        case ledger
        /// Any that keeps to c2sp.org/tlog-tiles: checkpoint, tiles and entry bundles, and nothing is said of other files.
        case tiles
    }

    /// Bounds memory for a checkpoint that nobody vouches for.
    static let largestSize: UInt64 = 1 << 32

    static let headFile = "checkpoint"
    static let listFile = "checkpoints"
    static let keyFile = "vkey"
    /// All keys of a log whose key was rotated.
    static let keysFile = "vkeys"
    /// Where the writer prepares a file before renaming it; what an interruption leaves there means nothing.
    static let incomingFile = ".incoming"

    let files: any LogFiles
    let scope: Scope
    var chain = KeyChain.none
    var report = VerificationReport()

    /// Verifies the log in `files`.
    ///
    /// - Parameters:
    ///   - key: the verification key an auditor keeps, the present one or one it replaced; without it the one in the
    ///     ledger's folder is taken.
    ///   - since: one or more checkpoints an auditor keeps, one after the other.
    ///   - database: what a database holds of the log, if it is to be compared.
    ///   - threads: without it, as many as there are cores.
    /// - Throws: `LogReadError` if files cannot be read, or `key` or `since` is not what it should be.
    package static func verify(
        files: any LogFiles, key: String? = nil, since: [UInt8]? = nil, database: (any RecordedEntries)? = nil,
        scope: Scope = .ledger, threads: Int? = nil
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
        var verifier = LogVerifier(files: files, scope: scope)
        verifier.report.hasForeignKey = foreign != nil
        let ownText = try files.read(keyFile)
        let own = ownText.flatMap {
            $0.last == 0x0A ? LogVerifyingKey(String(decoding: $0.dropLast(), as: UTF8.self)) : nil
        }
        try verifier.readChain(own: own, foreign: foreign)
        let head = try verifier.findHead()
        if scope == .ledger { verifier.checkKeyFile(ownText, own: own, foreign: foreign, head: head) }
        guard let head else { return verifier.report }
        guard head.size <= largestSize else {
            throw LogReadError(
                "the checkpoint is of size \(head.size); this verifier reads up to \(largestSize) entries")
        }
        verifier.report.origin = head.originText
        verifier.report.size = head.size
        verifier.report.root = Base64Text.encode(head.root)
        verifier.report.foreignSignatureCount = head.foreignSignatureCount(verifier.chain.keys)
        let threads = threads ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        if let sound = try verifier.checkInOnePass(head: head, kept: kept, database: database, threads: threads) {
            return sound
        }
        try verifier.check(head: head, kept: kept, database: database)
        return verifier.report
    }

    private init(files: any LogFiles, scope: Scope) {
        self.files = files
        self.scope = scope
    }

    /// The whole check for a log with nothing wrong but perhaps with what was kept of it; `nil` if there is more, which
    /// takes the other way to name.
    private func checkInOnePass(
        head: CheckpointNote, kept: [CheckpointNote], database: (any RecordedEntries)?, threads: Int
    ) throws(LogReadError) -> VerificationReport? {
        let list = scope == .ledger ? try files.read(Self.listFile) : nil
        let sizes = Self.sizes(in: list ?? []) + kept.map(\.size)
        let recorded = database.map(RecordedLeaves.init)
        let stream = StreamCheck(
            files: files, size: head.size, wanted: Set(sizes.filter { $0 <= head.size } + [head.size]), recorded: recorded,
            findsHandovers: chain.keys.count > 1)
        guard let tree = try stream.run(root: head.root, threads: threads) else { return nil }
        var verifier = self
        let roots = RootFinder(known: tree.roots)
        if scope == .ledger {
            var others = PendingCheck(files: files, size: head.size, leaves: [], recorded: nil)
            guard try others.lookAround() else { return nil }
            verifier.report.pending += others.pending
            var check = CheckpointListCheck(origin: head.origin, head: head, chain: chain, roots: roots)
            check.run(bytes: list)
            guard check.findings.isEmpty, others.findings.isEmpty, !Self.sizes(in: list ?? []).contains(where: { $0 > head.size })
            else { return nil }
            verifier.report.pending += check.pending
            verifier.report.checkpointCount = check.count
            verifier.checkHandovers(tree.handovers, reach: check.reach)
        }
        verifier.compare(kept, head: head, roots: roots)
        if let database { try verifier.compare(database, size: head.size, leaves: nil) }
        return verifier.report
    }

    private mutating func check(
        head: CheckpointNote, kept: [CheckpointNote], database: (any RecordedEntries)?
    ) throws(LogReadError) {
        let recorded = database.map(RecordedLeaves.init)
        var tree = TreeCheck(files: files, size: head.size, root: head.root, recorded: recorded)
        try tree.run()
        report.findings += tree.findings
        if scope == .ledger {
            var beyond = PendingCheck(files: files, size: head.size, leaves: tree.leaves, recorded: recorded)
            try beyond.run()
            report.findings += beyond.findings
            report.pending += beyond.pending
            var list = CheckpointListCheck(
                origin: head.origin, head: head, chain: chain, roots: RootFinder(leaves: tree.leaves + beyond.leaves))
            try list.run(bytes: files.read(Self.listFile))
            report.findings += list.findings
            report.pending += list.pending
            report.checkpointCount = list.count
            checkHandovers(try handovers(leaves: tree.leaves), reach: list.reach)
        }
        compare(kept, head: head, roots: RootFinder(leaves: tree.leaves))
        if let database { try compare(database, size: head.size, leaves: tree.leaves) }
    }

    func isSigned(_ note: CheckpointNote) -> Bool { chain.keys.isEmpty || chain.signer(of: note) != nil }

    /// The sizes that a list of checkpoints speaks of, as far as it can be read.
    private static func sizes(in list: [UInt8]) -> [UInt64] {
        var sizes: [UInt64] = []
        var start = 0
        while start < list.count {
            if case .success(let note) = CheckpointNote.read(list, from: start) {
                sizes.append(note.size)
                start += note.bytes.count
            } else {
                start = list[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? list.count
            }
        }
        return sizes
    }
}

/// Roots of the beginnings of a tree: known ones, or those of a list of leaf hashes, walked on from the size asked for last.
struct RootFinder {
    private let leaves: [Hash?]
    private let known: [UInt64: Hash]
    private var tree = GrowingTree()

    init(leaves: [Hash?]) {
        self.leaves = leaves
        known = [:]
    }

    init(known: [UInt64: Hash]) {
        leaves = []
        self.known = known
    }

    /// `nil` beyond the list, or if a hash before `size` is not known.
    mutating func root(at size: UInt64) -> Hash? {
        if let root = known[size] { return root }
        guard size <= UInt64(leaves.count) else { return nil }
        if size < tree.size { tree = GrowingTree() }
        while tree.size < size {
            guard let hash = leaves[Int(tree.size)] else { return nil }
            tree.add(hash)
        }
        return tree.root
    }
}
