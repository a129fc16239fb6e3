/// A checkpoint as five lines: origin, size, root, an empty line, one signature.
struct CheckpointNote {
    /// The bytes of all five lines.
    let bytes: [UInt8]
    let origin: [UInt8]
    let size: UInt64
    let root: Hash
    private let text: [UInt8]
    private let signerName: [UInt8]
    private let keyID: [UInt8]
    private let signature: [UInt8]

    /// Reads the first five lines of `bytes` from `start` on.
    ///
    /// - Returns: the checkpoint, or the number of the first line (from 1) that cannot be one's.
    static func read(_ bytes: [UInt8], from start: Int) -> Result<CheckpointNote, BadLine> {
        var lines: [ArraySlice<UInt8>] = []
        var place = start
        for number in 1...5 {
            guard let end = bytes[place...].firstIndex(of: 0x0A) else { return .failure(BadLine(number: number)) }
            lines.append(bytes[place..<end])
            place = end + 1
        }
        guard !lines[0].isEmpty, String(validating: lines[0], as: UTF8.self) != nil else {
            return .failure(BadLine(number: 1))
        }
        guard let size = decimal(lines[1]) else { return .failure(BadLine(number: 2)) }
        guard let root = Base64Text.decode(lines[2]), root.count == 32 else { return .failure(BadLine(number: 3)) }
        guard lines[3].isEmpty else { return .failure(BadLine(number: 4)) }
        let fields = lines[4].split(separator: 0x20, omittingEmptySubsequences: false)
        guard fields.count == 3, Array(fields[0]) == Array("\u{2014}".utf8),
            let signature = Base64Text.decode(fields[2]), signature.count == 68
        else { return .failure(BadLine(number: 5)) }
        return .success(
            CheckpointNote(
                bytes: Array(bytes[start..<place]), origin: Array(lines[0]), size: size, root: root,
                text: Array(bytes[start..<lines[3].startIndex]), signerName: Array(fields[1]),
                keyID: Array(signature[..<4]), signature: Array(signature[4...])))
    }

    struct BadLine: Error { let number: Int }

    /// Whether `key` signed it and carries its origin as name.
    func isSigned(by key: LogVerifyingKey) -> Bool {
        let name = Array(key.name.utf8)
        return origin == name && signerName == name && keyID == key.keyID && key.isValid(signature, over: text)
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

    /// The key id that the signature line names, in hexadecimal.
    var keyIDText: String { LogVerifyingKey.hexadecimal(keyID) }

    private static func decimal(_ digits: ArraySlice<UInt8>) -> UInt64? {
        guard let value = UInt64(String(decoding: digits, as: UTF8.self)), String(value).utf8.elementsEqual(digits)
        else { return nil }
        return value
    }
}
