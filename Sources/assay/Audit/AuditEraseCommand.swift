import ArgumentParser
import AssayJSON
import AssayTerms

/// `assay audit erase`: destroys what an entry, or the entries about a person, say.
struct AuditEraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Destroy an entry's payload, or what entries say of a person; the log still verifies.",
        discussion: """
            The entry's leaf stays in the log, with a digest that nobody can try out any more, since the salt is gone too. Who \
            erased what and why is a new entry. Copies that were made before, in backups and exports, are not reached; for a \
            person the key is destroyed as well, which makes backups without it useless for them.
            """)

    @Argument(help: "The entry's id.")
    var entry: String?

    @Option(help: "A person without roles and usable tokens, whose entries are erased.")
    var user: String?

    @Option(help: "Why; it stays readable.")
    var reason: String

    @OptionGroup var options: ServerOptions

    func validate() throws {
        guard (entry == nil) != (user == nil) else { throw ValidationError("Name either an entry, or --user.") }
    }

    func run() async throws {
        var body: JSONObject = ["reason": .string(reason)]
        body["entry"] = entry.map { .string($0) }
        body["user"] = user.map { .string($0) }
        _ = try await options.withClient { try await $0.post(ServerPath.erasures, .object(body)) }
        try StandardOutput.write(Array("erased \(entry.map { "the payload of entry \($0)" } ?? "what the log said of \(user ?? "")")\n".utf8))
    }
}
