import CryptoExtras
import Foundation

/// What is kept of a password: scrypt (RFC 7914) with the cost it was made with, in the PHC string form
/// `$scrypt$ln=15,r=8,p=3$<salt>$<key>` (unpadded base 64 of 16 and 32 bytes).
package struct PasswordHash: Hashable, Sendable {
    /// How dear one guess is: 128 · 2^`logarithm` · `block` bytes of memory, `lanes` times over.
    package struct Cost: Hashable, Sendable {
        package let logarithm: Int
        package let block: Int
        package let lanes: Int

        /// - Precondition: ``isSound``.
        package init(logarithm: Int, block: Int, lanes: Int) {
            self.logarithm = logarithm
            self.block = block
            self.lanes = lanes
        }

        /// N = 2^15, r = 8, p = 3: 32 MiB, about a tenth of a second of one core. One of the equal choices of OWASP's
        /// Password Storage Cheat Sheet, and the one that takes least memory from a server that many log in to at once.
        package static let standard = Cost(logarithm: 15, block: 8, lanes: 3)

        /// Bounds on what a stored text can ask for, so that a changed row cannot take the machine's memory.
        var isSound: Bool {
            (1...17).contains(logarithm) && (1...8).contains(block) && (1...16).contains(lanes)
        }
    }

    package static let saltBytes = 16
    static let keyBytes = 32

    package let cost: Cost
    package let salt: [UInt8]
    package let key: [UInt8]

    /// Derives the key. Takes memory and time by design: never on a thread that others wait for.
    ///
    /// - Precondition: `salt` has ``saltBytes`` bytes.
    package init(of password: [UInt8], salt: [UInt8], cost: Cost = .standard) throws {
        self.cost = cost
        self.salt = salt
        key = try Self.derive(password, salt: salt, cost: cost)
    }

    /// Reads what ``text`` writes; `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
            let cost = Self.cost(parts[2]), cost.isSound,
            let salt = Self.bytes(parts[3]), salt.count == Self.saltBytes,
            let key = Self.bytes(parts[4]), key.count == Self.keyBytes
        else { return nil }
        self.cost = cost
        self.salt = salt
        self.key = key
    }

    package var text: String {
        "$scrypt$ln=\(cost.logarithm),r=\(cost.block),p=\(cost.lanes)$\(Self.text(salt))$\(Self.text(key))"
    }

    /// Whether `password` is the one, in a time that does not depend on how near it comes.
    package func matches(_ password: [UInt8]) throws -> Bool {
        ConstantTime.equal(try Self.derive(password, salt: salt, cost: cost), key)
    }

    private static func derive(_ password: [UInt8], salt: [UInt8], cost: Cost) throws -> [UInt8] {
        let key = try KDF.Scrypt.deriveKey(
            from: password, salt: salt, outputByteCount: keyBytes, rounds: 1 << cost.logarithm, blockSize: cost.block,
            parallelism: cost.lanes)
        return key.withUnsafeBytes { Array($0) }
    }

    private static func cost(_ text: Substring) -> Cost? {
        let numbers = text.split(separator: ",").map { $0.split(separator: "=", omittingEmptySubsequences: false) }
        guard numbers.count == 3, numbers.allSatisfy({ $0.count == 2 }), numbers.map({ $0[0] }) == ["ln", "r", "p"],
            let logarithm = Int(numbers[0][1]), let block = Int(numbers[1][1]), let lanes = Int(numbers[2][1])
        else { return nil }
        return Cost(logarithm: logarithm, block: block, lanes: lanes)
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(Base64.encode(bytes).prefix { $0 != "=" })
    }

    private static func bytes(_ text: Substring) -> [UInt8]? {
        Base64.decode(text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4))
    }
}
