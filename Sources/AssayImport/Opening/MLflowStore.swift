package import AssayStore
package import AssayTerms

/// The stores that MLflow writes, opened by the URI that MLflow gives them.
package enum MLflowStore {
    /// What an import may be told about a store.
    package struct Settings: Sendable {
        /// Where the artifacts are that the store names by `mlflow-artifacts:` URIs, or by paths that are not there any more.
        package var artifactsPath: String?
        /// A folder of our own for what reading needs on disk: a database is read from a copy there.
        package var scratchPath: String

        package init(artifactsPath: String?, scratchPath: String) {
            self.artifactsPath = artifactsPath
            self.scratchPath = scratchPath
        }
    }

    /// Opens `sqlite:///mlflow.db`, `./mlruns`, `file:///…/mlruns`, or the path of either.
    ///
    /// - Throws: `unsupported` for a database server, a tracking server and an unknown schema; `notFound` where nothing is;
    ///   `unreadable` for what MLflow did not write.
    package static func open(_ uri: String, _ settings: Settings) throws -> any ImportSource {
        let place = try place(of: uri)
        if let artifactsPath = settings.artifactsPath, LocalFiles.kind(artifactsPath) != .folder {
            throw AssayError(.notFound, "--artifacts \(artifactsPath) is not a folder.")
        }
        switch place {
        case .database(let path): return try MLflowDatabase(path: path, settings)
        case .folder(let path): return try MLflowFolder(path: path, settings)
        }
    }

    /// Whether `uri` names something that could be opened, without opening it.
    ///
    /// - Throws: as ``open(_:_:)``, as far as that can be told from outside.
    package static func check(_ uri: String) throws(AssayError) { _ = try place(of: uri) }

    enum Place: Equatable {
        case database(String)
        case folder(String)
    }

    /// Which kind of store a URI names. SQLAlchemy writes `sqlite:///relative` and `sqlite:////absolute`.
    static func place(of uri: String) throws(AssayError) -> Place {
        if let path = dropping("sqlite:", of: uri) {
            guard path.hasPrefix("///"), path.utf8.count > 3 else {
                throw AssayError(
                    .invalidArgument, "\(uri) names no database file: write sqlite:///mlflow.db, or sqlite:////an/absolute/path.db.")
            }
            let name = String(path.dropFirst(3).prefix { $0 != "?" })
            switch LocalFiles.kind(name) {
            case .file: return .database(name)
            case .folder: throw AssayError(.unreadable, "\(name) is a folder, not an MLflow database. For a file store, name the folder alone.")
            default: throw AssayError(.notFound, "There is no database at \(name).")
            }
        }
        if let scheme = uri.firstRange(of: "://").map({ uri[..<$0.lowerBound] }), scheme != "file" {
            try refuse(String(scheme), uri)
        }
        let name = try path(ofFileURI: uri)
        switch LocalFiles.kind(name) {
        case .file: return .database(name)
        case .folder: return .folder(name)
        default:
            throw AssayError(.notFound, "There is no MLflow store at \(name). Name a database (sqlite:///mlflow.db) or a folder (./mlruns).")
        }
    }

    private static func refuse(_ scheme: String, _ uri: String) throws(AssayError) -> Never {
        switch scheme.prefix(while: { $0 != "+" }) {
        case "postgresql", "postgres", "mysql", "mssql":
            throw AssayError(
                .unsupported,
                """
                \(scheme) databases are not read directly. Copy the database into a SQLite file first (scripts/mlflow-to-sqlite, \
                docs/design/import.md), and import that: assay import mlflow sqlite:///copy.db
                """)
        case "http", "https":
            throw AssayError(
                .unsupported,
                "\(uri.prefix(200)) is a server. Import what it keeps its records in: stop it, and name its --backend-store-uri, with --artifacts for its --artifacts-destination.")
        default:
            throw AssayError(.unsupported, "'\(scheme)' stores are not read. Name a SQLite database (sqlite:///mlflow.db) or a folder (./mlruns).")
        }
    }

    /// The path of `file:///a%20b` or `file:a`; anything else is a path already.
    static func path(ofFileURI uri: String) throws(AssayError) -> String {
        guard var rest = dropping("file:", of: uri) else { return uri }
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            guard rest.hasPrefix("/") else {
                throw AssayError(.unsupported, "\(uri.prefix(200)) names another machine; only files of this one are read.")
            }
        }
        guard let path = PercentEncoding.decode(rest) else {
            throw AssayError(.invalidArgument, "\(uri.prefix(200)) does not decode to a path.")
        }
        return path
    }

    private static func dropping(_ prefix: String, of text: String) -> Substring? {
        text.utf8.starts(with: prefix.utf8) ? text.dropFirst(prefix.count) : nil
    }
}
