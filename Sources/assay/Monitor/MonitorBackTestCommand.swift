import ArgumentParser
import AssayJSON

struct MonitorBackTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest", abstract: "What a plan would have said of the recorded history, before anybody signs it.",
        discussion: "Nothing is kept and nobody is told. Needs the permission 'read_sensitive': what is asked for may be about few people. Exit status 1 if a limit would have been broken.")

    @Argument(help: "The plan, a file in the form monitoring-plan/v1.")
    var plan: String

    @Option(name: [.customShort("m"), .customLong("model")], help: "The registered model.")
    var model: String

    @Option(help: "text for people, json for programs.")
    var format: WebhookCommand.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let text = String(decoding: try SmallFile.bytes(of: plan), as: UTF8.self)
        let answer = try await options.withClient { try await $0.post(ServerPath.backTest, ["model": .string(model), "plan": .string(text)]) }
        let results = answer["results"]?.array ?? []
        let broken = results.count { $0["verdict"]?.string == "broken" }
        if format == .json {
            try StandardOutput.write(answer.bytes(pretty: true) + [UInt8(ascii: "\n")])
        } else {
            var lines = results.map { MonitorText.result($0, subject: "\(model)/\($0["version"]?.integer ?? 0)  \($0["check"]?.string ?? "?")") }
            lines.append("\(broken) of \(results.count) \(results.count == 1 ? "window" : "windows") would have raised an alarm.")
            try StandardOutput.write(Array(lines.map { $0 + "\n" }.joined().utf8))
        }
        if broken > 0 { throw ExitCode(1) }
    }
}
