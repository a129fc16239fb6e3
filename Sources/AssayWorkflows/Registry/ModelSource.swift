import AssayTerms

/// What a client names as the source of a new version, taken apart.
enum ModelSource: Hashable {
    /// `models:/m-…`
    case loggedModel(Text)
    /// `models:/name/3`, `models:/name/Production`, `models:/name/latest`, `models:/name@alias`
    case version(name: Text, Reference)
    /// `runs:/id/path`, the path empty for all of the run's files.
    case run(id: Text, path: Text)
    /// `mlflow-artifacts:/…`: the folders below the root.
    case artifacts(authority: String, [String])
    /// `http(s)://…/api/2.0/mlflow-artifacts/artifacts/…`
    case artifactsOverHTTP
    /// A path of this machine.
    case local
    /// Any other place.
    case elsewhere

    enum Reference: Hashable {
        case number(Int64)
        case stage(Text)
        case alias(Text)
        case latest
    }

    private static let artifactsRoute = ["api", "2.0", "mlflow-artifacts", "artifacts"]

    /// - Throws: `invalidArgument`, in MLflow's words, for relative parts, and for `models:` and `runs:` that name nothing.
    init(_ source: Text) throws(AssayError) {
        let uri = URIParts(source.string)
        guard let scheme = uri.scheme, scheme != "file" else {
            self = .local
            return
        }
        try Self.refuseRelativeParts(source)
        switch scheme {
        case "models":
            guard uri.authority.isEmpty else {
                throw AssayError(
                    .invalidArgument,
                    "Invalid model version source: '\(source)'. Registered model sources must use the active model registry.")
            }
            self = try Self.model(uri, source)
        case "runs":
            let parts = uri.path.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: true)
            guard uri.authority.isEmpty, let id = parts.first else { throw Self.notIn(source, "run_id") }
            self = .run(id: Text(String(id)), path: Text(parts.dropFirst().first.map(Self.trimmed) ?? ""))
        case "mlflow-artifacts": self = .artifacts(authority: uri.authority, uri.segments)
        case "http", "https":
            let segments = uri.segments
            let isOurs = segments.indices.contains { segments[$0...].starts(with: Self.artifactsRoute) }
            self = isOurs ? .artifactsOverHTTP : .elsewhere
        default: self = .elsewhere
        }
    }

    private static func model(_ uri: URIParts, _ source: Text) throws(AssayError) -> ModelSource {
        let parts = uri.path.drop { $0 == "/" }.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard uri.path.hasPrefix("/"), (1...2).contains(parts.count), parts.allSatisfy({ !$0.allSatisfy(\.isWhitespace) })
        else { throw notIn(source, "model_id") }
        if parts.count == 2 {
            let (name, suffix) = (Text(parts[0]), parts[1])
            if suffix.utf8.allSatisfy({ (48...57).contains($0) }) {
                // No version has the greatest number; it stands for those that do not fit.
                return .version(name: name, .number(Int64(suffix) ?? .max))
            }
            return .version(name: name, suffix.lowercased() == "latest" ? .latest : .stage(Text(suffix)))
        }
        if let at = parts[0].lastIndex(of: "@") {
            let alias = String(parts[0][parts[0].index(after: at)...])
            guard !alias.isEmpty else { throw notIn(source, "model_id") }
            return .version(name: Text(String(parts[0][..<at])), .alias(Text(alias)))
        }
        return .loggedModel(Text(parts[0]))
    }

    private static func trimmed(_ path: Substring) -> String {
        path.split(separator: "/", omittingEmptySubsequences: true).joined(separator: "/")
    }

    /// Sources that would climb out of where they seem to be, however often they are percent-encoded.
    private static func refuseRelativeParts(_ source: Text) throws(AssayError) {
        guard let decoded = URIParts.decodedFully(source.string) else { throw relative(source) }
        let path = URIParts(decoded).path
        let segments = path.split(separator: "/", omittingEmptySubsequences: true)
        let isAbsolute = path.hasPrefix("/") && !segments.isEmpty || URIParts(decoded).scheme == "models"
        guard isAbsolute, !decoded.utf8.contains(0), !decoded.split(separator: "/").contains(".."), !segments.contains(".") else {
            throw relative(source)
        }
    }

    private static func relative(_ source: Text) -> AssayError {
        AssayError(
            .invalidArgument,
            """
            Invalid model version source: '\(source)'. If supplying a source as an http, https, local file path, ftp, \
            objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references \
            present. Please provide an absolute path.
            """)
    }

    static func notIn(_ source: Text, _ parameter: String) -> AssayError {
        AssayError(
            .invalidArgument,
            "Invalid model version source: '\(source)'. The \(parameter) request parameter must identify the resource that contains the source.")
    }
}
