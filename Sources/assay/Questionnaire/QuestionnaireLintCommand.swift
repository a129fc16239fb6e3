import ArgumentParser
import AssayPolicy

struct QuestionnaireLintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Say everything that is wrong with a questionnaire, and in what it asks for less than this program's.",
        discussion: "Exit status 2 if it cannot be read, 1 if it takes something from what Regulation (EU) 2024/1689 asks, which no server publishes.")

    @Argument(help: "The file. Begin with: assay questionnaire show --text")
    var file: String

    func run() throws {
        let (questionnaire, _) = try QuestionnaireFile.read(file)
        let lacks = questionnaire.easings(from: .shipped, ofLawAlone: true)
        let roles = GateSettings.shipped().approvingRoles
        let less = questionnaire.easings(from: .shipped, approvingRoles: roles).filter { !lacks.contains($0) }
        var lines = ["\(file): \(QuestionnaireFile.summary(questionnaire))"]
        lines += lacks.map { "  takes from the law: \($0)" } + less.map { "  asks for less: \($0)" }
        try StandardOutput.write(Array(lines.map { $0 + "\n" }.joined().utf8))
        if !lacks.isEmpty { throw ExitCode(1) }
    }
}
