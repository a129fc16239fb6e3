import ArgumentParser
import AssayJSON
import AssayTerms

struct ModelApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approve an open request for a place.",
        discussion: """
            The approval is bound to what is printed: the version's files, the policies and the evidence as they are \
            now. When any of them changes it no longer counts. Needs a token of somebody with the role validator or \
            compliance who is no author of the version.
            """)

    @Argument(help: "The registered model's name.")
    var name: String

    @Argument(help: "The version's number.")
    var version: Int

    @OptionGroup var place: PlaceOptions

    @Option(help: "Why, for the record.")
    var comment: String?

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await options.withClient { client in
            let id = try await openRequest(client)
            let request = try await client.get(ServerPath.request(id))
            guard let seen = request["seen"]?.string else {
                throw AssayError(
                    .conflict,
                    request["refusal"]?.string ?? "The request \(id) cannot be approved; ask for the place again.")
            }
            try StandardOutput.write(Array(GateText.requirements(of: request["detail"]).utf8))
            var approval: JSONObject = ["request": .string(id), "seen": .string(seen)]
            approval["comment"] = comment.map { .string($0) }
            let given = try await client.post(ServerPath.approvals, .object(approval))
            let approver = given["approver"]?.string ?? "You"
            try StandardOutput.write(
                Array("\(approver) approved \(name) version \(version) for \(place.text) (request \(id)).\n".utf8))
        }
    }

    private func openRequest(_ client: ServerClient) async throws(AssayError) -> String {
        let answer = try await client.get(ServerPath.requests, query: [("state", "open"), ("model", name)])
        let wanted = place.text.lowercased()
        let request = (answer["requests"]?.array ?? []).first { request in
            request["version"]?.integer == Int64(version) && request["target"]?.string?.lowercased() == wanted
                && request["action"]?.string == "promote"
        }
        guard let id = request?["id"]?.string else {
            throw AssayError(
                .notFound,
                "Nobody has asked for \(place.text) for \(name) version \(version), so there is nothing to approve. Whoever wants it runs 'assay model promote' or the client's own call first."
            )
        }
        return id
    }
}
