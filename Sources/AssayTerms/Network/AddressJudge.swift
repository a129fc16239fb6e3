/// Says whether an address is one of the public internet, from the registries of special-purpose addresses
/// (IANA, RFC 6890 and its successors). Requests that outsiders can aim go to public addresses only.
package enum AddressJudge {
    private typealias Block = (bytes: [UInt8], length: Int, name: String)

    private static let four: [Block] = [
        ([0, 0, 0, 0], 8, "unspecified"),
        ([10, 0, 0, 0], 8, "private"),
        // Shared by carriers, and by some clouds for their metadata service.
        ([100, 64, 0, 0], 10, "shared"),
        ([127, 0, 0, 0], 8, "loopback"),
        // Here stands the metadata service of most clouds.
        ([169, 254, 0, 0], 16, "link-local"),
        ([172, 16, 0, 0], 12, "private"),
        ([192, 0, 0, 0], 24, "reserved for protocols"),
        ([192, 0, 2, 0], 24, "for documentation"),
        ([192, 88, 99, 0], 24, "a relay"),
        ([192, 168, 0, 0], 16, "private"),
        ([198, 18, 0, 0], 15, "for benchmarks"),
        ([198, 51, 100, 0], 24, "for documentation"),
        ([203, 0, 113, 0], 24, "for documentation"),
        ([224, 0, 0, 0], 4, "multicast"),
        ([240, 0, 0, 0], 4, "reserved"),
    ]

    /// Within 2000::/3, outside of which nothing is public.
    private static let sixteen: [Block] = [
        (padded([0x20, 0x01, 0x0D, 0xB8]), 32, "for documentation"),
        (padded([0x20, 0x01]), 23, "reserved for protocols"),
        (padded([0x20, 0x02]), 16, "a relay"),
        (padded([0x3F, 0xFF]), 20, "for documentation"),
    ]

    private static let named: [Block] = [
        (padded([]), 128, "unspecified"),
        (Array(repeating: 0, count: 15) + [1], 128, "loopback"),
        (padded([0xFC]), 7, "private"),
        (padded([0xFE, 0x80]), 10, "link-local"),
        (padded([0xFE, 0xC0]), 10, "private"),
        (padded([0xFF]), 8, "multicast"),
    ]

    /// Translators of IPv6-only networks put an IPv4 address into the last four bytes of these (RFC 6052).
    private static let translated = padded([0x00, 0x64, 0xFF, 0x9B])

    /// What an address is instead of public, such as `loopback`; `nil` for a public one.
    ///
    /// An IPv6 address that carries an IPv4 address is judged by that.
    package static func objection(to address: IPAddress) -> String? {
        let address = address.unmapped
        if address.isIPv4 { return four.first { address.shares($0.length, bitsWith: $0.bytes) }?.name }
        if address.shares(96, bitsWith: translated), let inner = IPAddress(bytes: address.bytes[12...]) {
            return objection(to: inner)
        }
        if let block = (named + sixteen).first(where: { address.shares($0.length, bitsWith: $0.bytes) }) { return block.name }
        return address.shares(3, bitsWith: padded([0x20])) ? nil : "reserved"
    }

    private static func padded(_ bytes: [UInt8]) -> [UInt8] { bytes + Array(repeating: 0, count: 16 - bytes.count) }
}
