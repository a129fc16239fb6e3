/// The list of all checkpoints ever signed: each sound, each the root of the tree at its size, the sizes rising from 0
/// to the newest checkpoint's.
struct CheckpointListCheck {
    /// The base 64 text of a key id and an Ed25519 signature.
    private static let signatureTextLength = 92
    /// How many sizes are tried when a checkpoint's own size cannot be read.
    private static let searchedSizes: UInt64 = 4096

    private let origin: [UInt8]
    private let head: CheckpointNote
    private let chain: KeyChain
    private var roots: RootFinder

    private(set) var findings: [Finding] = []
    private(set) var pending: [String] = []
    /// Sound checkpoints.
    private(set) var count = 0
    /// For each key of the chain the largest tree it signed.
    private(set) var reach: [UInt64?]
    private var lastSize: UInt64?
    /// The place of the key that signed last; earlier ones sign no more.
    private var signer = 0
    private var sawHead = false
    private var sawBroken = false

    init(origin: [UInt8], head: CheckpointNote, chain: KeyChain, roots: RootFinder) {
        self.origin = origin
        self.head = head
        self.chain = chain
        self.roots = roots
        reach = chain.keys.map { _ in nil }
    }

    mutating func run(bytes: [UInt8]?) {
        guard let bytes else {
            findings.append(Finding(LogVerifier.listFile, "the file is missing"))
            return
        }
        var start = 0
        while start < bytes.count {
            if case .success(let note) = CheckpointNote.read(bytes, from: start), let signer = signer(ofSound: note) {
                accept(note, signer: signer)
                start += note.bytes.count
            } else if sawHead, isTorn(bytes[start...]) {
                pending.append("\(LogVerifier.listFile) ends in a checkpoint whose writing was interrupted")
                return
            } else {
                sawBroken = true
                start = diagnose(bytes, from: start)
            }
        }
        if !sawHead, !sawBroken {
            findings.append(
                Finding(
                    LogVerifier.listFile, offset: bytes.count, length: 1,
                    "the newest checkpoint, of size \(head.size), is missing at the end"))
        }
    }

    private mutating func accept(_ note: CheckpointNote, signer place: Int) {
        if lastSize == nil, note.size != 0, !sawBroken {
            findings.append(
                Finding(
                    LogVerifier.listFile, offset: 0, line: 1,
                    "the first checkpoint is of size \(note.size); that of the empty log is missing"))
        }
        if note.text == head.text { sawHead = true }
        signer = place
        if reach.indices.contains(place) { reach[place] = note.size }
        if note.size > head.size {
            pending.append("the checkpoint of size \(note.size) is signed but not published yet")
        }
        lastSize = note.size
        count += 1
    }

    /// The place of its key, if it is signed by the last signer's or a later key of the chain, larger than the one before,
    /// and with the root the tree has at its size. Beyond the newest tree the root is compared only if the entries are known.
    private mutating func signer(ofSound note: CheckpointNote) -> Int? {
        guard note.origin == origin else { return nil }
        var place = signer
        if !chain.keys.isEmpty {
            guard let found = chain.signer(of: note, from: signer) else { return nil }
            place = found
        }
        if let lastSize, note.size <= lastSize { return nil }
        guard let root = roots.root(at: note.size) else { return place }
        return root == note.root ? place : nil
    }

    /// Whether `tail` is the beginning of another checkpoint of this log and no more.
    private func isTorn(_ tail: ArraySlice<UInt8>) -> Bool {
        let start = origin + [0x0A]
        guard tail.count(where: { $0 == 0x0A }) < 5 else { return false }
        return tail.prefix(start.count).elementsEqual(start.prefix(tail.count))
    }

    // MARK: - What is wrong with a checkpoint

    /// Names what is wrong with the checkpoint at `start` and answers where the next begins.
    private mutating func diagnose(_ bytes: [UInt8], from start: Int) -> Int {
        let next = nextOrigin(in: bytes, after: start)
        let text = bytes[start..<next]
        if let expected = reconstruct(text, isLast: next == bytes.count) {
            // A changed byte leaves the length as it is, even where it was a newline; else the next origin decides.
            let sameLength = bytes[start...].prefix(expected.count)
            let differing = zip(sameLength, expected).count { $0 != $1 }
            let end = sameLength.count == expected.count && differing <= 4 ? start + expected.count : next
            if let place = Difference.place(of: bytes[start..<end], from: expected) {
                let words = Difference.words(actual: end - start, expected: expected.count, differing: place.length)
                note(bytes, at: start + place.offset, length: place.length, "\(words) in the checkpoint")
            } else {
                note(bytes, at: start, length: end - start, "the checkpoint stands twice or out of order")
            }
            if expected.starts(with: head.text) { sawHead = true }
            return end
        }
        let (offset, length, words) = brokenLine(text)
        note(bytes, at: offset, length: length, words)
        return next
    }

