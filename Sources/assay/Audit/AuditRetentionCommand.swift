import ArgumentParser
import AssayJSON

/// `assay audit retention`: for how long the access log is kept.
struct AuditRetentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention", abstract: "Show or set for how many days the access log is kept.",
        discussion: "Setting it takes a second person where there is one: assay role confirm ID")

    @Argument(help: "Days, at least 183, or ever. Without it: show it.")
    var days: String?

    @OptionGroup var options: ServerOptions

    func validate() throws {
        guard days == nil || days == "ever" || days.flatMap(Int64.init) != nil else {
            throw ValidationError("The access log is kept for a number of days or for ever, not for '\(days ?? "")'.")
        }
    }

    func run() async throws {
        let text = try await options.withClient { client in
            guard let days else {
                let kept = try await client.get(ServerPath.accessRetention)["days"]?.integer
                return kept.map { "The access log is kept for \($0) days.\n" } ?? "The access log is kept for ever.\n"
            }
            let value: JSONValue = days == "ever" ? .null : .integer(Int64(days) ?? 0)
            let answer = try await client.put(ServerPath.accessRetention, ["days": value])
            return AccessText.waiting(answer) ?? "The access log is kept for \(days == "ever" ? "ever" : "\(days) days").\n"
        }
        try StandardOutput.write(Array(text.utf8))
    }
}
