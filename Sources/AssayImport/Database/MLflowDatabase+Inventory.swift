package import AssayStore
import AssayTerms
import GRDB

extension MLflowDatabase {
    package func inventory() throws -> ImportInventory {
        try read { database in
            var inventory = ImportInventory()
            for (kind, sql) in countQueries { inventory.counts[kind] = try Int64.fetchOne(database, sql: sql) ?? 0 }
            for (name, reason, sql) in orphanQueries {
                let count = try Int64.fetchOne(database, sql: sql) ?? 0
                if count > 0 { inventory.leftOut.append(.init(name: Text(name), count: count, reason: Text(reason))) }
            }
            for table in schema.tables where !MLflowSchema.read.contains(table) && !Self.ignored.contains(table) {
                guard !table.string.hasPrefix("sqlite_") else { continue }
                let count = try Int64.fetchOne(database, sql: "SELECT count(*) FROM \(table.string.quotedDatabaseIdentifier)") ?? 0
                guard count > 0 else { continue }
                let known = Self.known[table]
                inventory.leftOut.append(
                    .init(name: known?.name ?? Text("rows of table '\(table)'"), count: count, reason: known?.reason))
            }
            return inventory
        }
    }

    /// The schema's own name, and the list of workspaces, which always has `default`.
    private static let ignored: Set<Text> = ["alembic_version", "workspaces"]

    /// What tables hold, where people know it under another name.
    private static let known: [Text: (name: Text, reason: Text?)] = [
        "trace_info": ("traces", nil), "spans": ("spans of traces", nil), "trace_tags": ("tags of traces", nil),
        "trace_request_metadata": ("metadata of traces", nil), "assessments": ("assessments of traces", nil),
        "evaluation_datasets": ("evaluation data sets", nil), "evaluation_dataset_records": ("records of evaluation data sets", nil),
        "evaluation_dataset_tags": ("tags of evaluation data sets", nil), "scorers": ("scorers", nil),
        "webhooks": (
            "webhooks", "their secrets are sealed, and two servers would call one address: make them anew with `assay webhook create`"
        ),
        "webhook_events": ("events of webhooks", nil),
    ]

    private var countQueries: [(ImportKind, String)] {
        let ofRun = "run_uuid IN (SELECT run_uuid FROM runs)"
        let inputs = "FROM inputs WHERE source_type = '%1' AND destination_type = '%2'"
        func fromRun(_ source: String, _ destination: String) -> String {
            "SELECT count(*) " + inputs.replacing("%1", with: source).replacing("%2", with: destination)
                + " AND source_id IN (SELECT run_uuid FROM runs)"
        }
        let live = "FROM model_versions WHERE current_stage IS NOT 'Deleted_Internal'"
        var queries: [(ImportKind, String)] = [
            (.experiments, "SELECT count(*) FROM experiments"),
            (.experimentTags, "SELECT count(*) FROM experiment_tags WHERE experiment_id IN (SELECT experiment_id FROM experiments)"),
            (.runs, "SELECT count(*) FROM runs"), (.params, "SELECT count(*) FROM params WHERE \(ofRun)"),
            (.tags, "SELECT count(*) FROM tags WHERE \(ofRun)"), (.metrics, "SELECT count(*) FROM metrics WHERE \(ofRun)"),
            (.latestMetrics, "SELECT count(*) FROM latest_metrics WHERE \(ofRun)"),
            (.registeredModels, "SELECT count(*) FROM registered_models"),
            (.registeredModelTags, "SELECT count(*) FROM registered_model_tags WHERE name IN (SELECT name FROM registered_models)"),
            (.versions, "SELECT count(*) \(live)"),
            (.versionTags, "SELECT count(*) FROM model_version_tags WHERE (name, version) IN (SELECT name, version \(live))"),
        ]
        if schema.has("registered_model_aliases") { queries.append((.aliases, "SELECT count(*) FROM registered_model_aliases")) }
        if schema.has("inputs"), schema.has("datasets"), schema.has("input_tags") {
            let datasets = inputs.replacing("%1", with: "DATASET").replacing("%2", with: "RUN")
                + " AND source_id IN (SELECT dataset_uuid FROM datasets) AND destination_id IN (SELECT run_uuid FROM runs)"
            queries += [
                (.datasetInputs, "SELECT count(*) " + datasets),
                (.datasetInputTags, "SELECT count(*) FROM input_tags WHERE input_uuid IN (SELECT input_uuid \(datasets))"),
                (.modelInputs, fromRun("RUN_INPUT", "MODEL_INPUT")), (.modelOutputs, fromRun("RUN_OUTPUT", "MODEL_OUTPUT")),
            ]
        }
        if schema.has("logged_models") {
            queries.append((.loggedModels, "SELECT count(*) FROM logged_models"))
            for (kind, table) in [
                (ImportKind.loggedModelParams, "logged_model_params"), (.loggedModelTags, "logged_model_tags"),
                (.loggedModelMetrics, "logged_model_metrics"),
            ] { queries.append((kind, "SELECT count(*) FROM \(table) WHERE model_id IN (SELECT model_id FROM logged_models)")) }
        }
        return queries
    }

    /// MLflow's tables hold rows about runs that are gone for good; nothing here could carry them.
    private var orphanQueries: [(name: String, reason: String, sql: String)] {
        var queries = ["params", "tags", "metrics", "latest_metrics"].map { table in
            (
                "rows of table '\(table)'", "their runs are not there",
                "SELECT count(*) FROM \(table) WHERE run_uuid NOT IN (SELECT run_uuid FROM runs)"
            )
        }
        queries.append(
            (
                "rows of table 'experiment_tags'", "their experiments are not there",
                "SELECT count(*) FROM experiment_tags WHERE experiment_id NOT IN (SELECT experiment_id FROM experiments)"
            ))
        queries.append(
            (
                "rows of table 'model_version_tags'", "their versions are not there or deleted",
                """
                SELECT count(*) FROM model_version_tags WHERE (name, version) NOT IN
                    (SELECT name, version FROM model_versions WHERE current_stage IS NOT 'Deleted_Internal')
                """
            ))
        if schema.has("inputs"), schema.has("datasets") {
            queries.append(
                (
                    "rows of table 'inputs'", "they join something else than runs, datasets and logged models that are there",
                    """
                    SELECT count(*) FROM inputs WHERE NOT (
                        source_type = 'DATASET' AND destination_type = 'RUN' AND source_id IN (SELECT dataset_uuid FROM datasets)
                            AND destination_id IN (SELECT run_uuid FROM runs)
                        OR (source_type, destination_type) IN (VALUES ('RUN_INPUT', 'MODEL_INPUT'), ('RUN_OUTPUT', 'MODEL_OUTPUT'))
                            AND source_id IN (SELECT run_uuid FROM runs))
                    """
                ))
            queries.append(
                (
                    "datasets", "no run uses them",
                    "SELECT count(*) FROM datasets WHERE dataset_uuid NOT IN (SELECT source_id FROM inputs WHERE source_type = 'DATASET')"
                ))
        }
        for (column, name) in [("user_id", "users of model versions")] where schema.has(Text(column), in: "model_versions") {
            queries.append(
                (
                    name, "a version's authors here are authenticated people",
                    "SELECT count(*) FROM model_versions WHERE \(column) IS NOT NULL AND \(column) <> ''"
                ))
        }
        if schema.has("status_message", in: "logged_models") {
            queries.append(
                (
                    "status messages of logged models", "only the status is kept",
                    "SELECT count(*) FROM logged_models WHERE status_message IS NOT NULL AND status_message <> ''"
                ))
        }
        return queries
    }
}
