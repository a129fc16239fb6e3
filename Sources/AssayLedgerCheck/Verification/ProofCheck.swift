/// A `.tlog-proof` (c2sp.org/tlog-proof) checked by itself: that a log which a key signs holds an entry at a place.
package struct ProofCheck: Sendable {
    /// The entry's place in the log, from 0.
    package let index: UInt64
    /// Entries of the tree that the proof's checkpoint signs.
    package let size: UInt64
    package let origin: String
    /// The proven entry.
    package let entry: [UInt8]

    private static let firstLine = Array("c2sp.org/tlog-proof@v1".utf8)

    /// Checks a proof.
    ///
    /// - Parameters:
    ///   - key: the log's verification key.
    ///   - entry: the entry; without it the proof's extra data is taken for it, and is proven or not.
    /// - Throws: `LogReadError` in words for people: the file is no proof, the key not the signer's, or the entry not proven.
    package init(_ bytes: [UInt8], key: String, entry: [UInt8]?) throws(LogReadError) {
        guard let key = LogVerifyingKey(key) else { throw LogReadError("--key is no verification key: NAME+ID+KEY") }
        var reader = LineReader(bytes: bytes)
        guard bytes.count <= 1 << 20, reader.next().map({ Array($0) }) == Self.firstLine else {
            throw LogReadError("the file is no proof of c2sp.org/tlog-proof@v1")
        }
        var line = reader.next()
        var extra: [UInt8]?
        if let text = line, text.starts(with: "extra ".utf8) {
            extra = Base64Text.decode(text.dropFirst(6))
            guard extra != nil else { throw LogReadError("the proof's extra data is not in base 64") }
            line = reader.next()
        }
        guard let text = line, text.starts(with: "index ".utf8),
            let index = UInt64(String(decoding: text.dropFirst(6), as: UTF8.self)),
            "index \(index)".utf8.elementsEqual(text)
        else { throw LogReadError("the proof lacks the line with its entry's index") }
        var path: [Hash] = []
        while let line = reader.next(), !line.isEmpty {
            guard path.count < 64, let hash = Base64Text.decode(line), hash.count == 32 else {
                throw LogReadError("the proof's path is not a list of hashes in base 64")
            }
            path.append(hash)
        }
        guard case .success(let note) = CheckpointNote.read(bytes, from: reader.place, allowing: [.signatures, .extensions]),
            note.bytes.count == bytes.count - reader.place
        else { throw LogReadError("the proof does not end in a checkpoint") }
        guard note.isSigned(by: key) else { throw LogReadError("the proof's checkpoint is not signed by the key") }
        guard let entry = entry ?? extra else {
            throw LogReadError("the proof does not carry its entry; name a file with it: --entry FILE")
        }
        guard Self.root(of: Hashing.leaf(entry), at: index, size: note.size, path: path) == note.root else {
            throw LogReadError("NOT proven: the log's tree does not hold this entry at place \(index)")
        }
        self.index = index
        self.entry = entry
        size = note.size
        origin = note.originText
    }

    /// The root that a leaf and its path lead to, by the recursion of RFC 6962 §2.1.1: in a tree of `size` leaves the larger
    /// left part is the largest power of two below it.
    ///
    /// - Returns: `nil` unless the path has exactly the length it must have.
    static func root(of leaf: Hash, at index: UInt64, size: UInt64, path: [Hash]) -> Hash? {
        guard index < size else { return nil }
        if size == 1 { return path.isEmpty ? leaf : nil }
        guard let sibling = path.last else { return nil }
        let rest = Array(path.dropLast())
        let left = UInt64(1) << UInt64(63 - (size - 1).leadingZeroBitCount)
        if index < left {
            return root(of: leaf, at: index, size: left, path: rest).map { Hashing.join($0, sibling) }
        }
        return root(of: leaf, at: index - left, size: size - left, path: rest).map { Hashing.join(sibling, $0) }
    }
}
