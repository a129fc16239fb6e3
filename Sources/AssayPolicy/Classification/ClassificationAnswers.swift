package import AssayTerms

/// What somebody answered about the use of a model: a file of their own, in YAML as policies are written.
///
/// ```yaml
/// assay: answers/v1
/// questionnaire: assay 1
/// purpose: Scores applications for consumer credit.
/// answers:
///   art-5-1-a: no
/// ```
package struct ClassificationAnswers: Hashable, Sendable {
    package static let format = "answers/v1"
    package static let purposeLimit = 4_096

    /// The intended use the answers are about.
    package let purpose: Text
    /// By the question's id.
    package let answers: [Text: Text]

    /// - Parameter source: UTF-8, at most 256 KiB. A question may be left out, or left blank; it is then unanswered.
    /// - Throws: `PolicyProblems`: answers to another questionnaire, to questions it does not ask, in words that are none.
    package init(parsing source: [UInt8], for questionnaire: Questionnaire) throws(PolicyProblems) {
        self = try ClassificationAnswersReader(questionnaire: questionnaire).document(source, noun: "list of answers") { $0.answers($1) }
    }

    fileprivate init(purpose: Text, answers: [Text: Text]) {
        self.purpose = purpose
        self.answers = answers
    }
}

private struct ClassificationAnswersReader: DocumentReading {
    let questionnaire: Questionnaire
    var problems: [PolicyProblems.Problem] = []

    mutating func answers(_ node: YAMLNode) -> ClassificationAnswers? {
        guard let fields = fields(node, QuestionnaireTables.answers) else { return nil }
        if let written = text("assay", in: fields), written.string != ClassificationAnswers.format {
            report(fields.keyPosition("assay"), "'assay' is '\(ClassificationAnswers.format)', not '\(written)'")
        }
        if let title = text("questionnaire", in: fields), title.string != questionnaire.title {
            report(
                fields.keyPosition("questionnaire"),
                "these answers are to the questionnaire '\(title)', and '\(questionnaire.title)' is asked; begin with its blank answers: assay questionnaire show --blank")
        }
        let purpose = text("purpose", in: fields)
        var answers: [Text: Text] = [:]
        let given = fields["answers"].flatMap { self.fields($0, QuestionnaireTables.answers(to: questionnaire)) }
        for entry in given?.entries ?? [] {
            guard let question = questionnaire.question(entry.key) else { continue }
            if case .scalar(let text, _) = entry.value.content, text.isEmpty { continue }
            guard let word = text(entry.value, what: "the answer to '\(entry.key)'", limit: 64) else { continue }
            if let answer = question.answer(word) {
                answers[question.id] = answer
            } else {
                let words = question.words.map(\.string).joined(separator: ", ")
                report(entry.value.position, "'\(entry.key)' is answered with \(question.isSeveral ? "any" : "one") of \(words), not '\(word)'")
            }
        }
        return purpose.map { ClassificationAnswers(purpose: $0, answers: answers) }
    }
}