    private mutating func note(_ bytes: [UInt8], at offset: Int, length: Int, _ message: String) {
        let line = bytes.prefix(offset).count { $0 == 0x0A } + 1
        findings.append(Finding(LogVerifier.listFile, offset: offset, length: max(1, length), line: line, message))
    }

    /// Where the next line that is the log's origin begins.
    private func nextOrigin(in bytes: [UInt8], after start: Int) -> Int {
        let line = origin + [0x0A]
        var place = start
        while let end = bytes[place...].firstIndex(of: 0x0A) {
            place = end + 1
            if bytes[place...].starts(with: line) { return place }
        }
        return bytes.count
    }

    /// The checkpoint that must have stood here: the newest, or one whose text the tree gives and whose signature,
    /// still to be found in the bytes, is valid for that text.
    private mutating func reconstruct(_ text: ArraySlice<UInt8>, isLast: Bool) -> [UInt8]? {
        if isLast, !sawHead { return newestAsListed(like: text) }
        guard let first = chain.keys.first, let signatureLine = signatureLine(in: text, key: first) else { return nil }
        let lowest = lastSize.map { $0 + 1 } ?? 0
        var sizes: [UInt64] = []
        if case .success(let note) = CheckpointNote.read(Array(text), from: 0) { sizes.append(note.size) }
        if lowest <= head.size { sizes += Array(lowest...min(head.size, lowest + Self.searchedSizes)) }
        if let lastSize { sizes.append(lastSize) }
        for size in sizes {
            guard let root = roots.root(at: size) else { continue }
            for key in chain.keys {
                if let bytes = CheckpointNote.note(
                    origin: origin, size: size, root: root, signatureLine: signatureLine, key: key)
                {
                    return bytes
                }
            }
        }
        return nil
    }

    /// The newest checkpoint's five lines with the signature, of those it carries, that `text` comes nearest to.
    private func newestAsListed(like text: ArraySlice<UInt8>) -> [UInt8] {
        let notes = chain.keys.compactMap { head.alone(signedBy: $0) }
        func distance(_ note: [UInt8]) -> Int { zip(note, text).count { $0 != $1 } }
        return notes.min { distance($0) < distance($1) } ?? head.bytes
    }

    private func signatureLine(in text: ArraySlice<UInt8>, key: LogVerifyingKey) -> [UInt8]? {
        let start = key.signatureLineStart
        let length = start.count + Self.signatureTextLength
        for place in text.indices where text[place] == start[0] {
            let line = text[place...].prefix(length)
            if line.count == length, line.starts(with: start) { return Array(line) }
        }
        return nil
    }

    /// The first line that cannot be a sound checkpoint's.
    private mutating func brokenLine(_ text: ArraySlice<UInt8>) -> (offset: Int, length: Int, words: String) {
        let lines = text.split(separator: 0x0A, maxSplits: 5, omittingEmptySubsequences: false)
        func place(_ number: Int) -> (Int, Int) {
            let line = lines[min(number, lines.count) - 1]
            return (line.startIndex, line.count + 1)
        }
        if let difference = Difference.place(of: lines[0], from: origin) {
            return (text.startIndex + difference.offset, max(1, difference.length), "the origin is not the log's")
        }
        switch CheckpointNote.read(Array(text), from: 0) {
        case .failure(let bad) where bad.number < 5:
            let (offset, length) = place(bad.number)
            return (offset, length, "the line is not that of a checkpoint")
        case .success(let note) where roots.root(at: note.size).map({ $0 != note.root }) ?? false:
            let (offset, length) = place(3)
            return (offset, length, "the tree of \(note.size) entries has another root")
        case .failure, .success:
            let (offset, length) = place(5)
            guard chain.keys.indices.contains(signer) else { return (offset, length, "the signature is not the log's") }
            let key = chain.keys[signer]
            let known = key.signatureLineStart + Array(Base64Text.encode(key.keyID + [0, 0]).utf8.prefix(5))
            let line = text[offset...].prefix(length)
            let difference = Difference.place(of: line.prefix(known.count), from: known)
            let start = difference.map(\.offset) ?? known.count
            return (offset + start, max(1, length - start), "the signature is not valid")
        }
    }
}
