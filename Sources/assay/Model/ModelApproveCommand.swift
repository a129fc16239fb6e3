import ArgumentParser
import AssayJSON
import AssayTerms
import Foundation

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

    @Option(
        name: .customLong("condition"),
        help: "What is to be done by a day: 'monthly drift report by 2027-01-31'; may be repeated. You approve all the same; what is due and open stops the model's next promotion."
    )
    var conditions: [String] = []

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await options.withClient { client in
            let id = try await OpenRequest.find(name, version, place, client)
            let request = try await client.get(ServerPath.request(id))
            guard let seen = request["seen"]?.string else {
                throw AssayError(
                    .conflict,
                    request["refusal"]?.string ?? "The request \(id) cannot be approved; ask for the place again.")
            }
            try StandardOutput.write(Array(GateText.requirements(of: request["detail"]).utf8))
            var approval: JSONObject = ["request": .string(id), "seen": .string(seen)]
            approval["comment"] = comment.map { .string($0) }
            if !conditions.isEmpty { approval["conditions"] = .array(try conditions.map(Self.condition)) }
            let given = try await client.post(ServerPath.approvals, .object(approval))
            let approver = given["approver"]?.string ?? "You"
            try StandardOutput.write(
                Array("\(approver) approved \(name) version \(version) for \(place.text) (request \(id)).\n".utf8))
        }
    }

    /// `TEXT by DAY`.
    private static func condition(_ text: String) throws -> JSONValue {
        guard let place = text.range(of: " by ", options: .backwards), let due = try AccessTime.milliseconds(String(text[place.upperBound...]))
        else { throw ValidationError("A condition ends in the day it is due: 'monthly drift report by 2027-01-31'.") }
        return ["text": .string(String(text[..<place.lowerBound])), "due_ms": .integer(due)]
    }
}
