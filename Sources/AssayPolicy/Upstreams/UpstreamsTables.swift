import AssayTerms

/// The keys of a file of upstreams.
enum UpstreamsTables {
    static let format = "upstreams/v1"

    static let file = FieldTable(
        "the file of upstreams",
        [
            .init("assay", .word([format]), isRequired: true, "The format of this file."),
            .init("upstreams", .list(.table(upstream)), isRequired: true, "Which versions are scored by whom."),
        ])

    static let upstream = FieldTable(
        "this upstream",
        [
            .init("model", .text(), isRequired: true, "The registered model."),
            .init("version", .integer(1...1_000_000_000), "The version that it scores."),
            .init("manifest", .form("[0-9a-f]{64}"), "The digest of the version's files, as its statement has it."),
            .init("url", .form("https?://[^ @#?]+", limit: 1_024), isRequired: true, "Where rows are posted to."),
            .init("protocol", .word(ServingUpstream.Form.allCases.map(\.rawValue)), isRequired: true, "mlflow (/invocations) or v2 (/v2/models/NAME/infer)."),
            .init("timeout-seconds", .integer(1...3_600), "How long an answer may take; 30 where it is left out."),
            .init("concurrent-requests", .integer(1...10_000), "How many requests it is sent at a time; 8 where it is left out."),
            .init("health", .form("/[^ #]*", limit: 1_024), "A path of the same host that answers 200 while it scores."),
            .init("token", .form("(env|file|vault):.+", limit: 1_024), "Where the bearer token stands that is sent: env:NAME, file:PATH or vault:MOUNT/PATH#FIELD."),
        ], rules: [.any(["version", "manifest"])])
}
