import AssayTerms

/// The keys of a file of test cases.
enum PolicyTestTables {
    static let format = "policy-test/v1"

    static let file = FieldTable(
        "the file of cases",
        [
            .init("assay", .word([format]), isRequired: true, "The format of this file."),
            .init("policy", .identifier(limit: 128), isRequired: true, "The name of the policy that is tested."),
            .init("facts", .table(facts), "What every case starts from; its own facts stand in their place."),
            .init("cases", .list(.table(testCase)), isRequired: true, "What is tried, each with what the gate has to answer."),
        ])

    static let testCase = FieldTable(
        "this case",
        [
            .init("name", .text(), isRequired: true, "What the case shows; each name stands once."),
            .init("facts", .table(facts), "What is known about the change; what is left out is harmless."),
            .init("expect", .table(expectation), isRequired: true, "What the gate has to answer."),
        ])

    static let facts = FieldTable(
        "'facts'",
        [
            .init("model", .text(), "The model's name; where it is left out, one that the policy applies to."),
            .init("other-names", .list(.text()), "Other names that the change touches, as a rename does."),
            .init("version", .text(limit: 64), "The version that asks; 1 where it is left out."),
            .init("tier", .word(Tier.allCases.map(\.rawValue)), "What the model is classified as; nothing where it is left out."),
            .init("stage", .foldedWord(PolicyTables.stages), "The stage that is entered; where no place is named, the policy's first."),
            .init("alias", .text(), "The alias that is taken."),
            .init("registration", .word(["true"]), "That the version is registered."),
            .init("retirement", .word(["true"]), "That the model retires."),
            .init("declared", .table(declared), "What the run says of itself; nothing where it is left out."),
            .init("authors", .list(.text(), count: 0...FieldTable.listLimit), "Who logged, ran, registered or adopted it; 'author' where it is left out."),
            .init("anonymous", .boolean, "Whether nobody named logged or registered it; false where it is left out."),
            .init("frozen", .boolean, "Whether the server holds its files; true where it is left out."),
            .init("publisher", .text(), "Who published the policy; somebody else where it is left out."),
            .init("roles", .entries(.list(.text()), least: 1), "Who holds which role, beside those who approve."),
            .init("computing", .boolean, "Whether evidence is being computed; false where it is left out."),
            .init("evidence", .list(.table(evidence), count: 0...FieldTable.listLimit), "What was measured of the version; shared evidence of the same check and column gives way, and [] is none."),
            .init("baseline", .table(baseline), "The version that holds the place; none where it is left out."),
            .init("baselines", .entries(.table(namedBaseline), least: 1), "Versions that checks compare with by name, models:/NAME/7 or models:/NAME@ALIAS; none where they are left out."),
            .init("records", .list(.word(Policy.recordWords), count: 0...FieldTable.listLimit), "What is on record; what the policy asks for where it is left out."),
            .init("monitors", .list(.table(PolicyTables.monitor), count: 0...FieldTable.listLimit), "What a signed monitoring plan watches; what the policy asks for where it is left out."),
            .init("shadow", .table(shadow), "What was counted beside the version that holds the place; what the policy asks for where it is left out."),
            .init("reason-table", .text(), "The table of reason codes that was frozen with it, none or sha256:…; the one that the policy asks for where it is left out."),
            .init("open-sections", .list(.text(), count: 0...FieldTable.listLimit), "Sections of the risk evaluation that are not complete; none where it is left out."),
            .init("findings", .list(.word(Severity.allCases.map(\.rawValue)), count: 0...FieldTable.listLimit), "Severities of open findings that are not due yet."),
            .init("overdue-findings", .list(.word(Severity.allCases.map(\.rawValue)), count: 0...FieldTable.listLimit), "Severities of open findings that are overdue."),
            .init("documents", .list(.word(PolicyTables.words(RequiredDocument.self)), count: 0...FieldTable.listLimit), "What is complete; everything where it is left out."),
            .init("card-lacks", .list(.text()), "Fields of the model card that nothing fills: intended_use, fairness_assessment; none where they are left out."),
            .init("approvals", .list(.table(approval), count: 0...FieldTable.listLimit), "Who approved."),
        ],
        rules: [
            .excludes("stage", "alias"), .excludes("stage", "registration"), .excludes("alias", "registration"),
            .excludes("documents", "card-lacks"), .excludes("stage", "retirement"), .excludes("alias", "retirement"), .excludes("registration", "retirement"),
        ])

    static let shadow = FieldTable(
        "'shadow'",
        [
            .init("none", .word(["true"]), "That no version holds the place."),
            .init("predictions", .integer(0...1_000_000_000), "Rows that both predicted; as many as are asked for where it is left out."),
            .init("agreement", .decimal, "The share of them in which they agree; 1 where it is left out."),
            .init("agreement-interval", .list(.decimal, count: 2...2), "Its interval; the share itself where it is left out."),
            .init("errors", .decimal, "The share of requests that were not answered; 0 where it is left out."),
            .init("errors-interval", .list(.decimal, count: 2...2), "Its interval; the share itself where it is left out."),
        ])

