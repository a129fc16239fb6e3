import AssayTerms

/// The keys of a file of callers.
enum CallersTables {
    static let format = "callers/v1"
    static let keyForm = "sha256:[0-9a-f]{64}"
    private static let rate = 1...Int(CallerLimits.Rate.greatest)

    static let file = FieldTable(
        "the file of callers",
        [
            .init("assay", .word([format]), isRequired: true, "The format of this file."),
            .init("limits", .table(limits), "What holds for callers that do not say otherwise."),
            .init("callers", .list(.table(caller)), isRequired: true, "Who may ask."),
        ])

    static let caller = FieldTable(
        "this caller",
        [
            .init("name", .identifier(limit: 64), isRequired: true, "What the caller is called in numbers and records; each name stands once."),
            .init(
                "keys", .list(.form(keyForm), count: 1...2), isRequired: true,
                "The digests of its keys, as assay gateway-key prints them; two while one takes the other's place."),
            .init("models", .list(.text()), isRequired: true, "Patterns of the models it may ask."),
            .init("limits", .table(limits), "What it may ask."),
        ])

    static let limits = FieldTable(
        "'limits'",
        [
            .init("requests-per-second", .integer(rate), "Requests a second for ever."),
            .init("request-burst", .integer(rate), "Requests at once; as many as in ten seconds where it is left out."),
            .init("rows-per-second", .integer(rate), "Rows a second for ever."),
            .init("row-burst", .integer(rate), "Rows at once; as many as in ten seconds where it is left out."),
            .init("cost-per-second", .integer(rate), "Units of cost a second for ever."),
            .init("cost-burst", .integer(rate), "Units of cost at once; as many as in ten seconds where it is left out."),
            .init("body-bytes", .integer(1...CallerLimits.greatestBodyBytes), "Bytes of one request's body."),
            .init("rows-per-request", .integer(1...CallerLimits.greatestRowsPerRequest), "Rows of one request."),
            .init("concurrent-requests", .integer(1...100_000), "Requests at a time."),
        ])
}
