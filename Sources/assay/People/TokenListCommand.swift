import ArgumentParser
import AssayJSON
import AssayLedgerFormat
import AssayTerms

/// `assay token list`: one's own tokens, or everyone's.
struct TokenListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List tokens, without their texts.")

    @Flag(help: "Everyone's, for an administrator.")
    var all = false

    @Option(help: "text or json.")
    var format = AnswerFormat.text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { client in
            try await client.get(ServerPath.tokens, query: all ? [("all", "true")] : [])
        }
        if format == .json {
            try StandardOutput.write(answer.bytes() + [UInt8(ascii: "\n")])
            return
        }
        var text = ""
        for token in answer["tokens"]?.array ?? [] {
            let verbs = token["verbs"]?.array?.compactMap(\.string).joined(separator: ", ") ?? "all its holder may"
            let maker = token["made_by_another"]?.bool == true ? ", made by another" : ""
            let state = Self.time(token["revoked"]).map { "revoked \($0)" } ?? "until \(Self.time(token["expires"]) ?? "")"
            let used = Self.time(token["last_used"]) ?? "never"
            text += "\(token["id"]?.string ?? "")  \(state)  last used \(used)  [\(verbs)\(maker)]  \((token["label"]?.string ?? "").printable)\n"
        }
        try StandardOutput.write(Array(text.utf8))
    }

    private static func time(_ value: JSONValue?) -> String? { value?.integer.flatMap(LedgerTime.text) }
}
