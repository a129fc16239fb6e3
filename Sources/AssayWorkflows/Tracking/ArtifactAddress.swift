package import AssayStore
package import AssayTerms

/// Where an artifact lives: its owner, and its path there (`nil` for the owner's root).
///
/// Clients address artifacts below `mlflow-artifacts:/`: `<experiment>/<run>/artifacts/…`,
/// `<experiment>/models/<model>/artifacts/…`, `versions/<version>/…`. An address is good only where its owner exists and
/// has exactly that root; there is no other place to write to.
package struct ArtifactAddress: Hashable, Sendable {
    package static let scheme = "mlflow-artifacts"

    package let owner: FileOwner
    package let path: Text?

    package init(owner: FileOwner, path: Text?) {
        self.owner = owner
        self.path = path
    }

    /// `base` with more segments; a query stays behind them.
    static func uri(_ base: Text, _ segments: [String]) -> Text {
        var path = Substring(base.string)
        let query = path.firstIndex(of: "?").map { path[$0...] } ?? ""
        path.removeLast(query.count)
        while path.hasSuffix("/") { path.removeLast() }
        return Text(path + "/" + segments.joined(separator: "/") + query)
    }

    /// What stands at `path`, a checked path below the root of all artifacts; `nil` if it names no owner.
    static func resolve(_ path: Text, in snapshot: any StoreSnapshot) throws -> ArtifactAddress? {
        let segments = path.string.split(separator: "/").map(String.init)
        if segments.first == "versions" {
            guard segments.count >= 2 else { return nil }
            return address(FileOwner(.modelVersion, id: Text(segments[1])), segments.dropFirst(2))
        }
        for place in segments.indices.dropFirst() where segments[place] == "artifacts" {
            let id = Text(segments[place - 1])
            let root = segments[...place].joined(separator: "/")
            if place >= 2, segments[place - 2] == "models", let model = try snapshot.loggedModel(id), rootPath(model.artifactURI) == root {
                return address(FileOwner(.loggedModel, id: id), segments[(place + 1)...])
            }
            if let run = try snapshot.runInfo(id), rootPath(run.artifactURI) == root {
                return address(FileOwner(.run, id: id), segments[(place + 1)...])
            }
        }
        return nil
    }

    /// The path of a URI of ours below the root of all artifacts, without the authority it may name; `nil` for one of
    /// another scheme, whose artifacts clients keep elsewhere by themselves.
    package static func rootPath(_ uri: Text) -> String? {
        guard uri.string.hasPrefix(scheme + ":") else { return nil }
        var rest = uri.string.dropFirst(scheme.count + 1)
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            guard let slash = rest.firstIndex(of: "/") else { return "" }
            rest = rest[slash...]
        }
        return rest.split(separator: "/").joined(separator: "/")
    }

    private static func address(_ owner: FileOwner, _ rest: ArraySlice<String>) -> ArtifactAddress {
        ArtifactAddress(owner: owner, path: rest.isEmpty ? nil : Text(rest.joined(separator: "/")))
    }
}
