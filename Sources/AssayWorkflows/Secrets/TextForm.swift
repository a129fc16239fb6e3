/// How the bytes of a file are text, told by its beginning, and its ASCII characters one byte each: what a secret is made of.
///
/// UTF-16 is known by its mark (`FF FE`, `FE FF`), or, without one, by zeros in one half of nearly all of the first units. Any
/// other zero makes a file no text.
struct TextForm: Sendable {
    enum Kind: Sendable {
        /// UTF-8, or another one that ASCII is a part of.
        case bytes
        case utf16(isLittleEndian: Bool)
        case binary
    }

    /// Enough to tell, if the file has as many.
    static let least = 4

    let kind: Kind
    /// The first byte of a unit whose second one has not come.
    private var half: UInt8?

    /// - Parameter beginning: of the file.
    init(beginning: some BidirectionalCollection<UInt8>) {
        let bytes = Array(beginning)
        if bytes.starts(with: [0xFF, 0xFE]) {
            kind = .utf16(isLittleEndian: true)
        } else if bytes.starts(with: [0xFE, 0xFF]) {
            kind = .utf16(isLittleEndian: false)
        } else if !bytes.contains(0) {
            kind = .bytes
        } else {
            let units = bytes.count / 2
            var zeros = (first: 0, second: 0, both: 0)
            for unit in 0..<units {
                switch (bytes[2 * unit], bytes[2 * unit + 1]) {
                case (0, 0): zeros.both += 1
                case (0, _): zeros.first += 1
                case (_, 0): zeros.second += 1
                default: break
                }
            }
            let most = max(zeros.first, zeros.second)
            let isPlain = zeros.both == 0 && min(zeros.first, zeros.second) == 0 && most >= 2 && most * 4 >= units * 3
            kind = isPlain ? .utf16(isLittleEndian: zeros.second > 0) : .binary
        }
    }

    /// A piece with one byte for each of its characters up to `~`, and 255 for each unit of any other; empty for no text.
    mutating func plain(_ piece: [UInt8]) -> [UInt8] {
        switch kind {
        case .bytes: return piece
        case .binary: return []
        case .utf16(let isLittleEndian):
            var characters: [UInt8] = []
            characters.reserveCapacity(piece.count / 2 + 1)
            for byte in piece {
                guard let first = half else {
                    half = byte
                    continue
                }
                half = nil
                let (high, low) = isLittleEndian ? (byte, first) : (first, byte)
                characters.append(high == 0 && low < 0x7F ? low : 0xFF)
            }
            return characters
        }
    }
}
