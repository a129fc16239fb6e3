import AssayTerms

/// The keys of a rollout's document.
enum RolloutTables {
    /// `stage Production`, `alias champion`.
    static let placeForm = "(stage|alias) .+"
    static let shareForm = "[0-9]{1,3}(\\.[0-9]{1,2})?%"
    static let levelForm = "0\\.[5-9][0-9]*"

    static let rollout = FieldTable(
        "the rollout",
        [
            .init("assay", .word([RolloutDocument.format]), isRequired: true, "The format of this file."),
            .init("model", .text(), isRequired: true, "The registered model."),
            .init("candidate", .integer(1...1_000_000_000), isRequired: true, "The version that is rolled out."),
            .init("baseline", .form("version [1-9][0-9]*|\(placeForm)"), "What it is compared with: a place, or version N that holds one; the first target where it is left out."),
            .init("strategy", .word(PolicyTables.words(RolloutStrategy.self)), isRequired: true, "How it meets traffic."),
            .init("rationale", .text(limit: 4_096, allowsLines: true), isRequired: true, "Why, for people."),
            .init("owner", .text(), "The account of whoever answers for it; who begins it where it is left out."),
            .init("targets", .list(.form(placeForm), count: 1...RolloutDocument.targetLimit), isRequired: true, "The places it would take: stage Production, alias champion."),
            .init("steps", .list(.table(step), count: 1...RolloutDocument.stepLimit), "How much traffic it meets, and how long."),
            .init("guards", .list(.table(watch), count: 1...16), "In what it must not be worse."),
            .init("advance", .word(PolicyTables.words(RolloutPlan.Advance.self)), "What guards have to say before the next step; not-worse where it is left out."),
            .init("automatic", .list(.word(["promote", "rollback"]), count: 0...2), "What follows without anybody; [rollback] where it is left out."),
        ])

    static let step = FieldTable(
        "this step",
        [
            .init("share", .form(shareForm), "Of the requests, in a batch of the jobs: 5%, 0.25%."),
            .init("requests", .integer(0...1_000_000_000), isRequired: true, "The candidate is asked at least so often; in a batch, scores so many data sets."),
            .init("minutes", .integer(0...525_600), "It lasts at least so long; 0 where it is left out."),
        ])

    static let watch = FieldTable(
        "this guard",
        [
            .init("on", .word(["errors", "latency", "agreement", "outcome", "mistakes"]), isRequired: true, "What is watched."),
            .init("margin", .decimal, "How much more than the baseline's share is taken; of an outcome, how far either way."),
            .init("max", .decimal, "The largest share that is taken of the candidate, whatever the baseline's is: 0.02."),
            .init("min", .decimal, "Of agreement: the least share of requests in which both predict the same."),
            .init("over-ms", .integer(1...600_000), "Of latency: requests that take longer than so many milliseconds are counted; in a batch, parts of data sets."),
            .init("tolerance", .decimal, "Of agreement and mistakes: how far numbers may differ; 0 where it is left out."),
            .init("label", .text(), "Of an outcome: the label that is counted."),
            .init("level", .decimal, "With which probability it raises no false alarm; 0.95 where it is left out."),
        ])
}
