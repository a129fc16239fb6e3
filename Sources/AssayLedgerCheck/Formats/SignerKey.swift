import Crypto

/// A public key of Ed25519 that somebody can hold the secret of.
enum SignerKey {
    /// The little-endian `y` of the points whose order divides 8 (the sign of `x` left out), in hexadecimal.
    private static let smallOrders: Set<String> = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ]
    /// 2²⁵⁵ - 19, most significant byte first.
    private static let prime: [UInt8] = [0x7F] + [UInt8](repeating: 0xFF, count: 30) + [0xED]

    /// - Returns: `nil` for another length than 32, for a `y` that is not reduced (RFC 8032 §5.1.3), and for a point of small
    ///   order, under which anybody can sign.
    static func read(_ bytes: some Collection<UInt8>) -> Curve25519.Signing.PublicKey? {
        var y = Array(bytes)
        guard y.count == 32, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: y) else { return nil }
        y[31] &= 0x7F
        guard y.reversed().lexicographicallyPrecedes(prime), !smallOrders.contains(LogVerifyingKey.hexadecimal(y)) else { return nil }
        return key
    }
}
