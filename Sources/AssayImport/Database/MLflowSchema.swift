import AssayTerms
import GRDB

/// The tables and columns of an MLflow database, as they are in this one.
///
/// MLflow numbers its schemas by Alembic revisions that have no order of their own. What counts here is whether the columns
/// are there that a record cannot do without; others are read where there are any.
struct MLflowSchema: Sendable {
    /// Alembic's name of the schema.
    let revision: Text
    private let columns: [Text: Set<Text>]

    /// The schemas that MLflow 2.22 and 3.17 write, on which an import is tried.
    static let tried: [Text: Text] = ["0584bdc529eb": "2.22", "dc11669786a5": "3.17"]

    private static let needed: [(table: Text, columns: [Text])] = [
        ("experiments", ["experiment_id", "name", "artifact_location", "lifecycle_stage"]),
        (
            "runs",
            ["run_uuid", "name", "user_id", "status", "start_time", "end_time", "lifecycle_stage", "artifact_uri", "experiment_id"]
        ),
        ("experiment_tags", ["key", "value", "experiment_id"]), ("tags", ["key", "value", "run_uuid"]),
        ("params", ["key", "value", "run_uuid"]),
        ("metrics", ["key", "value", "timestamp", "run_uuid", "step", "is_nan"]),
        ("latest_metrics", ["key", "value", "timestamp", "step", "is_nan", "run_uuid"]),
        ("registered_models", ["name", "creation_time", "last_updated_time", "description"]),
        (
            "model_versions",
            ["name", "version", "creation_time", "last_updated_time", "description", "current_stage", "source", "run_id", "status"]
        ),
        ("registered_model_tags", ["key", "value", "name"]), ("model_version_tags", ["key", "value", "name", "version"]),
    ]

    /// Columns that come together with their table.
    private static let neededIfThere: [(table: Text, columns: [Text])] = [
        ("registered_model_aliases", ["alias", "version", "name"]),
        ("datasets", ["dataset_uuid", "experiment_id", "name", "digest", "dataset_source_type", "dataset_source"]),
        ("inputs", ["input_uuid", "source_type", "source_id", "destination_type", "destination_id"]),
        ("input_tags", ["input_uuid", "name", "value"]),
        (
            "logged_models",
            ["model_id", "experiment_id", "name", "artifact_location", "creation_timestamp_ms", "last_updated_timestamp_ms", "status", "lifecycle_stage"]
        ),
        ("logged_model_metrics", ["model_id", "metric_name", "metric_timestamp_ms", "metric_step", "metric_value", "run_id"]),
        ("logged_model_params", ["model_id", "param_key", "param_value"]),
        ("logged_model_tags", ["model_id", "tag_key", "tag_value"]),
    ]

    /// The tables an import reads.
    static let read: Set<Text> = Set(needed.map(\.table) + neededIfThere.map(\.table))

    /// - Throws: `unreadable` for a database that MLflow did not make; `unsupported`, by its name, for a schema that lacks
    ///   what is needed.
    init(_ database: Database, path: String) throws {
        guard try database.tableExists("alembic_version"), try database.tableExists("experiments"),
            let revision = try String.fetchOne(database, sql: "SELECT version_num FROM alembic_version")
        else {
            throw AssayError(.unreadable, "\(path) is a SQLite database, but not one of MLflow's: it has no tables alembic_version and experiments.")
        }
        self.revision = Text(revision)
        var columns: [Text: Set<Text>] = [:]
        for table in try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table'") {
            columns[Text(table)] = Set(try database.columns(in: table).map { Text($0.name) })
        }
        self.columns = columns
        var lacking: [String] = []
        for (table, names) in Self.needed + Self.neededIfThere.filter({ columns[$0.table] != nil }) {
            for name in names where !has(name, in: table) { lacking.append("\(table).\(name)") }
        }
        guard lacking.isEmpty else {
            throw AssayError(
                .unsupported,
                """
                The schema '\(revision.prefix(64))' of \(path) is not one this version can read: it lacks \
                \(lacking.prefix(5).joined(separator: ", ")). If an old MLflow wrote it, run `mlflow db upgrade` on a copy and \
                import that; if a newer one did, a newer assay may read it.
                """)
        }
    }

    func has(_ table: Text) -> Bool { columns[table] != nil }
    func has(_ column: Text, in table: Text) -> Bool { columns[table]?.contains(column) ?? false }
    var tables: [Text] { columns.keys.sorted() }

    /// The column, or what stands for it where this schema does not have it.
    func column(_ name: Text, of table: Text, otherwise: String = "NULL") -> String {
        has(name, in: table) ? "\(table).\(name)" : otherwise
    }
}
