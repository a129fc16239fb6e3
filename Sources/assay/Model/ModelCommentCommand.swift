import ArgumentParser
import AssayJSON

struct ModelCommentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "comment", abstract: "Say something about an open request; whoever asks the gate next reads it.")

    @Argument(help: "The registered model's name.")
    var name: String

    @Argument(help: "The version's number.")
    var version: Int

    @Argument(help: "What there is to say.")
    var text: String

    @OptionGroup var place: PlaceOptions

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await options.withClient { client in
            let id = try await OpenRequest.find(name, version, place, client)
            _ = try await client.post(ServerPath.comments, ["request": .string(id), "text": .string(text)])
        }
        try StandardOutput.write(Array("Said, on the request for \(place.text) for \(name) version \(version).\n".utf8))
    }
}
