package import AssayStore
package import AssayTerms
import Foundation
import GRDB

/// An MLflow database in SQLite, read from a copy that was made at one moment.
package struct MLflowDatabase: ImportSource {
    package let title: Text
    let path: String
    let copy: DatabaseQueue
    let schema: MLflowSchema
    let artifactReader: ArtifactReader

    /// - Throws: `unreadable` and `unsupported` for what is no MLflow database that can be read.
    init(path: String, _ settings: MLflowStore.Settings) throws {
        let path = LocalFiles.resolved(path) ?? path
        self.path = path
        let copy = try DatabaseCopy.make(of: path, inFolder: settings.scratchPath)
        self.copy = copy
        schema = try Self.reading(path) { try copy.read { try MLflowSchema($0, path: path) } }
        let version = MLflowSchema.tried[schema.revision].map { ", as MLflow \($0) writes it" } ?? ""
        title = Text("MLflow database \(path) (schema \(schema.revision)\(version))")
        let base = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let proxied = base + "/mlartifacts"
        artifactReader = ArtifactReader(
            folders: ArtifactFolders(
                given: settings.artifactsPath, base: base, proxied: LocalFiles.kind(proxied) == .folder ? proxied : nil))
        try prepare()
    }

    /// Histories are read run by run and in order: in the copy an index makes that one walk. Old schemas also lack an index
    /// by run on other tables.
    private func prepare() throws {
        try Self.reading(path) {
            try copy.writeWithoutTransaction { database in
                try database.execute(
                    sql: """
                        CREATE INDEX assay_metrics ON metrics (run_uuid, key, timestamp, step, value, is_nan);
                        CREATE INDEX assay_latest_metrics ON latest_metrics (run_uuid);
                        CREATE INDEX assay_params ON params (run_uuid);
                        CREATE INDEX assay_tags ON tags (run_uuid);
                        """)
                if schema.has("inputs") {
                    try database.execute(
                        sql: """
                            CREATE INDEX assay_inputs_to ON inputs (destination_id, destination_type);
                            CREATE INDEX assay_inputs_from ON inputs (source_id, source_type);
                            """)
                }
                if schema.has("datasets") { try database.execute(sql: "CREATE INDEX assay_datasets ON datasets (dataset_uuid)") }
            }
        }
    }

    /// Runs `query` on the copy; what SQLite cannot read is an error about the source.
    ///
    /// Without a transaction around it: nobody else knows the copy, and beginning one for each run costs more than the read.
    func read<Value>(_ query: (Database) throws -> Value) throws -> Value {
        try Self.reading(path) { try copy.unsafeRead(query) }
    }

    private static func reading<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw DatabaseCopy.readable(error, path)
        }
    }

    // MARK: - Artifacts

    package func artifactURI(of owner: FileOwner) throws -> Text? {
        let sql: String
        switch owner.kind {
        case .run: sql = "SELECT artifact_uri FROM runs WHERE run_uuid = ?"
        case .loggedModel where schema.has("logged_models"): sql = "SELECT artifact_location FROM logged_models WHERE model_id = ?"
        default: return nil
        }
        return try read { database in
            try String.fetchOne(database.cachedStatement(sql: sql), arguments: [owner.id.string]).map { Text($0) }
        }
    }

    package func bringsArtifacts(at uri: Text) -> Bool { ArtifactURI(uri.string) != .elsewhere }

    package func ids(of kind: FileOwner.Kind, after id: Text?, limit: Int) throws -> [Text] {
        let sql: String
        switch kind {
        case .run: sql = "SELECT run_uuid FROM runs WHERE run_uuid > ? ORDER BY run_uuid LIMIT ?"
        case .loggedModel where schema.has("logged_models"):
            sql = "SELECT model_id FROM logged_models WHERE model_id > ? ORDER BY model_id LIMIT ?"
        default: return []
        }
        return try read { database in
            try String.fetchAll(database.cachedStatement(sql: sql), arguments: [id?.string ?? "", limit]).map { Text($0) }
        }
    }

    package func artifacts(of owner: FileOwner) async throws -> SourceArtifacts {
        let uri = try await FileBytes.blocking { try artifactURI(of: owner) }
        guard let uri else { return .refused(reason: "it has no artifact location") }
        return try await artifactReader.artifacts(of: owner, at: uri)
    }

    package func modelFolder(at location: Text) async throws -> SourceArtifacts {
        try await artifactReader.modelFolder(at: location)
    }

    package func content(of file: SourceFile) -> AsyncThrowingStream<[UInt8], any Error> {
        artifactReader.content(of: file)
    }
}
