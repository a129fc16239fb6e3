import AssayTerms

/// The binary form of what a seal covers, set in stone: docs/design/seals.md, golden vectors in the tests.
///
/// Numbers are big-endian; integers are 64 bits in two's complement, floating numbers the 64 bits of IEEE 754; a text is
/// the count of its UTF-8 bytes as 32 bits, and the bytes; an optional value is 0, or 1 and the value.
struct SealBytes: Sendable {
    private(set) var bytes: [UInt8] = []

    mutating func append(byte: UInt8) { bytes.append(byte) }
    mutating func append(flag: Bool) { bytes.append(flag ? 1 : 0) }
    mutating func append(raw: [UInt8]) { bytes += raw }

    mutating func append(count: Int) {
        // Texts and lists of a run are far below 4 GiB: requests are at most 32 MiB.
        append(bits: UInt64(count), width: 4)
    }

    mutating func append(_ value: Int64) { append(bits: UInt64(bitPattern: value), width: 8) }
    mutating func append(_ value: Double) { append(bits: value.bitPattern, width: 8) }

    mutating func append(_ text: Text) {
        append(count: text.utf8Count)
        bytes += text.utf8
    }

    mutating func append(_ value: Int64?) {
        append(flag: value != nil)
        if let value { append(value) }
    }

    mutating func append(_ text: Text?) {
        append(flag: text != nil)
        if let text { append(text) }
    }

    private mutating func append(bits: UInt64, width: Int) {
        for place in 1...width { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * (width - place)))) }
    }

    /// Takes everything away and keeps the memory.
    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}
