import AssayStore
import AssayTerms

/// Where the files of a version of a source are.
enum VersionOrigin: Hashable {
    /// In what was brought over: everything of `owner` below `folder`; `run` is the run the version names.
    case held(owner: FileOwner, folder: Text?, run: Text?)
    /// In a folder of this machine that belongs to no run and no logged model.
    case folder(Text)
    /// Nowhere that files could come from; why, for people.
    case none(Text)

    /// - Parameter artifactURI: of a run or a logged model at the source; `nil` if that is not there.
    init(
        of version: SourceVersion, bringsArtifacts: (Text) -> Bool, artifactURI: (FileOwner) throws -> Text?
    ) throws {
        if version.isDeleted {
            self = .none("it was deleted before it was imported")
            return
        }
        if let status = version.unreadyStatus {
            self = .none(Text("its registration never came to an end (\(status))"))
            return
        }
        if version.tags.contains(where: { $0.key == "mlflow.prompt.is_prompt" }) {
            self = .none("it is a prompt, whose text is in its tags")
            return
        }
        // A version made from another one, or from a logged model, notes where that had its files.
        let location = version.storageLocation.flatMap { $0.isEmpty ? nil : $0 } ?? version.source
        let run = version.runID.isEmpty ? nil : version.runID
        if let model = version.loggedModelID, let uri = try artifactURI(FileOwner(.loggedModel, id: model)) {
            let inner = version.source == Text("models:/\(model)") ? .some(nil) : Self.inner(location, below: uri)
            if case .some(let folder) = inner {
                self = .held(owner: FileOwner(.loggedModel, id: model), folder: folder, run: run)
                return
            }
        }
        guard let path = ArtifactPath(location) else {
            self = .none(Text("its source \(location) has relative parts"))
            return
        }
        if path.scheme == "runs", let id = path.segments.first {
            let folder = path.segments.dropFirst()
            let owner = FileOwner(.run, id: Text(id))
            self = .held(owner: owner, folder: folder.isEmpty ? nil : Text(folder.joined(separator: "/")), run: run ?? owner.id)
            return
        }
        for owner in Self.owners(run, path) {
            guard let uri = try artifactURI(owner), case .some(let folder) = Self.inner(location, below: uri) else { continue }
            self = .held(owner: owner, folder: folder, run: run ?? (owner.kind == .run ? owner.id : nil))
            return
        }
        if path.scheme == "models" {
            self = .none(Text("its source \(location) names another version, and where that had its files was not noted"))
        } else if path.scheme == "", bringsArtifacts(location) {
            self = .folder(location)
        } else {
            self = .none(Text("its files are not in this store but at \(location)"))
        }
    }

    /// Whose folder a location may lie in: the run the version names, and what the path itself names before `artifacts`.
    private static func owners(_ run: Text?, _ path: ArtifactPath) -> [FileOwner] {
        var owners = run.map { [FileOwner(.run, id: $0)] } ?? []
        for place in path.segments.indices.dropFirst() where path.segments[place] == "artifacts" {
            let id = Text(path.segments[place - 1])
            let isModel = place >= 2 && path.segments[place - 2] == "models"
            owners.append(FileOwner(isModel ? .loggedModel : .run, id: id))
        }
        return owners
    }

    /// The folders of `location` below `root`: `.none` if it lies elsewhere, `.some(nil)` for the root itself.
    private static func inner(_ location: Text, below root: Text) -> Text?? {
        guard let path = ArtifactPath(location), let root = ArtifactPath(root), path.scheme == root.scheme,
            path.segments.starts(with: root.segments), !root.segments.isEmpty
        else { return .none }
        let rest = path.segments.dropFirst(root.segments.count)
        return .some(rest.isEmpty ? nil : Text(rest.joined(separator: "/")))
    }
}

/// A location taken apart so that two can be compared: `file:` URIs are paths, and hosts do not count.
private struct ArtifactPath {
    /// Empty for a path of this machine.
    let scheme: String
    let segments: [String]

    /// `nil` if one of its parts climbs.
    init?(_ location: Text) {
        let uri = URIParts(location.string)
        let path: Substring
        switch uri.scheme {
        case nil:
            scheme = ""
            path = Substring(location.string)
        case "file":
            scheme = ""
            path = Substring(URIParts.decodedFully(uri.path) ?? uri.path)
        case let name?:
            scheme = name
            path = Substring(uri.path)
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init).filter { $0 != "." }
        guard !parts.contains("..") else { return nil }
        segments = parts
    }
}
