import ArgumentParser
import AssayJSON

struct RoleDelegationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delegations", abstract: "List who approves in whose stead, past ones included.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let delegations = try await options.withClient { try await $0.get(ServerPath.delegations) }["delegations"]?.array ?? []
        let lines = delegations.map { given in
            func text(_ name: String) -> String { given[name]?.string ?? "?" }
            let end = given["revoked_ms"]?.integer.map { "ended \(AccessTime.text($0))" } ?? "until \(AccessTime.text(given["until_ms"]?.integer ?? 0))"
            return "\(text("id"))  \(text("to")) for \(text("from")) as \(text("role")), \(end): \(text("reason"))".printable + "\n"
        }
        try StandardOutput.write(Array((lines.isEmpty ? "Nobody stands in for anybody.\n" : lines.joined()).utf8))
    }
}
