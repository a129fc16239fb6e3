import ArgumentParser
import AssayControls
import AssayJSON
import AssayPages
import AssayTerms

struct ControlCoverageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coverage", abstract: "Say what of a framework's controls is covered for a version of a model, and by what.",
        discussion: """
            A control is covered by evidence, covered by attestation, missing, not applicable, uncertain, or not yet in force. An \
            aid to people: it says what is there, never whether a law is kept to. The exit status is 0 whatever is missing.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
        case markdown
        case html
        case oscal
    }

    @Argument(help: "The registered model's name.")
    var model: String

    @Argument(help: "The version's number; the newest without it.")
    var version: Int?

    @Option(help: "For example eu-ai-act; assay control list names them.")
    var framework: String

    @Option(name: .customLong("as-of"), help: "The day whose obligations count, 2027-12-02; today without it.")
    var asOf: CalendarDate?

    @Option(help: "Whom the organisation is in this, for example provider; may be repeated. All roles without it.")
    var role: [String] = []

    @Option(name: .customLong("class"), help: "What the system is, for example high-annex-iii; may be repeated. By its classification without it, or all.")
    var classes: [String] = []

    @Option(help: "text, markdown and html for people, json for programs, oscal for assessment results of OSCAL 1.2.")
    var format: Format = .text

    @Option(name: [.customShort("o"), .customLong("out")], help: "Write to this file instead of standard output.")
    var output: String?

    @OptionGroup var options: ServerOptions

    func run() async throws {
        var query = [("framework", framework)] + role.map { ("role", $0) } + classes.map { ("class", $0) }
        if let asOf { query.append(("as_of", asOf.description)) }
        let report = try await options.withClient { [query] client in
            let number: Int
            if let version { number = version } else { number = try await client.newestVersion(ofModel: model) }
            return try await client.get(ServerPath.version(number, ofModel: model) + ["coverage"], query: query)
        }
        let bytes: [UInt8]
        switch format {
        case .json: bytes = report.bytes(pretty: true) + [UInt8(ascii: "\n")]
        case .oscal:
            let value = try CoverageOSCAL.value(of: report, server: try options.address(), moment: SystemTime.now())
            bytes = value.bytes(pretty: true) + [UInt8(ascii: "\n")]
        case .markdown: bytes = Array(MarkdownReport.text(CoverageReport.report(report)).utf8)
        case .html: bytes = Array(HTMLReport.text(CoverageReport.report(report)).utf8)
        case .text: bytes = Array(CoverageReport.text(report).utf8)
        }
        if let output { try SmallFile.replace(output, with: bytes) } else { try StandardOutput.write(bytes) }
    }
}
