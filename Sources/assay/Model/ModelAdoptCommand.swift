import ArgumentParser
import AssayJSON
import AssayTerms

struct ModelAdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Answer by name for a version that was logged or registered by nobody named.",
        discussion: "From then on you count as its author, and so never among those who approve it.")

    @Argument(help: "The registered model's name.")
    var name: String

    @Argument(help: "The version's number.")
    var version: Int

    @Option(help: "Why, for the record.")
    var comment: String?

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { client in
            var adoption: JSONObject = ["model": .string(name), "version": .integer(Int64(version))]
            adoption["comment"] = comment.map { .string($0) }
            return try await client.post(ServerPath.adoptions, .object(adoption))
        }
        let adopter = answer["adopter"]?.string ?? "You"
        try StandardOutput.write(Array("\(adopter) answers for \(name) version \(version) as its author.\n".utf8))
    }
}
