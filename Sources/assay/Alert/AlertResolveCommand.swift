import ArgumentParser
import AssayJSON

struct AlertResolveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "Say that an alert is over which nothing else will end; for administrators.",
        discussion: """
            Its receivers are told. What raised it fires anew at its next look if it still is so. Alerts of monitors and pipelines that are no \
            more end by themselves.
            """)

    @Argument(help: "The alert's key, as 'assay alert list' shows it.")
    var key: String

    @Option(help: "Why it is over.")
    var comment: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let body: JSONValue = ["key": .string(key), "comment": .string(comment)]
        _ = try await options.withClient { try await $0.post(ServerPath.alertResolution, body) }
        try StandardOutput.write(Array("\(key.printable) is over.\n".utf8))
    }
}
