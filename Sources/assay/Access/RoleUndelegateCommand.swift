import ArgumentParser
import AssayJSON

struct RoleUndelegateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undelegate", abstract: "End a delegation that you gave or were given.")

    @Argument(help: "Its id, from: assay role delegations")
    var id: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        _ = try await options.withClient { try await $0.delete(ServerPath.delegation(id)) }
        try StandardOutput.write(Array("Ended.\n".utf8))
    }
}
