import ArgumentParser
import AssayJSON
import AssayTerms

struct RoleDelegateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delegate", abstract: "Let somebody approve in your stead for a time.",
        discussion: """
            You hold the role, the other person may approve something themselves, and it lasts 90 days at most. The two of \
            you count as one on each request, and what the other made or published they do not approve for you either.
            """)

    @Argument(help: "The role, for example compliance.")
    var role: String

    @Option(help: "Who approves in your stead.")
    var to: String

    @Option(help: "Until when: 2026-12-31 for its first moment, or a time with an offset.")
    var until: String

    @Option(help: "Why, for the record.")
    var reason: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        guard let end = try AccessTime.milliseconds(until) else { throw ValidationError("--until needs a time.") }
        let given = try await options.withClient { client in
            try await client.post(
                ServerPath.delegations,
                ["role": .string(role), "to": .string(to), "until_ms": .integer(end), "reason": .string(reason)])
        }
        try StandardOutput.write(
            Array("\(to) approves as \(role) in your stead until \(AccessTime.text(end)). End it: assay role undelegate \(given["id"]?.string ?? "ID")\n".utf8))
    }
}
