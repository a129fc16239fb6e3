import AssayJSON
import AssayStore
import AssayTerms
import Foundation
import NIOHTTP1

/// A key in Vault's transit engine, which never leaves it: `vault-transit:MOUNT/KEY`.
///
/// Vault's own rotation of the key is taken up by `assay keys rewrap`; the ciphertext names the version that made it.
struct VaultTransit: KeyProvider {
    static let kind = "vault-transit"
    private static let context = "assay master key"

    let name: String
    private let mount: String
    private let key: String
    private let client: VaultClient

    /// - Throws: `invalidArgument` for what names no key of a mount.
    init(_ place: String, environment: (String) -> String?) throws(AssayError) {
        let parts = place.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, let key = parts.last, !key.isEmpty, parts.allSatisfy({ Self.isName($0) }) else {
            throw AssayError(.invalidArgument, "'\(Self.kind):\(place.prefix(100))' names no key; write \(Self.kind):MOUNT/KEY, such as \(Self.kind):transit/assay.")
        }
        name = "\(Self.kind):\(place)"
        mount = parts.dropLast().joined(separator: "/")
        self.key = String(key)
        client = try VaultClient(environment: environment)
    }

    private static func isName(_ part: Substring) -> Bool {
        !part.isEmpty && part != ".." && part != "." && part.utf8.allSatisfy {
            (0x30...0x39).contains($0) || ($0 | 0x20) &- 0x61 < 26 || [0x2D, 0x2E, 0x5F].contains($0)
        }
    }

    func wrap(_ key: [UInt8]) throws(AssayError) -> String {
        let answer = try client.call(
            .POST, "\(mount)/encrypt/\(self.key)",
            ["plaintext": .string(Data(key).base64EncodedString()), "associated_data": .string(Self.bound)], as: "wrap the master key")
        guard let ciphertext = answer["data"]?["ciphertext"]?.string else {
            throw AssayError(.unavailable, "Vault answered without a ciphertext.")
        }
        return ciphertext
    }

    func unwrap(_ wrapped: String) throws(AssayError) -> [UInt8] {
        let answer = try client.call(
            .POST, "\(mount)/decrypt/\(key)", ["ciphertext": .string(wrapped), "associated_data": .string(Self.bound)],
            as: "unwrap the master key")
        guard let plain = answer["data"]?["plaintext"]?.string.flatMap({ Data(base64Encoded: $0) }) else {
            throw AssayError(.unavailable, "Vault answered without a plaintext.")
        }
        return Array(plain)
    }

    /// What the ciphertext is for: it opens for nothing else.
    private static var bound: String { Data(context.utf8).base64EncodedString() }
}
