import ArgumentParser
import AssayJSON

struct RoleProposalsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proposals", abstract: "List the changes that wait for a second person and that you may confirm.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.get(ServerPath.proposals) }
        let proposals = answer["proposals"]?.array ?? []
        let text = proposals.isEmpty ? "Nothing waits.\n" : proposals.map(AccessText.proposal).joined()
        try StandardOutput.write(Array(text.utf8))
    }
}
