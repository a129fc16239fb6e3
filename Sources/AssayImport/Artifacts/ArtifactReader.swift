import AssayStore
import AssayTerms

/// The artifacts of a store's runs and models, listed and read.
struct ArtifactReader: Sendable {
    let folders: ArtifactFolders

    /// - Parameter instead: the folder to look in where the URI leads to nothing.
    func artifacts(of owner: FileOwner, at uri: Text, instead: String? = nil) async throws -> SourceArtifacts {
        try await FileBytes.blocking {
            var found = folders.folder(at: uri, tail: Self.tail(of: owner))
            if case .absent = found, let instead, LocalFiles.kind(instead) == .folder { found = .folder(instead) }
            return Self.listed(found, as: Self.name(of: owner))
        }
    }

    func modelFolder(at uri: Text) async throws -> SourceArtifacts {
        try await FileBytes.blocking {
            let found = folders.folder(at: uri)
            if case .folder(let path) = found, LocalFiles.kind(path + "/MLmodel") != .file {
                return .refused(reason: Text("\(path) holds no MLmodel file"))
            }
            return Self.listed(found, as: uri)
        }
    }

    func content(of file: SourceFile) -> AsyncThrowingStream<[UInt8], any Error> {
        let bytes = FileBytes(path: file.location)
        return AsyncThrowingStream { try await bytes.next() }
    }

    private static func listed(_ found: ArtifactFolders.Found, as name: Text) -> SourceArtifacts {
        switch found {
        case .folder(let path):
            let listing = FolderListing(path, name: name)
            return .held(listing.files, problems: listing.problems)
        case .absent(let path): return .absent(folder: Text(path))
        case .elsewhere: return .elsewhere
        case .refused(let reason): return .refused(reason: Text(reason))
        }
    }

    private static func tail(of owner: FileOwner) -> [String] {
        owner.kind == .loggedModel ? ["models", owner.id.string, "artifacts"] : [owner.id.string, "artifacts"]
    }

    static func name(of owner: FileOwner) -> Text { Text((owner.kind == .loggedModel ? "logged model " : "run ") + owner.id.string) }
}
