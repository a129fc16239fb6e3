import AssayTerms

/// The keys of the document `training/v1`.
enum TrainingTables {
    static let kinds = ["command", "mlproject", "github", "airflow", "argo", "webhook"]
    private static let secret = FieldTable.Shape.form(AlertTables.secretForm, limit: 512)
    private static let duration = FieldTable.Shape.form(AlertTables.durationForm)

    static let rules = FieldTable(
        "the document of pipelines",
        [
            .init("assay", .word([TrainingRules.format]), isRequired: true, "The format of this file."),
            .init("pipelines", .list(.table(pipeline), count: 0...500), isRequired: true, "What is trained anew, when and by what."),
        ])

    static let pipeline = FieldTable(
        "this pipeline",
        [
            .init("name", .identifier(limit: 64), isRequired: true, "What people and entries call it."),
            .init("model", .text(), isRequired: true, "The model's name, or a pattern."),
            .init("triggers", .list(.table(trigger), count: 0...20), "What begins it beside people."),
            .init("start", .table(start), isRequired: true, "How it is begun."),
            .init("reweigh", .table(reweighing), "Weights for the rows of a file, computed before the command runs."),
            .init("at-most", .form("[0-9]{1,4} per (hour|day|week)"), "How many runs begin by themselves: 2 per day; 4 per day without it, where there are triggers."),
            .init("cooldown", duration, "From the end of a run to the next that begins by itself: 6h."),
            .init("stop-after", .integer(1...100), "Runs in a row that did not pass the gate, after which it waits for people; 3 without it, where there are triggers."),
            .init("limit", duration, "After which a run has failed; 1d without it."),
            .init("promote", .table(promotion), "The place that is asked for with each version that results."),
            .init("alert", .list(.text(limit: 64), count: 1...20), "Roles that are to hear of what goes wrong."),
        ])

    static let trigger = FieldTable(
        "this trigger",
        [
            .init("schedule", .form("daily [0-9]{2}:[0-9]{2} UTC|every [0-9]{1,9}(s|m|h|d)"), "daily 03:00 UTC, or every 6h."),
            .init("monitor", .table(monitor), "A broken window of a monitor."),
            .init("data", .table(data), "A version of a data set that was not seen before."),
            .init("commit", .table(commit), "A commit to a branch."),
        ])

    static let data = FieldTable(
        "'data'",
        [
            .init("name", .text(), isRequired: true, "The data set, as runs log it."),
            .init("experiment", .text(), "The experiment whose runs count; without it only assay training trigger does."),
        ])

    static let commit = FieldTable(
        "'commit'",
        [
            .init("repository", .form("[A-Za-z0-9._-]+/[A-Za-z0-9._-]+", limit: 200), isRequired: true, "OWNER/NAME."),
            .init("branch", .text(), isRequired: true, "The branch."),
            .init("secret", secret, "Where the secret of the repository's push webhook stands."),
        ])

    static let monitor = FieldTable(
        "'monitor'",
        [
            .init("checks", .list(.text(), count: 1...100), "Ids of checks; any check without them."),
            .init("verdict", .word(["broken"]), "broken, which it is without it too."),
        ])

    static let reweighing = FieldTable(
        "'reweigh'",
        [
            .init("data", .text(limit: 1_024), isRequired: true, "The file of rows, where the worker works."),
            .init("label", .text(), isRequired: true, "The column of labels."),
            .init("positive", .text(), "The positive label, where it is not 1 or true."),
            .init("sensitive", .text(), "The column whose values are the groups."),
            .init("privileged", .text(), "Two groups instead: race=white."),
        ])

    static let promotion = FieldTable(
        "'promote'",
        [.init("stage", .text(limit: 64), "A stage."), .init("alias", .text(limit: 255), "An alias.")])

    private static let kind = FieldTable.Field("kind", .word(kinds), isRequired: true, "What begins it.")

    /// Every key that any kind has; which belong together, the tables of the kinds say.
    static let start = FieldTable("'start'", [kind] + kinds.flatMap { own(ofKind: $0) }.reduce(into: []) { fields, field in
        if !fields.contains(where: { $0.key == field.key }) { fields.append(FieldTable.Field(field.key, field.shape, field.sentence)) }
    })

    static func start(ofKind kind: String) -> FieldTable {
        FieldTable("a start of the kind \(kind)", [Self.kind] + own(ofKind: kind))
    }

    private static func own(ofKind kind: String) -> [FieldTable.Field] {
        let url = FieldTable.Field("url", .text(limit: OutgoingURL.limit), isRequired: true, "The address, without the path of its API.")
        let token = FieldTable.Field("token", secret, isRequired: true, "Where a bearer token stands.")
        switch kind {
        case "command":
            return [.init("run", .list(.text(limit: 4_096), count: 1...200), isRequired: true, "A program and its arguments; no shell reads them.")]
        case "mlproject":
            return [
                .init("uri", .text(limit: 2_048), isRequired: true, "The project: a folder where the worker works, or a repository."),
                .init("entry-point", .text(), "main without it."),
                .init("environment", .word(PolicyTables.words(TrainingStart.ProjectEnvironment.self)), "local without it."),
                .init("parameters", .entries(.text(limit: 1_024), least: 1), "What the entry point takes."),
            ]
        case "github":
            return [
                .init("repository", .form("[A-Za-z0-9._-]+/[A-Za-z0-9._-]+", limit: 200), isRequired: true, "OWNER/NAME."),
                .init("workflow", .identifier(limit: 200), isRequired: true, "The workflow's file, retrain.yml, or its number."),
                .init("ref", .text(), isRequired: true, "The branch or tag."),
                token,
                .init("url", .text(limit: OutgoingURL.limit), "The API, if it is not https://api.github.com."),
            ]
        case "airflow": return [url, .init("dag", .identifier(limit: 250), isRequired: true, "The DAG's id."), token]
        case "argo":
            return [
                url, .init("namespace", .identifier(limit: 63), isRequired: true, "The namespace."),
                .init("template", .identifier(limit: 253), isRequired: true, "The workflow template."), token,
            ]
        default: return [url, .init("secret", secret, "Where the secret stands that signs messages.")]
        }
    }
}
