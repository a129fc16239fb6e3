extension IPAddress {
    /// Of whom an address is, for counting: itself, or the /64 of one of IPv6, which one customer has whole. Text that is no address
    /// is answered as it is.
    package static func network(of address: Text) -> Text {
        guard let parsed = IPAddress(address.string)?.unmapped, !parsed.isIPv4 else { return address }
        return Text(Hex.encode(Array(parsed.bytes.prefix(8))))
    }
}
