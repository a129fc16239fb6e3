import ArgumentParser
import AssayJSON

struct RoleConfirmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm", abstract: "Make a change that somebody else proposed. Read it first: assay role proposals")

    @Argument(help: "The proposal's id.")
    var id: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient {
            try await $0.post(ServerPath.proposals + [id, "confirmation"], [:])
        }
        let text = "Confirmed:\n" + AccessText.proposal(answer["confirmed"] ?? .null)
        try StandardOutput.write(Array(text.utf8))
    }
}
