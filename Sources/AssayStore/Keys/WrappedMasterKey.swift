import AssayJSON
import AssayTerms

/// `<keys>/master.wrapped`: who can unwrap the master key, and what to give them.
struct WrappedMasterKey {
    static let version = "wrapped-master-key/v1"

    let provider: String
    let ciphertext: String

    init(provider: String, ciphertext: String) {
        self.provider = provider
        self.ciphertext = ciphertext
    }

    /// - Throws: `unavailable` for what is no such file, naming it.
    init(json bytes: [UInt8], path: String) throws(AssayError) {
        guard let value = try? JSONValue(parsing: bytes, limits: JSONLimits(bytes: 65_536, depth: 4)),
            value["assay"]?.string == Self.version, let provider = value["provider"]?.string,
            let ciphertext = value["ciphertext"]?.string
        else {
            throw AssayError(.unavailable, "\(path) is not a wrapped master key. Restore it from where it is kept.")
        }
        self.provider = provider
        self.ciphertext = ciphertext
    }

    var json: [UInt8] {
        let value: JSONValue = [
            "assay": .string(Self.version), "provider": .string(provider), "ciphertext": .string(ciphertext),
        ]
        return value.bytes(pretty: true) + [UInt8(ascii: "\n")]
    }
}
