import AssayCanonical
import AssayJSON
package import AssayStore
package import AssayTerms

/// Downloads by a key instead of credentials, for clients that fetch one file in several ranges at a time. A key names one
/// content of one file, for a quarter of an hour; nothing is kept of it.
extension UseCases {
    package static let downloadKeyMilliseconds: Int64 = 15 * 60 * 1_000
    private static let domain: Text = "downloads"
    private static let context: Text = "download key 1"

    /// A key for what is at `path` now.
    ///
    /// - Throws: as ``artifact(_:)``.
    package func downloadKey(for path: Text) async throws -> (key: String, size: Int64) {
        let (address, file) = try await store.read { snapshot in
            guard let address = try ArtifactAddress.resolve(path, in: snapshot) else { throw Self.noArtifact(path) }
            try requireRegisteredFiles(of: address.owner, snapshot)
            return (address, try Self.file(address, in: snapshot))
        }
        let grant: JSONValue = [
            "kind": .string(address.owner.kind.rawValue), "owner": .string(address.owner.id.string), "path": .string(file.path.string),
            "digest": .string(file.digest.hex), "expires": .integer(effects.nowMilliseconds() + Self.downloadKeyMilliseconds),
        ]
        let sealed = try keyring.seal(grant.bytes(), domain: Self.domain, context: Self.context)
        return (Base64.encode(sealed, alphabet: .url), file.size)
    }

    /// The file a key is for.
    ///
    /// - Throws: `permissionDenied` for a key that is not ours or has expired; `notFound` when the file is gone or holds
    ///   something else now; `conflict` as ``artifact(_:)``.
    package func artifact(byKey key: String) async throws -> FileRecord {
        guard let sealed = Base64.decode(key, alphabet: .url), let plain = try? keyring.open(sealed, context: Self.context),
            case .object(let grant)? = try? JSONValue(parsing: plain), let kind = grant["kind"]?.string.flatMap(FileOwner.Kind.init),
            let owner = grant["owner"]?.string, let path = grant["path"]?.string, let digest = grant["digest"]?.string,
            let expires = grant["expires"]?.integer, effects.nowMilliseconds() < expires
        else {
            throw AssayError(.permissionDenied, "This download key is not known here, or has expired. Ask for a new one.")
        }
        let file = try await store.read { snapshot in
            let owner = FileOwner(kind, id: Text(owner))
            try requireRegisteredFiles(of: owner, snapshot)
            return try snapshot.file(owner, path: Text(path))
        }
        guard let file, file.digest.hex == digest else {
            throw AssayError(.notFound, "'\(path)' is gone or was written again since this download key was made. Ask for a new one.")
        }
        return file
    }
}
