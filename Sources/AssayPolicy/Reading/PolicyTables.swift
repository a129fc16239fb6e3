import AssayTerms

/// The keys of the policy language.
enum PolicyTables {
    static let policy = FieldTable(
        "the policy",
        [
            .init("assay", .word([Policy.format]), isRequired: true, "The format of this file."),
            .init("name", .identifier(limit: 128), isRequired: true, "What the policy is called."),
            .init("version", .identifier(limit: 64), isRequired: true, "A published version never changes; a later one has a higher number."),
            .init("description", .text(limit: 4_096, allowsLines: true), "Why the policy is as it is, for people."),
            .init(PolicyVariables.key, .entries(.text(), least: 1), "Values that are named once and used as ${name}."),
            .init("extends", .form("[^@]+@[^@]+"), "NAME@VERSION of a policy whose demands are inherited and can only be tightened."),
            .init("extends-digest", .form("[0-9a-f]{64}"), "Of what was inherited; written by the program."),
            .init("applies-to", .table(scope), "Which changes the policy gates; without it every protected place."),
            .init("data", .table(data), "The rows that are judged, and which of their columns mean what."),
            .init("accept", .list(.word(words(Provenance.self))), "What evidence may come from; recomputed where it is left out."),
            .init("evaluators", .list(.text()), "Evaluators outside of the server whose attested evidence counts."),
            .init("fresh-within-days", .integer(freshDays), "Of each check some evidence must be younger than so many days; any age where it is left out."),
            .init("checks", .list(.table(check), count: 0...FieldTable.listLimit), "What has to be shown."),
            .init("records", .list(.word(Policy.recordWords), count: 0...FieldTable.listLimit), "What people must have put on record: evidence codes, and risk-evaluation for a complete one."),
            .init("monitoring", .list(.table(monitor), count: 0...FieldTable.listLimit), "What a signed monitoring plan has to watch after release."),
            .init("shadow", .table(shadow), "How often the version must have predicted in the shadow of the one that holds the place, and how like it."),
            .init("serving", .table(serving), "What holds of the version while it is served."),
            .init("blocking-findings", .list(.word(words(Severity.self))), "Severities of findings that block while they are open; others block once they are overdue. Critical ones always do."),
            .init("documents", .list(.word(words(RequiredDocument.self))), "What has to be complete: the whole model card, or a short one."),
            .init("approvals", .list(.table(approval), count: 0...FieldTable.listLimit), "Who has to approve."),
            .init("mutations", .list(.table(mutation), count: 0...FieldTable.listLimit), "What holders of a role may not change of tags and aliases."),
            .init("separation-of-duties", .boolean, "Whether authors of a version never count among those who approve it; true where it is left out."),
            .init("approvals-expire-after-days", .integer(1...3_650), "How long an approval counts; \(Policy.defaultApprovalDays) where it is left out."),
        ], rules: [.any(["checks", "records", "monitoring", "shadow", "documents", "approvals", "mutations", "extends"]), .needs("extends-digest", "extends")])

    static let scope = FieldTable(
        "'applies-to'",
        [
            .init("models", .list(.text()), "Patterns of names: '*' is any text, '?' one character; case does not count."),
            .init("tiers", .list(.word(words(Tier.self).filter { $0 != Tier.prohibited.rawValue }), count: 0...FieldTable.listLimit), "What models are classified as; every tier where it is left out."),
            .init("stages", .list(.foldedWord(stages), count: 0...FieldTable.listLimit), "Stages of MLflow's registry that a version enters."),
            .init("aliases", .list(.text(), count: 0...FieldTable.listLimit), "Aliases of registered models that a version takes."),
            .init("registration", .boolean, "Whether registering itself is gated: a version is not READY before."),
            .init("retirement", .boolean, "Whether retiring the model is gated."),
        ])

    static let freshDays = 1...3_650

    static let stages = ["Staging", "Production", "Archived"]

    /// Of text that names files and conditions.
    static let longTextLimit = 1_024

    static let data = FieldTable(
        "'data'",
        [
            .init("dataset", .text(limit: longTextLimit), "The evaluation table logged with the model, or NAME@sha256:… of a registered data set."),
            .init("predictions", .form("from-model|dataset|artifact:.+", limit: longTextLimit), "from-model, dataset or artifact:PATH."),
            .init("label", .text(), "The column of true labels."),
            .init("prediction", .text(), "The column of predicted labels, where predictions are given."),
            .init("score", .text(), "The column of predicted probabilities, where predictions are given."),
            .init("scores", .entries(.text(), least: 2), "Each class with the column of its scores."),
            .init("positive", .text(), "The label that counts as positive, where it is not 1 or true."),
            .init("weight", .text(), "The column of row weights."),
            .init("rows", .text(limit: longTextLimit), "A condition on the rows that are judged: age >= 18 and region in ['north', 'east']."),
            .init("reference", .form(FieldTable.pinnedForm, limit: longTextLimit), "NAME@sha256:… of the profile that drift is measured against."),
            .init("thresholds", .form(FieldTable.pinnedForm, limit: longTextLimit), "NAME@sha256:… of the thresholds that decide from scores."),
            .init("thresholds-key", .text(), "The column by whose value rows are drawn under thresholds."),
        ],
        rules: [
            .needs("thresholds-key", "thresholds"), .excludes("thresholds", "prediction"), .excludes("scores", "score"),
            .excludes("scores", "positive"), .excludes("scores", "thresholds"),
        ])

