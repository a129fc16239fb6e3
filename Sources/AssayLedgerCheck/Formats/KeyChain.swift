/// The keys a log was signed with, oldest first: one, unless its key was rotated.
///
/// A rotated log has them in the file `vkeys`, one a line. That file vouches for nothing: for each key but the first there
/// must be an entry that names it, in a tree that the key before signed.
struct KeyChain {
    let keys: [LogVerifyingKey]

    static let none = KeyChain(keys: [])

    var current: LogVerifyingKey? { keys.last }

    /// The place of the first key from `place` on that signed `note`.
    func signer(of note: CheckpointNote, from place: Int = 0) -> Int? {
        keys.indices.dropFirst(place).first { note.isSigned(by: keys[$0]) }
    }

    /// Reads the file's lines: different keys of one name.
    ///
    /// - Returns: the keys, or the first line, from 1, that is no such key.
    static func read(_ bytes: [UInt8]) -> Result<[LogVerifyingKey], CheckpointNote.BadLine> {
        var keys: [LogVerifyingKey] = []
        var reader = LineReader(bytes: bytes)
        while reader.place < bytes.count {
            guard let line = reader.next(), let key = LogVerifyingKey(String(decoding: line, as: UTF8.self)),
                keys.allSatisfy({ $0.name == key.name && $0.text != key.text })
            else { return .failure(CheckpointNote.BadLine(number: keys.count + 1)) }
            keys.append(key)
        }
        return keys.isEmpty ? .failure(CheckpointNote.BadLine(number: 1)) : .success(keys)
    }
}

/// An entry that hands the log over from one key to the next: kind `log.key-rotated`, with the digests of both public keys
/// as its subjects.
struct KeyHandover {
    let index: UInt64
    private let leaf: [UInt8]

    private static let mark = Array(#""kind":"log.key-rotated""#.utf8)

    /// A leaf is canonical text whose words hold no quotes, so nothing else in one can look like its members.
    init?(index: UInt64, leaf: ArraySlice<UInt8>) {
        guard ByteSearch.contains(leaf, Self.mark) else { return nil }
        self.index = index
        self.leaf = Array(leaf)
    }

    func leads(from old: LogVerifyingKey, to new: LogVerifyingKey) -> Bool {
        names(old, as: "log-key") && names(new, as: "next-log-key")
    }

    private func names(_ key: LogVerifyingKey, as type: String) -> Bool {
        let subject = #"{"digest":"\#(LogVerifyingKey.hexadecimal(key.digest))","type":"\#(type)"}"#
        return ByteSearch.contains(leaf[...], Array(subject.utf8))
    }
}
