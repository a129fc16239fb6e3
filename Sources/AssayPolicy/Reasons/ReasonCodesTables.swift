import AssayTerms

/// The keys of a table of reason codes.
enum ReasonCodesTables {
    static let format = "reason-codes/v1"

    static let file = FieldTable(
        "the table of reason codes",
        [
            .init("assay", .word([format]), isRequired: true, "The format of this file."),
            .init("name", .text(), isRequired: true, "What the table is called in answers."),
            .init("version", .text(limit: 64), isRequired: true, "Which text of it this is."),
            .init("unfavourable", .table(unfavourable), isRequired: true, "What counts against the person a row is about."),
            .init("reasons", .integer(1...20), "At most so many reasons a row; 4 where it is left out."),
            .init(
                "minimum", .form("[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,4})?%?", limit: 32),
                "The least contribution of a reason, in the space of the attributions (0.05) or of all contributions against the person (5%)."),
            .init("never", .list(.text()), "Inputs that are never named; NAME* stands for every input that begins so."),
            .init("codes", .list(.table(code), count: 1...1_000), isRequired: true, "The reasons; of equal contributions the one that stands first here comes first."),
        ])

    static let unfavourable = FieldTable(
        "'unfavourable'",
        [
            .init("class", .text(), "The class by its label, of a model that gives probabilities."),
            .init("number", .word(["high", "low"]), "Which predicted numbers are unfavourable, of a model that predicts numbers."),
        ], rules: [.any(["class", "number"]), .excludes("class", "number")])

    static let code = FieldTable(
        "this code",
        [
            .init("code", .identifier(limit: 64), isRequired: true, "What programs know the reason by."),
            .init("text", .text(limit: 1_024), isRequired: true, "What people are told."),
            .init("features", .list(.text(), count: 1...10_000), isRequired: true, "The model's inputs that it covers; NAME* stands for every input that begins so."),
            .init("when", .table(condition), "When it is the reason for its only input; always where it is left out."),
        ])

    static let condition = FieldTable(
        "'when'",
        [
            .init("above", .decimal, "The input's value is above this."), .init("below", .decimal, "The input's value is below this."),
            .init("missing", .boolean, "The input has no value: true."), .init("one-of", .list(.text()), "The input's value is one of these."),
        ], rules: [.any(["above", "below", "missing", "one-of"])])
}
