import ArgumentParser
import AssayJSON
import AssayPolicy
import AssayTerms

struct QuestionnairePublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Publish a questionnaire for good; from then on models are classified by it.",
        discussion: """
            A published questionnaire never changes, and what was classified by another stands. Needs a token of somebody with the role \
            validator or compliance in ASSAY_TOKEN. One that asks for less than the one in force takes a second person where there is \
            one: assay role confirm ID. What answers Regulation (EU) 2024/1689 can be added to and not taken from.
            """)

    @Argument(help: "The file.")
    var file: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let (questionnaire, source) = try QuestionnaireFile.read(file)
        let answer = try await options.withClient {
            try await $0.post(ServerPath.questionnaires, text: source, type: "application/yaml")
        }
        if let waiting = AccessText.waiting(answer), let proposal = answer["waiting"] {
            let text = "\(questionnaire.title) is not in force: it asks for less than what is.\n\(AccessText.loosenings(proposal))\(waiting)"
            return try StandardOutput.write(Array(text.utf8))
        }
        try StandardOutput.write(Array("Published \(QuestionnaireFile.summary(questionnaire))\n".utf8))
    }
}
