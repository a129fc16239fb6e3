/// An IPv4 or IPv6 address as its bytes.
package struct IPAddress: Hashable, Sendable {
    /// 4 or 16 of them, in network order.
    package let bytes: [UInt8]

    /// `nil` unless there are 4 or 16 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = Array(bytes)
    }

    /// Four decimal numbers, or RFC 4291's text of an IPv6 address: without brackets, zone, or the shorter and octal
    /// spellings that some resolvers still take (`127.1`, `0177.0.0.1`).
    package init?(_ text: some StringProtocol) {
        guard let bytes = text.utf8.contains(UInt8(ascii: ":")) ? Self.sixteen(text) : Self.four(text) else { return nil }
        self.bytes = bytes
    }

    package var isIPv4: Bool { bytes.count == 4 }

    /// The IPv4 address that an IPv4-mapped IPv6 address (`::ffff:1.2.3.4`) stands for; itself otherwise.
    package var unmapped: IPAddress {
        let prefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        guard bytes.starts(with: prefix), let address = IPAddress(bytes: bytes[12...]) else { return self }
        return address
    }

    /// Whether the first `length` bits are those of `other`, which is of the same kind.
    package func shares(_ length: Int, bitsWith other: [UInt8]) -> Bool {
        guard bytes.count == other.count, (0...bytes.count * 8).contains(length) else { return false }
        let (whole, rest) = length.quotientAndRemainder(dividingBy: 8)
        guard bytes[..<whole] == other[..<whole] else { return false }
        return rest == 0 || (bytes[whole] ^ other[whole]) >> (8 - rest) == 0
    }

    /// Dotted, or RFC 5952's one text of an IPv6 address.
    package var text: String {
        guard bytes.count == 16 else { return bytes.map { String($0) }.joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        let run = Self.longestZeros(groups)
        func hexadecimal(_ groups: some Sequence<UInt16>) -> String {
            groups.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard run.count > 1 else { return hexadecimal(groups) }
        return hexadecimal(groups[..<run.lowerBound]) + "::" + hexadecimal(groups[run.upperBound...])
    }

    /// The first of the longest runs of zero groups.
    private static func longestZeros(_ groups: [UInt16]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for index in 0...groups.count {
            if index < groups.count, groups[index] == 0 { continue }
            if index - start > longest.count { longest = start..<index }
            start = index + 1
        }
        return longest
    }

    private static func four(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (48...57).contains($0) }),
                part.count == 1 || part.first != UInt8(ascii: "0"), let byte = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func sixteen(_ text: some StringProtocol) -> [UInt8]? {
        let text = String(text)
        let halves: [Substring]
        if let gap = text.firstRange(of: "::") {
            halves = [text[..<gap.lowerBound], text[gap.upperBound...]]
        } else {
            halves = [text[...]]
        }
        var sides: [[UInt8]] = []
        for (index, half) in halves.enumerated() {
            guard let bytes = groups(half, mayEndInFour: index == halves.count - 1) else { return nil }
            sides.append(bytes)
        }
        guard sides.count == 2 else { return sides[0].count == 16 ? sides[0] : nil }
        // The gap stands for at least one group of zeros.
        let missing = 16 - sides[0].count - sides[1].count
        guard missing >= 2 else { return nil }
        return sides[0] + Array(repeating: 0, count: missing) + sides[1]
    }

    /// Groups of one to four hexadecimal digits between colons, of which the last may be an IPv4 address.
    private static func groups(_ text: Substring, mayEndInFour: Bool) -> [UInt8]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if mayEndInFour, index == parts.count - 1, let four = four(part) {
                bytes += four
                continue
            }
            guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(isHexadecimal), let group = UInt16(part, radix: 16)
            else { return nil }
            bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
        }
        return bytes.count <= 16 ? bytes : nil
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}

extension IPAddress: CustomStringConvertible {
    package var description: String { text }
}
