import Crypto
import Foundation

/// A line `index salt payload` of an export, or `index erased`.
struct PayloadLine {
    let index: UInt64
    /// `nil` where the line says that salt and payload were destroyed.
    let said: (salt: [UInt8], payload: ArraySlice<UInt8>)?

    /// `nil` for a line of another form.
    init?(_ line: ArraySlice<UInt8>) {
        let fields = line.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
        guard let digits = fields.first.map({ String(decoding: $0, as: UTF8.self) }), let index = UInt64(digits), String(index) == digits
        else { return nil }
        self.index = index
        if fields.count == 2, fields[1].elementsEqual("erased".utf8) {
            said = nil
        } else {
            guard fields.count == 3, let salt = HexText.decode(fields[1]) else { return nil }
            said = (salt, fields[2])
        }
    }

    /// Whether salt and payload are those that `leaf` was made with.
    func isBehind(_ leaf: LeafText) -> Bool {
        guard let said else { return false }
        var hasher = SHA256()
        hasher.update(data: said.salt)
        hasher.update(data: said.payload)
        return leaf.word("payload") == LogVerifyingKey.hexadecimal(Array(hasher.finalize()))
    }

    /// The payload as a JSON object.
    var object: [String: Any]? {
        said.flatMap { try? JSONSerialization.jsonObject(with: Data($0.payload)) as? [String: Any] }
    }
}
