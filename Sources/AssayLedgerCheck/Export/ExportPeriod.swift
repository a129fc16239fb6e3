/// Which entries an export is of.
///
/// `period.txt` holds two lines: `entries FIRST LAST` (or `entries none`), and `export INDEX SALT PAYLOAD`, the entry that
/// tells of the export, with what stands behind it. That entry names the period's two ends, and the log's own entries, which
/// carry their times, say which of them lie in it: from the first recorded at the beginning or later, up to the one before the
/// first recorded after the end, and none beyond the entry that tells of the export.
struct ExportPeriod {
    static let kind = "log.exported"

    let from: String
    let through: String
    /// The entry that tells of the export.
    let index: UInt64

    /// `nil` unless the second line is what its entry was made with, and names a period.
    init?(_ line: ArraySlice<UInt8>, leaves: LeafReader) throws(LogReadError) {
        let mark = Array("export ".utf8)
        guard line.starts(with: mark), let payload = PayloadLine(line.dropFirst(mark.count)), let leaf = try leaves.leaf(payload.index),
            leaf.word("kind") == Self.kind, payload.isBehind(leaf), let object = payload.object,
            let from = object["from"] as? String, let through = object["through"] as? String, LeafText.isTime(from), LeafText.isTime(through)
        else { return nil }
        self.from = from
        self.through = through
        index = payload.index
    }
}

/// What the entries of the log say of an export: which of them lie in its period, and what must be beside them.
struct ExportScope {
    private(set) var entries: Range<UInt64> = 0..<0
    /// Entries that published a policy by the period's end.
    private(set) var policies: Set<UInt64> = []
    /// Entries of the period that tell of a statement of evidence.
    private(set) var evidence: Set<UInt64> = []
    /// Entries, of any time, that name keys which sign evidence.
    private(set) var signers: [LeafText] = []

    private static let signerKinds: Set<String> = ["evidence.key-named", "evidence.key-rotated", "evaluator.added"]

    /// - Returns: `nil` if an entry carries no time.
    init?(_ period: ExportPeriod, leaves: LeafReader) throws(LogReadError) {
        var (start, end): (UInt64?, UInt64?) = (nil, nil)
        for index in 0..<leaves.size {
            guard let leaf = try leaves.leaf(index), let time = leaf.time, let kind = leaf.word("kind") else { return nil }
            if Self.signerKinds.contains(kind) { signers.append(leaf) }
            if index <= period.index, start == nil, time >= period.from { start = index }
            if index <= period.index, end == nil, time > period.through { end = index }
            guard index <= period.index, end == nil else { continue }
            if kind == "policy.published" { policies.insert(index) }
            if start != nil, kind.hasPrefix("evidence."), leaf.hasSubject("claim") { evidence.insert(index) }
        }
        let beyond = period.index + 1
        let first = start ?? end ?? beyond
        entries = first..<max(first, end ?? beyond)
    }

    /// Whether an entry of the log names the key as one that the server signs evidence with.
    func names(serverKey digest: String) -> Bool {
        signers.contains { leaf in ["evidence-key", "next-evidence-key"].contains { leaf.names(digest, as: $0) } }
    }

    /// Whether an entry of the log names the key as an evaluator's.
    func names(evaluatorKey digest: String) -> Bool { signers.contains { $0.names(digest, as: "evaluator-key") } }
}
