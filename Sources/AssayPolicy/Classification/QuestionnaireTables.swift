import AssayTerms

/// The keys of questionnaires and of the files that answer them.
enum QuestionnaireTables {
    static let questionnaire = FieldTable(
        "the questionnaire",
        [
            .init("assay", .word([Questionnaire.format]), isRequired: true, "The format of this file."),
            .init("name", .identifier(limit: 64), isRequired: true, "What the questionnaire is called."),
            .init("version", .identifier(limit: 64), isRequired: true, "Another text is another version."),
            .init("as-of", .text(), isRequired: true, "The day up to which the law was looked at."),
            .init("tiers", .table(tiers), isRequired: true, "From so many points on a tier is reached."),
            .init("defaults", .table(defaults), isRequired: true, "What each tier asks for where no policy is written for it."),
            .init("questions", .list(.table(question)), isRequired: true, "What is asked, in order."),
            .init("rules", .list(.table(rule), count: 0...FieldTable.listLimit), isRequired: true, "What follows from answers together."),
            .init(
                "obligations", .list(.table(obligation), count: 0...FieldTable.listLimit), isRequired: true,
                "What a class brings with it, and from which day."),
        ])

    static let tiers = FieldTable(
        "'tiers'",
        [
            .init("moderate", .integer(1...1_000), isRequired: true, "From so many points on the tier is moderate."),
            .init("high", .integer(1...1_000), isRequired: true, "From so many points on the tier is high."),
        ])

    static let defaults = FieldTable(
        "'defaults'",
        [
            .init("unclassified", .table(demand), isRequired: true, "Of models that nobody has classified."),
            .init("low", .table(demand), isRequired: true, "Of models of the tier low."),
            .init("moderate", .table(demand), isRequired: true, "Of models of the tier moderate."),
            .init("high", .table(demand), isRequired: true, "Of models of the tier high."),
        ])

    static let demand = FieldTable(
        "what a tier asks for",
        [
            .init("approvals", .list(.table(PolicyTables.approval)), isRequired: true, "Who has to approve."),
            .init("documents", .list(.word(PolicyTables.words(RequiredDocument.self))), "What has to be complete."),
            .init("revalidate-after-months", .integer(1...120), "After so many months a version is looked at anew."),
        ])

    static let question = FieldTable(
        "this question",
        [
            .init("id", .form("[a-z0-9-]+", limit: 64), isRequired: true, "What rules and answers call it."),
            .init("section", .text(), isRequired: true, "The heading it stands under."),
            .init("kind", .word(["yes-no", "choice", "several"]), isRequired: true, "How it is answered."),
            .init("text", .text(limit: longTextLimit), isRequired: true, "The question."),
            .init("citation", .text(), "Where the law says it."),
            .init("effects", .table(effects), "What a yes does by itself."),
            .init("options", .list(.table(option), count: 2...FieldTable.listLimit), "What is chosen from."),
            .init("from", .text(), "Since when a yes has its meaning in law."),
            .init("uncertain", .text(limit: longTextLimit), "Why the law's own words leave it open."),
        ])

    static let option = FieldTable(
        "this option",
        [
            .init("id", .text(limit: 64), isRequired: true, "The answer's word."),
            .init("text", .text(limit: 512), isRequired: true, "What the word means."),
        ]
    ).adding(effects.fields)

    static let effects = FieldTable(
        "'effects'",
        [
            .init("class", .word(PolicyTables.words(EUClass.self)), "At least this class."),
            .init("tier", .word(PolicyTables.words(Tier.self)), "At least this tier."),
            .init("points", .integer(0...100), "Added to what the tier is read from."),
            .init("brings", .list(.text(limit: 128)), "Frameworks of controls it brings into play, or FRAMEWORK/CLASS."),
        ])

    static let rule = FieldTable(
        "this rule",
        [
            .init("id", .form("[a-z0-9-]+", limit: 64), isRequired: true, "What later rules and obligations call it."),
            .init("text", .text(limit: longTextLimit), isRequired: true, "What holds if the rule does, for people."),
            .init("citation", .text(), "Where the law says it."),
            .init("any", .list(.text()), "One of these holds."), .init("all", .list(.text()), "All of these hold."),
            .init("none", .list(.text()), "None of these holds."),
            .init("effects", .table(effects), "What the rule does where it holds."),
            .init("uncertain", .text(limit: longTextLimit), "Why the law's own words leave it open."),
        ], rules: [.any(["any", "all"])])

    static let obligation = FieldTable(
        "this obligation",
        [
            .init("id", .text(limit: 128), isRequired: true, "Its name for programs."),
            .init("text", .text(limit: longTextLimit), isRequired: true, "The obligation in short words."),
            .init("citation", .text(), isRequired: true, "Where the law says it."),
            .init("any", .list(.text()), "It falls on uses of which one of these holds; on all where it is left out."),
            .init("from", .text(), isRequired: true, "The day from which it applies."),
            .init("formal-from", .text(), "Another day that the law's words may mean."),
            .init("uncertain", .text(limit: longTextLimit), "What is open about it."),
        ])

    static let answers = FieldTable(
        "the file of answers",
        [
            .init("assay", .word([ClassificationAnswers.format]), isRequired: true, "The format of this file."),
            .init("questionnaire", .text(), isRequired: true, "Name and version of what is answered."),
            .init(
                "purpose", .text(limit: ClassificationAnswers.purposeLimit, allowsLines: true), isRequired: true,
                "What the model is for; the answers hold for this use alone."),
            .init("answers", .entries(.text(limit: 64), least: 0), isRequired: true, "Each question with its answer."),
        ])

    /// The answers themselves, whose keys are the questions.
    static func answers(to questionnaire: Questionnaire) -> FieldTable {
        FieldTable("'answers'", questionnaire.questions.map { .init($0.id, .text(limit: 64), "\($0.text)") })
    }

    private static let longTextLimit = 1_024
}
