import AssayCanonical
import AssayTerms

/// Identifiers that follow from a name, so that the same report has the same ones.
enum NamedUUID {
    /// The first 128 bits of the SHA-256 of `name`, in the layout of version 5 (RFC 9562, section 5.5, which hashes with SHA-1):
    /// OSCAL admits versions 4 and 5 and no others.
    static func of(_ name: String) -> String {
        var bytes = Array(SHA256Hasher.digest(of: Array("urn:assay:oscal:\(name)".utf8)).bytes.prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = bytes.map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }.joined(separator: "-")
    }
}
