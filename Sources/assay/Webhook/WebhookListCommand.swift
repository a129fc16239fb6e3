import ArgumentParser
import AssayJSON

struct WebhookListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "All webhooks, the newest first.")

    @Option(help: "text for people, json for programs.")
    var format: WebhookCommand.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let webhooks = try await options.withClient { try await $0.all("webhooks", at: ServerPath.webhooks) }
        switch format {
        case .json:
            let value: JSONValue = ["webhooks": .array(webhooks)]
            try StandardOutput.write(value.bytes(pretty: true) + [UInt8(ascii: "\n")])
        case .text:
            try StandardOutput.write(Array(webhooks.map { Self.line($0) + "\n" }.joined().utf8))
        }
    }

    /// `958e809d-…  ACTIVE  name  https://…  registered_model.created,…`
    private static func line(_ webhook: JSONValue) -> String {
        let events = (webhook["events"]?.array ?? []).compactMap(\.string).joined(separator: ",")
        let parts = ["id", "status", "name", "url"].map { webhook[$0]?.string ?? "?" }
        return (parts + [events]).joined(separator: "  ")
    }
}

extension ServerClient {
    /// Every page of a list, up to `limit` items.
    func all(_ name: String, at path: [String], query: [(String, String)] = [], limit: Int = .max) async throws -> [JSONValue] {
        var items: [JSONValue] = []
        var token = ""
        repeat {
            let page = min(limit - items.count, 1_000)
            let answer = try await get(path, query: query + [("max_results", String(page)), ("page_token", token)])
            items += answer[name]?.array ?? []
            token = answer["next_page_token"]?.string ?? ""
        } while !token.isEmpty && items.count < limit
        return items
    }
}
