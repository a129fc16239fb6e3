import ArgumentParser
import AssayJSON

struct MonitorRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Look at all monitors once, now.",
        discussion: "Exit status 1 if a limit is broken by the newest window of a version in service. Needs the permission 'run_eval'.")

    @Option(name: [.customShort("m"), .customLong("model")], help: "Only this model's.")
    var model: String?

    @Option(help: "text for people, json for programs.")
    var format: WebhookCommand.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        var body = JSONObject()
        body["model"] = model.map { .string($0) }
        let asked = JSONValue.object(body)
        let answer = try await options.withClient { try await $0.post(ServerPath.monitorRun, asked) }
        let monitors = answer["monitors"]?.array ?? []
        if format == .json {
            try StandardOutput.write(answer.bytes(pretty: true) + [UInt8(ascii: "\n")])
        } else {
            let judged = answer["judged"]?.integer ?? 0
            let lines = monitors.map(MonitorText.line) + ["\(judged) \(judged == 1 ? "window was" : "windows were") judged."]
            let problems = (answer["problems"]?.array ?? []).map { problem in
                "\(problem["model"]?.string ?? "") \(problem["version"]?.integer ?? 0) cannot be looked at: \(problem["reason"]?.string ?? "")"
            }
            try StandardOutput.write(Array((lines + problems).map { $0 + "\n" }.joined().utf8))
        }
        let isBroken = monitors.contains { $0["placed"]?.bool == true && $0["newest"]?["verdict"]?.string == "broken" }
        if isBroken { throw ExitCode(1) }
    }
}
