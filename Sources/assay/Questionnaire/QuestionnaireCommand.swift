import ArgumentParser

struct QuestionnaireCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "questionnaire",
        abstract: "What is asked about the use of models, and what each tier asks for: look at it, check it, publish one of your own.",
        subcommands: [QuestionnaireShowCommand.self, QuestionnaireLintCommand.self, QuestionnairePublishCommand.self])
}
