import ArgumentParser
import AssayJSON
import AssayTerms

/// `assay user list`: every account, with roles and state.
struct UserListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List accounts and their roles.")

    @Option(help: "text or json.")
    var format = AnswerFormat.text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.get(ServerPath.users) }
        if format == .json {
            try StandardOutput.write(answer.bytes() + [UInt8(ascii: "\n")])
            return
        }
        var text = ""
        for user in answer["users"]?.array ?? [] {
            let roles = user["roles"]?.array?.compactMap(\.string).joined(separator: ", ") ?? ""
            let kind = user["kind"]?.string == "service" ? "  (service)" : ""
            let state = user["disabled"]?.bool == true ? "  (disabled)" : ""
            text += "\((user["name"]?.string ?? "").printable)  \(roles)\(kind)\(state)\n"
        }
        try StandardOutput.write(Array(text.utf8))
    }
}