    static let check = FieldTable(
        "this check",
        [
            .init("id", .text(), isRequired: true, "What is measured: a check of the catalogue."),
            .init("column", .text(), "The column that the check looks at, or whose values are the groups."),
            .init("privileged", .text(), "The group that others are compared with: white, race=white, > 30."),
            .init("where", .word(words(PolicyCheck.Place.self)), "Which list of columns is looked at."),
            .init("max", .decimal, "The value is at most this."), .init("min", .decimal, "The value is at least this."),
            .init("between", .list(.decimal, count: 2...2), "The lowest and the highest value, both included."),
            .init("below", .decimal, "The value is below this."), .init("above", .decimal, "The value is above this."),
            .init("abs", .boolean, "Whether the value is compared without its sign."),
            .init("max-drop", .form("[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,4})?%?"), "How much worse than the baseline: 0.02, or 2% of its value."),
            .init("against", .form(PolicyCheck.Baseline.form, limit: longTextLimit), "What the value is compared with: production, models:/NAME/7 or models:/NAME@ALIAS."),
            .init("if-none", .word(words(PolicyCheck.WithoutBaseline.self)), "What counts where the baseline is not there."),
            .init("slice", .text(limit: longTextLimit), "A condition on the rows that this check looks at, beside 'rows' of the data: region == 'north'."),
            .init("for-each", .text(), "A column whose values tell groups apart, each of which has to meet the limit: region, age:30,60 for ranges."),
            .init("fresh-within-days", .integer(freshDays), "Some evidence must be younger than so many days, where these are fewer than the policy's."),
            .init("judge", .word(words(PolicyCheck.Judge.self)), "Whether the value or its confidence interval is held against the limit."),
            .init("waivable", .boolean, "Whether two people may let a version in without it for a time; true where it is left out."),
            .init("min-group", .integer(0...1_000_000_000), "The fewest rows of a group or slice; \(PolicyCheck.defaultMinimumGroup) where it is left out."),
        ],
        rules: [
            .needs("against", "max-drop"), .needs("max-drop", "against"), .needs("if-none", "against"), .excludes("min", "above"),
            .excludes("max", "below"), .excludes("max-drop", "abs"), .excludes("for-each", "max-drop"), .excludes("for-each", "column"),
        ] + loneLimits)

    /// What is said of a comparison, a waiver and age belongs to the gate.
    private static let gateKeys: Set<Text> = ["max-drop", "against", "if-none", "waivable", "fresh-within-days"]

    /// A check of a feature view's source.
    static let viewCheck = FieldTable(
        "this check", check.fields.filter { !gateKeys.contains($0.key) },
        rules: [.excludes("min", "above"), .excludes("max", "below"), .excludes("for-each", "column")]
            + (["min", "max", "below", "above"] as [Text]).map { .excludes("between", $0) })

    static let monitor = FieldTable(
        "this monitor",
        check.fields.filter { !gateKeys.contains($0.key) } + [
            .init("window", .form(PolicyMonitor.Window.form), isRequired: true, "How much traffic is looked at together: 1000 rows, 24 hours, 7 days, batch."),
            .init("alert", .list(.text()), isRequired: true, "Who is told when the limit is not kept."),
            .init("anytime", .form("0\\.[0-9]{1,6}"), "All traffic is judged together, however often it is looked at: the chance that an alarm is ever false, such as 0.05."),
            .init("range", .form("[0-9]{1,12}(\\.[0-9]{1,9})?"), "Of errors that are judged so: the greatest that a row is taken to have, in the label's unit."),
        ],
        rules: [.excludes("anytime", "judge"), .excludes("min", "above"), .excludes("max", "below"), .excludes("for-each", "column")]
            + (["min", "max", "below", "above"] as [Text]).map { .excludes("between", $0) })

    static let plan = FieldTable(
        "the monitoring plan",
        [
            .init("assay", .word([MonitoringPlan.format]), isRequired: true, "The format of this text."),
            .init("owner", .text(), isRequired: true, "Who answers for it."),
            .init("monitors", .list(.table(monitor)), isRequired: true, "What is watched."),
        ])

    static let shadow = FieldTable(
        "'shadow'",
        [
            .init("predictions", .integer(1...1_000_000_000), isRequired: true, "Rows that both versions predicted."),
            .init("agreement", .table(shadowAgreement), "The share of these rows in which they agree."),
            .init("errors", .table(shadowErrors), "The share of requests that the version failed to answer."),
            .init("judge", .word(words(PolicyCheck.Judge.self)), "Whether the shares or their confidence intervals are held against the limits."),
            .init("if-none", .word(words(PolicyCheck.WithoutBaseline.self)), "What counts where no version holds the place."),
        ])

