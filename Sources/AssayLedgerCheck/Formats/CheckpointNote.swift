/// A checkpoint as a signed note: origin, size, root, an empty line, and one or more signatures (c2sp.org/tlog-checkpoint,
/// c2sp.org/signed-note).
struct CheckpointNote {
    /// What a note may hold beyond the five lines that this log's own checkpoints have.
    struct Extras: OptionSet {
        let rawValue: Int
        /// Further signatures, of witnesses or of another key of the log.
        static let signatures = Extras(rawValue: 1)
        /// Lines behind the root, as other logs may write them.
        static let extensions = Extras(rawValue: 2)
    }

    struct BadLine: Error { let number: Int }

    private struct Signature {
        let name: [UInt8]
        let keyID: [UInt8]
        let bytes: [UInt8]
        let line: [UInt8]
    }

    /// The bytes of all lines.
    let bytes: [UInt8]
    /// The lines that are signed, up to the empty one.
    let text: [UInt8]
    let origin: [UInt8]
    let size: UInt64
    let root: Hash
    private let signatures: [Signature]

    /// Enough for many witnesses, and a bound on work for bytes from outside.
    private static let mostSignatures = 32
    private static let mostExtensions = 32

    /// Reads one checkpoint of `bytes` from `start` on.
    ///
    /// - Returns: the checkpoint, or the number of the first line (from 1) that cannot be one's.
    static func read(
        _ bytes: [UInt8], from start: Int, allowing extras: Extras = []
    ) -> Result<CheckpointNote, BadLine> {
        var reader = LineReader(bytes: bytes, place: start)
        guard let origin = reader.next(), !origin.isEmpty, String(validating: origin, as: UTF8.self) != nil else {
            return .failure(BadLine(number: 1))
        }
        guard let size = reader.next().flatMap(decimal) else { return .failure(BadLine(number: 2)) }
        guard let root = reader.next().flatMap({ Base64Text.decode($0) }), root.count == 32 else {
            return .failure(BadLine(number: 3))
        }
        var number = 4
        while let line = reader.next(), !line.isEmpty {
            guard extras.contains(.extensions), number < 4 + mostExtensions else {
                return .failure(BadLine(number: number))
            }
            number += 1
        }
        guard reader.hasReadWhole else { return .failure(BadLine(number: number)) }
        let text = Array(bytes[start..<(reader.place - 1)])
        var signatures: [Signature] = []
        while true {
            let before = reader.place
            guard let line = reader.next(), let signature = signature(line) else {
                guard !signatures.isEmpty else { return .failure(BadLine(number: number + 1)) }
                reader.place = before
                break
            }
            // Signatures of Ed25519 are the only ones this log writes itself.
            guard extras.contains(.signatures) || signature.bytes.count == 64 else {
                return .failure(BadLine(number: number + 1))
            }
            signatures.append(signature)
            if !extras.contains(.signatures) || signatures.count == mostSignatures { break }
        }
        return .success(
            CheckpointNote(
                bytes: Array(bytes[start..<reader.place]), text: text, origin: Array(origin), size: size, root: root,
                signatures: signatures))
    }

    /// Whether `key` signed it and carries its origin as name. Signatures by other keys are passed over.
    func isSigned(by key: LogVerifyingKey) -> Bool {
        let name = Array(key.name.utf8)
        let own = signatures.filter { $0.name == name && $0.keyID == key.keyID }
        return origin == name && !own.isEmpty && own.allSatisfy { key.isValid($0.bytes, over: text) }
    }

    /// How many signatures are by none of `keys`.
    func foreignSignatureCount(_ keys: [LogVerifyingKey]) -> Int {
        signatures.count { signature in
            !keys.contains { signature.keyID == $0.keyID && signature.name == Array($0.name.utf8) }
        }
    }

    /// The five lines with the one signature by `key`, as the list of checkpoints holds them.
    func alone(signedBy key: LogVerifyingKey) -> [UInt8]? {
        guard let own = signatures.first(where: { $0.keyID == key.keyID && $0.name == Array(key.name.utf8) }) else {
            return nil
        }
        return text + [0x0A] + own.line + [0x0A]
    }

    /// The same signature line under another text: the whole note, if `key` signed that.
    static func note(
        origin: [UInt8], size: UInt64, root: Hash, signatureLine: [UInt8], key: LogVerifyingKey
    ) -> [UInt8]? {
        let text = origin + Array("\n\(size)\n\(Base64Text.encode(root))\n".utf8)
        let bytes = text + [0x0A] + signatureLine + [0x0A]
        guard case .success(let note) = read(bytes, from: 0), note.isSigned(by: key) else { return nil }
        return bytes
    }

    var originText: String { String(decoding: origin, as: UTF8.self) }

    /// The key id that the first signature line names, in hexadecimal.
    var keyIDText: String { LogVerifyingKey.hexadecimal(signatures.first?.keyID ?? []) }

    private static func signature(_ line: ArraySlice<UInt8>) -> Signature? {
        let fields = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard fields.count == 3, Array(fields[0]) == Array("\u{2014}".utf8), !fields[1].isEmpty,
            let signature = Base64Text.decode(fields[2]), signature.count > 4
        else { return nil }
        return Signature(
            name: Array(fields[1]), keyID: Array(signature[..<4]), bytes: Array(signature[4...]), line: Array(line))
    }

    private static func decimal(_ digits: ArraySlice<UInt8>) -> UInt64? {
        guard let value = UInt64(String(decoding: digits, as: UTF8.self)), String(value).utf8.elementsEqual(digits)
        else { return nil }
        return value
    }
}

/// Lines that end in a newline; what follows the last newline is none.
struct LineReader {
    let bytes: [UInt8]
    var place: Int
    /// Whether every line asked for was there.
    private(set) var hasReadWhole = true

    init(bytes: [UInt8], place: Int = 0) {
        self.bytes = bytes
        self.place = place
    }

    mutating func next() -> ArraySlice<UInt8>? {
        guard place < bytes.count, let end = bytes[place...].firstIndex(of: 0x0A) else {
            hasReadWhole = false
            return nil
        }
        defer { place = end + 1 }
        return bytes[place..<end]
    }
}
