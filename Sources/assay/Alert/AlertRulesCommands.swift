import ArgumentParser
import AssayJSON

struct AlertApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Put alert rules into force: receivers, and who is told of what. For administrators.",
        discussion: """
            Secrets are named in the file and not written there: env:NAME, file:PATH and vault:MOUNT/PATH#FIELD are read by the server, \
            where it runs, at each attempt. Every version is kept; the same text again changes nothing.
            """)

    @Argument(help: "The file, in YAML: assay: alerts/v1.")
    var file: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let (rules, source) = try AlertRulesFile.read(file)
        let answer = try await options.withClient { try await $0.post(ServerPath.alertRules, text: source, type: "application/yaml") }
        let number = answer["number"]?.integer ?? 0
        let words = answer["new"]?.bool == true ? "Version \(number) is in force" : "Version \(number) is in force already"
        try StandardOutput.write(Array("\(words): \(AlertRulesFile.summary(rules)).\n".utf8))
    }
}

struct AlertLintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Say what is wrong with a file of alert rules, by line and column, without a server.")

    @Argument(help: "The file.")
    var file: String

    func run() throws {
        let (rules, _) = try AlertRulesFile.read(file)
        try StandardOutput.write(Array("\(file.printable): \(AlertRulesFile.summary(rules)).\n".utf8))
    }
}

struct AlertShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Print the alert rules in force; for administrators.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.get(ServerPath.alertRules) }
        guard let rules = answer["rules"], let text = rules["text"]?.string else {
            return try StandardOutput.write(Array("# No alert rules were applied yet: assay alert apply FILE.\n".utf8))
        }
        let head = "# version \(rules["number"]?.integer ?? 0), applied \(AlertCommand.time(rules["applied_ms"]))\n"
        try StandardOutput.write(Array((head + text + (text.hasSuffix("\n") ? "" : "\n")).utf8))
    }
}
