import ArgumentParser
import AssayJSON
import AssayTerms

struct ModelObjectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "object", abstract: "Say no to an open request as it stands.",
        discussion: """
            The objection is bound as an approval is: it stops the change until you take it back with --withdraw, or the \
            version's files, the policies or the evidence are others. Needs a role that approves. Where those of a role \
            vote, it is a vote that is not given.
            """)

    @Argument(help: "The registered model's name.")
    var name: String

    @Argument(help: "The version's number.")
    var version: Int

    @OptionGroup var place: PlaceOptions

    @Option(help: "Why, for the record and for whoever asked.")
    var reason: String?

    @Flag(help: "Take your objections back.")
    var withdraw = false

    @OptionGroup var options: ServerOptions

    func validate() throws {
        guard withdraw == (reason == nil) else { throw ValidationError("Give --reason, or take an objection back with --withdraw.") }
    }

    func run() async throws {
        let text = try await options.withClient { client in
            let id = try await OpenRequest.find(name, version, place, client)
            guard let reason else {
                let count = try await client.post(ServerPath.objectionWithdrawal, ["request": .string(id)])["withdrawn"]?.integer ?? 0
                return count == 0 ? "You object to nothing of it.\n" : "Taken back.\n"
            }
            var body: JSONObject = ["request": .string(id), "reason": .string(reason)]
            body["seen"] = try await client.get(ServerPath.request(id))["seen"]
            _ = try await client.post(ServerPath.objections, .object(body))
            return "\(place.text) for \(name) version \(version) is stopped as it stands (request \(id)).\n"
        }
        try StandardOutput.write(Array(text.utf8))
    }
}
