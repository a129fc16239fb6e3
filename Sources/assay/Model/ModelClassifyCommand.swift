import ArgumentParser
import AssayJSON
import AssayPolicy
import AssayTerms

/// `assay model classify`: says what a model is used for, and shows what that makes it.
struct ModelClassifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classify", abstract: "Say what a model is used for, and so of which class and tier it is.",
        discussion: """
            Begin with --questions, which prints a file of answers to fill in; --dry-run says what the answers come to without \
            telling a server. A classification holds for the purpose in its answers: --purpose says that it is another one by \
            now, and the model is unclassified until somebody classifies that. Asking for less than before, and classifying a \
            model one has made, take a second person: assay role confirm ID
            """)

    @Argument(help: "The registered model's name; none with --questions and --dry-run.")
    var name: String?

    @Option(help: "The file of answers.")
    var answers: String?

    @Option(help: "Another intended use, which nobody has classified yet.")
    var purpose: String?

    @Flag(help: "Show how the model is classified, why, and since when.")
    var show = false

    @Flag(help: "Print a blank file of answers with the questions.")
    var questions = false

    @Flag(help: "Only say what the answers come to.")
    var dryRun = false

    @Option(help: "Ask by this file instead of the questionnaire of this program; with --questions and --dry-run only.")
    var questionnaire: String?

    @Option(help: "text for people, json for programs.")
    var format: ModelHistoryCommand.Format = .text

    @OptionGroup var options: ServerOptions

    func validate() throws {
        let ways = [answers != nil, purpose != nil, show, questions].filter(\.self).count
        guard ways == 1 else { throw ValidationError("Give one of --answers FILE, --purpose TEXT, --show and --questions.") }
        if dryRun, answers == nil { throw ValidationError("--dry-run needs --answers FILE.") }
        let isOffline = questions || dryRun
        if isOffline != (name == nil) {
            throw ValidationError(isOffline ? "--questions and --dry-run are about no model in particular." : "Name the model.")
        }
        if questionnaire != nil, !isOffline {
            throw ValidationError("A server asks by its own questionnaire; --questionnaire goes with --questions and --dry-run.")
        }
    }

    func run() async throws {
        if questions { return try StandardOutput.write(Array(try asked().blankAnswers.utf8)) }
        if dryRun, let answers { return try write(try tried(answers)) }
        guard let name else { return }
        let answer = try await options.withClient { client in
            if show { return try await client.get(ServerPath.classifications, query: [("model", name)]) }
            var body: JSONObject = ["model": .string(name)]
            if let answers {
                guard let text = Text(utf8: try SmallFile.bytes(of: answers)) else {
                    throw AssayError(.unreadable, "\(answers) is no UTF-8 text.")
                }
                body["answers"] = .string(text.string)
            }
            body["purpose"] = purpose.map { .string($0) }
            return try await client.post(ServerPath.classifications, .object(body))
        }
        if format == .json { return try StandardOutput.write(answer.bytes(pretty: true) + [UInt8(ascii: "\n")]) }
        try StandardOutput.write(Array((show ? ClassificationText.shown(answer, of: name) : ClassificationText.made(answer)).utf8))
    }

    private func asked() throws -> Questionnaire {
        guard let questionnaire else { return .shipped }
        do {
            return try QuestionnaireReader.read(try SmallFile.bytes(of: questionnaire))
        } catch let problems as PolicyProblems {
            throw problems.error(file: questionnaire)
        }
    }

    /// What the answers come to, as a server would say it.
    private func tried(_ path: String) throws -> JSONValue {
        let questionnaire = try asked()
        let given: ClassificationAnswers
        do {
            given = try ClassificationAnswers(parsing: try SmallFile.bytes(of: path), for: questionnaire)
        } catch let problems as PolicyProblems {
            throw problems.error(file: path)
        }
        switch questionnaire.evaluate(given.answers) {
        case .complete(let outcome): return outcome.json
        case .incomplete(let missing):
            throw AssayError(
                .invalidArgument, "\(path): incomplete: these questions are not answered: \(missing.map(\.string).joined(separator: ", "))")
        }
    }

    private func write(_ outcome: JSONValue) throws {
        let bytes = format == .json ? outcome.bytes(pretty: true) + [UInt8(ascii: "\n")] : Array(ClassificationText.outcome(outcome).utf8)
        try StandardOutput.write(bytes)
    }
}
