import ArgumentParser
import AssayJSON

struct AlertAckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack", abstract: "Take an alert in hand: nobody is reminded of it or told further.",
        discussion: """
            For people who hold a role that the alert names, and administrators. It counts until the alert is over or becomes worse.
            """)

    @Argument(help: "The alert's key, as 'assay alert list' shows it.")
    var key: String

    @Option(help: "What is done about it.")
    var comment = ""

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let body: JSONValue = ["key": .string(key), "comment": .string(comment)]
        _ = try await options.withClient { try await $0.post(ServerPath.alertAcknowledgement, body) }
        try StandardOutput.write(Array("Acknowledged \(key.printable).\n".utf8))
    }
}
