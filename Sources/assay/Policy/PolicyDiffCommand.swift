import ArgumentParser
import AssayJSON
import AssayPages
import AssayPolicy
import AssayTerms

struct PolicyDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Say how two policies differ, and which differences ask for more or for less.",
        discussion: """
            Each difference is stricter, looser or other. Looser is also what is not shown to ask for as much, such as \
            other rows: it is what a server asks a second person about before it publishes. It does not know which other \
            policies a server has. Exit status 0: nothing is looser; 1: something is; 2: a policy cannot be read.
            """)

    @Argument(help: "The older policy: a file, or a published policy as NAME or NAME@VERSION.")
    var old: String

    @Argument(help: "The newer policy, likewise.")
    var new: String

    @Option(help: "text for people, markdown for pages and comments, json for programs.")
    var format: DocumentFormat = .text

    @Option(name: [.customShort("o"), .long], help: "Write to this file instead of standard output.")
    var output: String?

    @OptionGroup var colour: ColourArguments

    @OptionGroup var base: BaseArguments

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let policies = [
            try await PolicySource.read(old, options, base: base), try await PolicySource.read(new, options, base: base),
        ]
        let found = DifferenceText(
            old: policies[0], new: policies[1],
            differences: PolicyComparison.differences(
                policies[0], policies[1], approvingRoles: GateSettings.shipped().approvingRoles))
        let bytes: [UInt8] =
            switch format {
            case .text: Array(found.text(TextStyle(colour.color, isFile: output != nil)).utf8)
            case .markdown: Array(MarkdownReport.text(found.report).utf8)
            case .json: found.json.bytes(pretty: true) + [UInt8(ascii: "\n")]
            }
        if let output {
            try SmallFile.replace(output, with: bytes)
        } else {
            try StandardOutput.write(bytes)
        }
        if found.isLooser { throw ExitCode(1) }
    }
}
