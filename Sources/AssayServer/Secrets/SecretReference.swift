import AssayJSON
import AssayStore
package import AssayTerms
import NIOHTTP1

/// Where a secret stands, for configuration that must not hold one: `env:NAME`, `file:PATH` (read by its owner only), or
/// `vault:MOUNT/PATH#FIELD` in Vault's key-value engine, version 2.
package enum SecretReference: Hashable, Sendable {
    case environment(String)
    case file(String)
    case vault(mount: String, path: String, field: String)

    /// - Throws: `invalidArgument` for anything else, without repeating it: it may be the secret itself.
    package init(_ text: String) throws(AssayError) {
        if let name = Self.rest(of: text, after: "env:") {
            self = .environment(name)
        } else if let path = Self.rest(of: text, after: "file:") {
            self = .file(path)
        } else if let place = Self.rest(of: text, after: "vault:"), let hash = place.lastIndex(of: "#"),
            case let parts = place[..<hash].split(separator: "/", maxSplits: 1), parts.count == 2,
            case let field = place[place.index(after: hash)...], !field.isEmpty
        {
            self = .vault(mount: String(parts[0]), path: String(parts[1]), field: String(field))
        } else {
            throw AssayError(
                .invalidArgument,
                "A secret is named and not written here: env:NAME, file:PATH, or vault:MOUNT/PATH#FIELD. What stands here is none of these.")
        }
    }

    private static func rest(of text: String, after prefix: String) -> String? {
        text.hasPrefix(prefix) && text.utf8.count > prefix.utf8.count ? String(text.dropFirst(prefix.count)) : nil
    }

    /// - Throws: `invalidArgument` where nothing stands there, `unavailable` for a file that others may read and where Vault cannot
    ///   be asked or refuses.
    package func value(environment: (String) -> String?) throws(AssayError) -> String {
        switch self {
        case .environment(let name):
            guard let value = environment(name), !value.isEmpty else {
                throw AssayError(.invalidArgument, "\(name) is to hold a secret and is not set.")
            }
            return value
        case .file(let path): return try Self.line(ofFile: path)
        case .vault(let mount, let path, let field):
            let answer = try VaultClient(environment: environment).call(.GET, "\(mount)/data/\(path)", as: "read \(mount)/\(path)")
            guard let value = answer["data"]?["data"]?[field]?.string, !value.isEmpty else {
                throw AssayError(.invalidArgument, "Vault has no text '\(field)' at \(mount)/\(path).")
            }
            return value
        }
    }

    /// The first line of a file that only its owner may read.
    static func line(ofFile path: String) throws(AssayError) -> String {
        guard let bytes = try SecretFile.read(path, limit: 65_536) else {
            throw AssayError(.invalidArgument, "\(path) is to hold a secret and is not there.")
        }
        guard let line = String(validating: bytes, as: UTF8.self)?.split(whereSeparator: \.isNewline).first, !line.isEmpty else {
            throw AssayError(.invalidArgument, "\(path) is to hold a secret and is empty.")
        }
        return String(line)
    }
}
