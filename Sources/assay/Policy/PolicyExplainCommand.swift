import ArgumentParser
import AssayJSON
import AssayPages
import AssayPolicy
import AssayTerms

struct PolicyExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say in plain words what policies demand.",
        discussion: """
            Where a policy applies, which rows and evidence count, what each check measures and has to show, when an answer \
            is incomplete, and who has to approve. A file is read as lint reads it; a policy that a server has published is \
            named NAME, for its latest version, or NAME@VERSION.
            """)

    @Argument(help: "Policy files, or published policies as NAME or NAME@VERSION.")
    var policies: [String]

    @Option(help: "text for people, markdown for pages and comments, json for programs.")
    var format: DocumentFormat = .text

    @Option(name: [.customShort("o"), .long], help: "Write to this file instead of standard output.")
    var output: String?

    @OptionGroup var colour: ColourArguments

    @OptionGroup var base: BaseArguments

    @OptionGroup var options: ServerOptions

    func run() async throws {
        var explanations: [PolicyExplanation] = []
        for name in policies {
            let policy = try await PolicySource.read(name, options, base: base)
            let roles = GateSettings.shipped().approvingRoles
            explanations.append(PolicyExplanation(policy, catalogue: PolicyFile.catalogue, approvingRoles: roles))
        }
        let bytes: [UInt8]
        switch format {
        case .text:
            let style = TextStyle(colour.color, isFile: output != nil)
            bytes = Array(explanations.map { ExplanationText.text($0, style) }.joined(separator: "\n").utf8)
        case .markdown:
            bytes = Array(explanations.map { MarkdownReport.text(ExplanationText.report($0)) }.joined(separator: "\n").utf8)
        case .json:
            let value: JSONValue = ["policies": .array(explanations.map(\.json))]
            bytes = value.bytes(pretty: true) + [UInt8(ascii: "\n")]
        }
        if let output {
            try SmallFile.replace(output, with: bytes)
        } else {
            try StandardOutput.write(bytes)
        }
    }
}
