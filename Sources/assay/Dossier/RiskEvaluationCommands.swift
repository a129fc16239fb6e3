import ArgumentParser
import AssayJSON
import AssayTerms

struct RiskEvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Show a model's risk evaluation, or fill in fields of one section.",
        discussion: """
            Without a section it prints what is there and what is not, and ends with exit status 1 while a section is open. The \
            sections are objectives, risks, testing, fairness, scores, mitigations, stakeholders, documentation, governance, monitoring. \
            What was signed for before a change is to be signed for again.
            """)

    @Argument(help: "The registered model's name.")
    var name: String

    @Argument(help: "The section to fill in.")
    var section: String?

    @OptionGroup var fields: FieldArguments

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer: JSONValue
        if let section {
            let members = try fields.members(numbers: RiskCommand.numbers, lists: ["groups"])
            answer = try await options.withClient {
                try await $0.put(ServerPath.riskEvaluation(ofModel: name) + ["sections", section], .object(members))
            }
        } else {
            answer = try await options.withClient { try await $0.get(ServerPath.riskEvaluation(ofModel: name)) }
        }
        try PaperText.print(answer, format, Self.text)
        if section == nil, answer["complete"]?.bool != true { throw ExitCode(1) }
    }

    /// One line a section: `open      scores  scores and cost-benefit: lacks likelihood, impact`.
    static func text(_ answer: JSONValue) -> String {
        let sections = (answer["sections"]?.array ?? []).map { section in
            let missing = (section["missing"]?.array ?? []).compactMap(\.string)
            let lacks = missing.isEmpty ? "" : ": lacks \(missing.joined(separator: ", "))"
            return "\(missing.isEmpty ? "complete" : "open    ")  \(section["section"]?.string ?? "?")  \(section["title"]?.string ?? "")\(lacks)\n"
        }
        let signed = (answer["sign_offs"]?.array ?? []).map { one in
            "signed\(one["counts"]?.bool == true ? "" : ", outdated")  \(one["group"]?.string ?? "?")  \(one["signer"]?.string ?? "?")  \(one["statement"]?.string ?? "")\n"
        }
        return (sections + signed).joined()
    }
}

struct RiskSignOffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign-off", abstract: "Sign a model's risk evaluation for a group of stakeholders, as it stands now.")

    @Argument(help: "The registered model's name.")
    var name: String

    @Option(help: "The group, for example compliance-and-legal.")
    var group: String

    @Option(help: "What the group says to it.")
    var statement: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient {
            try await $0.post(
                ServerPath.riskEvaluation(ofModel: name) + ["sign-offs"], ["group": .string(group), "statement": .string(statement)])
        }
        try StandardOutput.write(Array(RiskEvaluateCommand.text(answer).utf8))
    }
}