    static let serving = FieldTable(
        "'serving'",
        [
            .init("when-offline", .word(words(ServingRules.Offline.self)), "What a gateway does when a statement has ended and the registry is away; stop where it is left out."),
            .init("explanations", .word(words(ServingRules.Explanations.self)), "Whether answers carry explanations; as whoever serves chooses where it is left out."),
            .init(
                "reasons", .form("required|sha256:[0-9a-f]{64}"),
                "Explained answers carry reasons by the table reason-codes.yaml that was frozen with the version: required, or sha256:DIGEST for one table."),
            .init("rules", .list(.table(predictionRule)), "What each single prediction is held against."),
        ], rules: [.any(["when-offline", "explanations", "reasons", "rules"])])

    static let predictionRule = FieldTable(
        "this rule",
        [
            .init("name", .identifier(limit: 64), isRequired: true, "What it is called in answers, records and numbers."),
            .init("when", .text(limit: longTextLimit), "A condition on inputs, other columns of the request, prediction and score: income < 12000 and prediction == 1."),
            .init("outside-profile", .list(.text()), "Inputs of which one lies outside of what the profile frozen with the version has seen."),
            .init("explained-most-by", .list(.text()), "Inputs of which one moved the answer most."),
            .init("then", .word(words(PredictionRule.Action.self)), isRequired: true, "What is done with the row's answer where all of it holds."),
            .init("value", .text(), "What is answered instead: a class, or a number."),
            .init("if-unknown", .word(words(PredictionRule.Unknown.self)), "What is done where it cannot be told; the same as 'then', and refer instead of replace, where it is left out."),
        ], rules: [.any(["when", "outside-profile", "explained-most-by"])])

    static let shadowAgreement = FieldTable("'agreement'", [.init("min", .decimal, isRequired: true, "The share is at least this.")])
    static let shadowErrors = FieldTable("'errors'", [.init("max", .decimal, isRequired: true, "The share is at most this.")])

    static let declared = FieldTable(
        "this check",
        [
            .init("id", .word(words(DeclaredCheck.Kind.self)), isRequired: true, "What of the run is looked at; whoever logged it wrote it."),
            .init("name", .text(), isRequired: true, "The key of the tag, parameter or metric."),
            .init("equals", .text(limit: longTextLimit), "The text it has to be, letter by letter."),
            .init("in", .list(.text()), "The texts of which it has to be one."),
            .init("max", .decimal, "It is a number of at most this."), .init("min", .decimal, "It is a number of at least this."),
            .init("between", .list(.decimal, count: 2...2), "The lowest and the highest number, both included."),
            .init("below", .decimal, "It is a number below this."), .init("above", .decimal, "It is a number above this."),
            .init("abs", .boolean, "Whether the number is compared without its sign."),
        ],
        rules: [.excludes("min", "above"), .excludes("max", "below"), .excludes("equals", "in")]
            + (["min", "max", "below", "above", "between"] as [Text]).flatMap { [.excludes("equals", $0), .excludes("in", $0)] }
            + (["min", "max", "below", "above"] as [Text]).map { .excludes("between", $0) })

    /// Limits that stand alone.
    private static let loneLimits: [FieldTable.Rule] =
        (["min", "max", "below", "above"] as [Text]).flatMap { key -> [FieldTable.Rule] in
            [.excludes("between", key), .excludes("max-drop", key)]
        } + [.excludes("between", "max-drop")]

    static let approval = FieldTable(
        "this approval",
        [
            .init("role", .text(limit: 64), "The role of those who approve; anybody who may approve where it is left out."),
            .init("count", .integer(1...100), "How many of them; 1 where it is left out."),
            .init("vote", .word(["majority"]), "More than half of those who hold the role."),
        ], rules: [.excludes("vote", "count"), .needs("vote", "role")])

    static let mutation = FieldTable(
        "this rule",
        [
            .init("role", .text(limit: 64), isRequired: true, "The role whose holders it binds, whatever other roles they have."),
            .init("type", .word(words(MutationRule.Resource.self)), isRequired: true, "What carries the tag or the alias; aliases are the registered model's."),
            .init("request", .text(limit: longTextLimit), "What has to hold of the change: alias NOT IN ('champion', 'prod') AND tag_key != 'reviewed'."),
            .init("resource", .text(limit: longTextLimit), "What has to hold of what is there before it: tags.frozen != 'yes' AND aliases.champion != '3'."),
        ], rules: [.any(["request", "resource"])])

    static func words<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type) -> [String] {
        type.allCases.map(\.rawValue)
    }
}

extension CheckOption {
    /// The option as a key of its check.
    var field: FieldTable.Field {
        let shape: FieldTable.Shape =
            switch form {
            case .text: .text()
            case .document(let limit): .text(limit: limit, allowsLines: true)
            case .word(let words): .word(words.map(\.string))
            case .number: .decimal
            }
        return .init(name, shape, "An option of the check" + (standard.map { "; \($0) where it is left out." } ?? "."))
    }
}
