/// A block of addresses and, if it names one, a port: what an administrator writes into an allow-list.
package struct AddressRange: Hashable, Sendable {
    private let address: IPAddress
    private let length: Int
    private let port: Int?

    /// `ADDRESS`, `ADDRESS/LENGTH`, either with `:PORT`; an IPv6 block with a port stands in brackets
    /// (`[fd00::1]:8443`, `[fd00::/8]:8443`). `nil` for anything else, also for a block with bits set after its length,
    /// which is most likely a slip.
    package init?(_ text: String) {
        var block = text[...]
        var port: Substring?
        if block.hasPrefix("[") {
            guard let end = block.firstIndex(of: "]") else { return nil }
            let rest = block[block.index(after: end)...]
            if rest.hasPrefix(":") { port = rest.dropFirst() } else if !rest.isEmpty { return nil }
            block = block[..<end].dropFirst()
            guard block.contains(":") else { return nil }
        } else if let colon = block.firstIndex(of: ":"), block[block.index(after: colon)...].firstIndex(of: ":") == nil {
            port = block[block.index(after: colon)...]
            block = block[..<colon]
        }
        if let port {
            guard let number = Self.number(port), (1...65_535).contains(number) else { return nil }
            self.port = number
        } else {
            self.port = nil
        }
        let parts = block.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress($0) }) else { return nil }
        let bits = address.bytes.count * 8
        if parts.count == 2 {
            guard let length = Self.number(parts[1]), length <= bits else { return nil }
            self.length = length
        } else {
            length = bits
        }
        self.address = address
        guard Self.isZero(address.bytes, after: length) else { return nil }
    }

    /// An IPv4-mapped address is the IPv4 address that it stands for.
    package func contains(_ candidate: IPAddress, port: Int) -> Bool {
        guard self.port == nil || self.port == port else { return false }
        return candidate.shares(length, bitsWith: address.bytes) || candidate.unmapped.shares(length, bitsWith: address.bytes)
    }

    private static func number(_ text: Substring) -> Int? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    private static func isZero(_ bytes: [UInt8], after length: Int) -> Bool {
        bytes.enumerated().allSatisfy { index, byte in
            let kept = min(max(length - index * 8, 0), 8)
            return kept == 8 || byte << kept == 0
        }
    }
}
