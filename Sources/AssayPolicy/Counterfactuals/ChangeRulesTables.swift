import AssayTerms

/// The keys of a file of constraints on counterfactuals.
enum ChangeRulesTables {
    static let format = "counterfactual-constraints/v1"

    static let file = FieldTable(
        "the file of constraints",
        [
            .init("assay", .word([format]), isRequired: true, "The format of this file."),
            .init("features", .list(.table(feature), count: 1...10_000), "What holds of single inputs."),
            .init("others", .word(["any", "never"]), "Whether inputs that are not named may change; any where it is left out."),
            .init("max-changes", .integer(1...1_000), "At most so many inputs change."),
            .init("linked", .list(.table(link), count: 1...1_000), "Inputs that change together."),
        ], rules: [.any(["features", "others", "max-changes", "linked"])])

    static let feature = FieldTable(
        "this feature",
        [
            .init("name", .text(), isRequired: true, "The model's input."),
            .init("change", .word(PolicyTables.words(ChangeRules.Direction.self)), "Whether it may change, and which way: any, increase, decrease or never."),
            .init("range", .list(.decimal, count: 2...2), "The least and the greatest new value, both included."),
            .init("step", .decimal, "New values are the row's own plus whole multiples of this."),
            .init("allowed", .list(.text()), "The only new values."),
        ], rules: [.any(["change", "range", "step", "allowed"]), .excludes("allowed", "range"), .excludes("allowed", "step")])

    static let link = FieldTable(
        "this link",
        [
            .init("features", .list(.text(), count: 2...20), isRequired: true, "The model's inputs."),
            .init("by", .word(PolicyTables.words(ChangeRules.Link.Form.self)), "rows: new values come from one row of the background; amount: numbers change by the same amount. rows where it is left out."),
        ])
}