    static let declared = FieldTable(
        "'declared'",
        [
            .init("tags", .entries(.text(limit: PolicyTables.longTextLimit), least: 1), "Its tags."),
            .init("params", .entries(.text(limit: PolicyTables.longTextLimit), least: 1), "Its parameters."),
            .init("metrics", .entries(.decimal, least: 1), "The latest values of its metrics."),
        ])

    static let evidence = FieldTable(
        "this evidence",
        [
            .init("check", .text(), isRequired: true, "What was measured: a check of the catalogue."),
            .init("column", .text(), "The column it was measured on."),
            .init("slice", .text(limit: PolicyTables.longTextLimit), "The slice of the check that it is of; all rows where it is left out."),
            .init("for-each", .text(), "The column whose groups it has values of."),
            .init("privileged", .text(), "The privileged group; where it is left out, the policy's."),
            .init("options", .entries(.text(), least: 1), "Options of the check; where they are left out, the policy's."),
            .init("value", .decimal, "The value; without it, it is undefined."),
            .init("undefined", .text(), "Why there is no value."),
            .init("interval", .list(.decimal, count: 2...2), "The ends of its confidence interval; none where it is left out."),
            .init("groups", .entries(.integer(0...1_000_000_000), least: 1), "The rows of each group; two of 1000 where they are left out."),
            .init("group-values", .entries(.decimal, least: 1), "The value of each group under 'for-each'; that of all rows where they are left out."),
            .init("rows", .integer(0...1_000_000_000), "All rows; where it is left out, those of the groups."),
            .init("provenance", .word(Provenance.allCases.map(\.rawValue)), "Where it comes from; where it is left out, the strongest kind that the policy accepts."),
            .init("evaluator", .text(), "Who signed attested evidence; where it is left out, the policy's first."),
            .init("dataset", .text(limit: PolicyTables.longTextLimit), "The table it was measured on; where it is left out, the policy's."),
            .init("version", .text(limit: 64), "The version it is about; the one that asks where it is left out."),
            .init("days-ago", .integer(0...3_650), "How long ago it was computed or taken in; 0 where it is left out."),
            .init("definition", .integer(1...1_000), "The definition it was measured by; the present one where it is left out."),
            .init("with", .entries(.text(), least: 1), "Parameters that are other than the policy's: weight, cutoff, label."),
        ], rules: [.excludes("value", "undefined"), .any(["value", "undefined"]), .needs("group-values", "for-each"), .excludes("for-each", "column")])

    static let namedBaseline = FieldTable(
        "this baseline",
        [
            .init("evidence", .list(.table(evidence), count: 0...FieldTable.listLimit), "What was measured of it."),
            .init("same-files", .boolean, "Whether it is the version that asks, or has the same files; false where it is left out."),
        ])

    static let baseline = FieldTable(
        "'baseline'",
        [
            .init("version", .text(limit: 64), isRequired: true, "The version that holds the place."),
            .init("evidence", .list(.table(evidence), count: 0...FieldTable.listLimit), "What was measured of it."),
        ])

    static let approval = FieldTable(
        "this approval",
        [
            .init("by", .text(), isRequired: true, "Who approved."),
            .init("roles", .list(.text(), count: 0...FieldTable.listLimit), "The roles that they hold now; none where it is left out."),
            .init("days-ago", .integer(0...3_650), "How long ago; 0 where it is left out."),
            .init("for", .list(.word(PolicyTestCase.Approval.Change.allCases.map(\.rawValue))), "What was another one when they approved."),
        ])

    static let expectation = FieldTable(
        "'expect'",
        [
            .init("decision", .word(Decision.allCases.map(\.rawValue)), isRequired: true, "The gate's answer."),
            .init("basis", .word(GateOutcome.Basis.allCases.map(\.rawValue)), "What the answer rests on; 'policies' where it is left out."),
            .init("reasons", .list(.table(reason)), "Reasons that are among the gate's."),
            .init("exactly", .list(.table(reason), count: 0...FieldTable.listLimit), "All reasons that let nothing through, no more and no fewer."),
        ], rules: [.excludes("reasons", "exactly")])

    static let reason = FieldTable(
        "this reason",
        [
            .init(
                "requirement", .text(), isRequired: true,
                "A check, a document, an evidence code, or approvals, author, version, tier, record, findings, risks, risk-evaluation, monitoring, shadow, validation."
            ),
            .init("code", .word(GateReason.Code.allCases.map(\.rawValue)), isRequired: true, "What it came down to."),
            .init("column", .text(), "The column of the check, or that of its 'for-each'."),
            .init("slice", .text(limit: PolicyTables.longTextLimit), "The slice of the check."),
        ])
}
