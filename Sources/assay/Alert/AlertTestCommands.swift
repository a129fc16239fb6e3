import ArgumentParser
import AssayJSON

/// `assay alert test`: exit status 1 unless the receiver took the message.
struct AlertTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Send a receiver a made-up alert once, at once, and say what came of it.")

    @Argument(help: "The receiver's name in the rules.")
    var receiver: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.post(ServerPath.alertTest, ["receiver": .string(receiver)]) }
        let result = answer["result"] ?? .null
        let isDelivered = result["delivered"]?.bool ?? false
        try StandardOutput.write(Array("\(isDelivered ? "Delivered" : "Not delivered"): \((result["words"]?.string ?? "?").printable).\n".utf8))
        if !isDelivered { throw ExitCode(1) }
    }
}

struct AlertRaiseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "raise", abstract: "Raise a made-up alert that goes through the rules, or end it with --resolve.")

    @Option(help: "What tells it from other made-up alerts.")
    var name = "test"

    @Option(help: "critical, warning or info.")
    var severity = "warning"

    @Option(help: "A registered model that it is about.")
    var model: String?

    @Option(help: "Whom it wants told; may be repeated.")
    var role: [String] = []

    @Flag(help: "It is over.")
    var resolve = false

    @OptionGroup var options: ServerOptions

    func run() async throws {
        var body: JSONObject = [
            "name": .string(name), "severity": .string(severity), "state": .string(resolve ? "resolved" : "firing"),
            "roles": .array(role.map { .string($0) }),
        ]
        if let model { body["model"] = .string(model) }
        let answer = try await options.withClient { try await $0.post(ServerPath.alertTest, .object(body)) }
        try StandardOutput.write(Array("\(answer["effect"]?.string ?? "?")  \((answer["key"]?.string ?? "?").printable)\n".utf8))
    }
}
