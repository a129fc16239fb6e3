import ArgumentParser
import AssayJSON

struct RoleListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the roles with what they allow.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.get(ServerPath.roles) }
        let text = (answer["roles"]?.array ?? []).map(AccessText.role).joined()
        try StandardOutput.write(Array(text.utf8))
    }
}
