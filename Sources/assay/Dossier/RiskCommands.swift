import ArgumentParser
import AssayJSON

struct RiskAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Put a risk into the register.",
        discussion: """
            Fields: title, category (accuracy, bias-and-fairness, over-and-underfitting, data-quality, operational, security), \
            likelihood and impact (1 to 5), appetite (1 to 25), treatment (avoid, reduce, transfer, take), owner, review, and perhaps \
            residual_likelihood, residual_impact, text, mitigation, cost_benefit.
            """)

    @OptionGroup var subject: SubjectOptions
    @OptionGroup var fields: FieldArguments
    @OptionGroup var options: ServerOptions

    func run() async throws {
        var body = try fields.members(numbers: RiskCommand.numbers)
        for (name, value) in subject.members.members { body[name] = value }
        let risk = body
        let answer = try await options.withClient { try await $0.post(ServerPath.risks, .object(risk)) }
        try StandardOutput.write(Array(RiskCommand.line(answer).utf8))
    }
}

struct RiskListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List risks, the newest first.")

    @OptionGroup var subject: SubjectOptions

    @Flag(help: "Closed ones too.")
    var all = false

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let query = subject.query(all: all)
        try await PaperText.printList(ServerPath.risks, "risks", query: query, format, options, line: RiskCommand.line)
    }
}

struct RiskShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a risk with its history.")

    @Argument(help: "The risk's id.")
    var id: String

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await PaperText.printWhole(ServerPath.risks + [id], format, options)
    }
}

struct RiskUpdateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change fields of a risk; an acceptance that stood ends.")

    @Argument(help: "The risk's id.")
    var id: String

    @OptionGroup var fields: FieldArguments
    @OptionGroup var options: ServerOptions

    func run() async throws {
        let members = try fields.members(numbers: RiskCommand.numbers)
        let answer = try await options.withClient { try await $0.patch(ServerPath.risks + [id], .object(members)) }
        try StandardOutput.write(Array(RiskCommand.line(answer).utf8))
    }
}

struct RiskAcceptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Accept what is left of a risk above its appetite, until its review date.")

    @Argument(help: "The risk's id.")
    var id: String

    @Option(help: "Why, for the record.")
    var reason: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient {
            try await $0.post(ServerPath.risks + [id, "acceptance"], ["reason": .string(reason)])
        }
        try StandardOutput.write(Array(RiskCommand.line(answer).utf8))
    }
}

struct RiskCloseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "close", abstract: "Close a risk that is none any more.")

    @Argument(help: "The risk's id.")
    var id: String

    @Option(help: "Why, for the record.")
    var reason: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient {
            try await $0.post(ServerPath.risks + [id, "closure"], ["reason": .string(reason)])
        }
        try StandardOutput.write(Array(RiskCommand.line(answer).utf8))
    }
}
