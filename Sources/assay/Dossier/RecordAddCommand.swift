import ArgumentParser
import AssayCanonical
import AssayJSON
import AssayTerms

struct RecordAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Sign a record.",
        discussion: """
            The types are listed by: assay record types. With --file the record is bound to the file's SHA-256, and the file is kept. \
            Where a control asks for somebody's signature, --control names it; assay control coverage prints the sentence that is signed.
            """)

    @Argument(help: "The record's type, for example training.")
    var type: String

    @Option(help: "What it is, in one line.")
    var title: String

    @OptionGroup var subject: SubjectOptions

    @Option(help: "What it says.")
    var text: String?

    @Option(help: "A file to bind it to.")
    var file: String?

    @Option(help: "A control whose sentence you sign with it, for example fed-mrm/validation; may be repeated.")
    var control: [String] = []

    @Option(help: "Since when it holds: 2026-11-26, or 2026-11-26T10:30:00Z. From now on without it.")
    var validFrom: String?

    @Option(help: "Until when it holds. Without it, as the type has it.")
    var validUntil: String?

    @Option(help: "The id of the record it takes the place of.")
    var supersedes: String?

    @OptionGroup var options: ServerOptions

    func run() async throws {
        var body = subject.members
        body["type"] = .string(type)
        body["title"] = .string(title)
        for (name, value) in [("text", text), ("valid_from", validFrom), ("valid_until", validUntil), ("supersedes", supersedes)] {
            body[name] = value.map { .string($0) }
        }
        if !control.isEmpty { body["controls"] = .array(control.map { .string($0) }) }
        let bytes = try file.map { try SmallFile.bytes(of: $0) }
        if let bytes, let file {
            body["file_name"] = .string(file.split(separator: "/").last.map(String.init) ?? file)
            body["file_sha256"] = .string(SHA256Hasher.digest(of: bytes).hex)
        }
        let signed = body
        let answer = try await options.withClient { client in
            let answer = try await client.post(ServerPath.records, .object(signed))
            if let bytes, let id = answer["id"]?.string { _ = try await client.put(ServerPath.record(id) + ["file"], bytes: bytes) }
            return answer
        }
        try StandardOutput.write(Array(PaperText.line(answer).utf8))
    }
}
