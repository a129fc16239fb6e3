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
        var yaml = YAMLReader(noun: "list of answers")
        let node = yaml.read(source)
        var schema = PolicyReader(catalogue: nil)
        let read = node.flatMap { Self.read($0, for: questionnaire, &schema) }
        let problems = yaml.problems + schema.problems
        guard problems.isEmpty, let read else { throw PolicyProblems(problems) }
        self = read
    }

    private init(purpose: Text, answers: [Text: Text]) {
        self.purpose = purpose
        self.answers = answers
    }

    private static func read(
        _ node: YAMLNode, for questionnaire: Questionnaire, _ schema: inout PolicyReader
    ) -> ClassificationAnswers? {
        let keys: [Text] = ["assay", "questionnaire", "purpose", "answers"]
        guard let fields = schema.fields(node, what: "the file of answers", keys: keys) else { return nil }
        for key in keys { schema.require(key, in: fields) }
        if let written = schema.text("assay", in: fields), written.string != format {
            schema.report(fields.keyPosition("assay"), "'assay' is '\(format)', not '\(written)'")
        }
        if let title = schema.text("questionnaire", in: fields), title.string != questionnaire.title {
            schema.report(
                fields.keyPosition("questionnaire"),
                "these answers are to the questionnaire '\(title)', and '\(questionnaire.title)' is asked; begin with its blank answers: assay model classify --questions")
        }
        let purpose = schema.text("purpose", in: fields, limit: purposeLimit, allowsLines: true)
        var answers: [Text: Text] = [:]
        let given = fields["answers"].flatMap { schema.fields($0, what: "'answers'", keys: questionnaire.questions.map(\.id)) }
        for entry in given?.entries ?? [] {
            guard let question = questionnaire.question(entry.key) else { continue }
            if case .scalar(let text, _) = entry.value.content, text.isEmpty { continue }
            guard let word = schema.text(entry.value, what: "the answer to '\(entry.key)'", limit: 64) else { continue }
            if question.words.contains(word) {
                answers[question.id] = word
            } else {
                let words = question.words.map(\.string).joined(separator: ", ")
                schema.report(entry.value.position, "'\(entry.key)' is answered with one of \(words), not '\(word)'")
            }
        }
        return purpose.map { ClassificationAnswers(purpose: $0, answers: answers) }
    }
}
