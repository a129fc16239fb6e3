import ArgumentParser
import AssayJSON
import AssayPages
import AssayTerms

struct CardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "card", abstract: "Write the model card of a version from its evidence and from what was declared.",
        discussion: """
            The card is fixed to the digest of the version's files. Numbers are those of signed evidence; what nobody measured or \
            declared is listed as missing. The intended use is the tag intended_use of the version or of its model.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case json
        case markdown
        case html
    }

    @Argument(help: "The registered model's name.")
    var name: String

    @Argument(help: "The version's number.")
    var version: Int

    @Option(help: "json for programs, markdown and html for people.")
    var format: Format = .markdown

    @Option(name: [.customShort("o"), .customLong("out")], help: "Write to this file instead of standard output.")
    var output: String?

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let card = try await options.withClient { try await $0.get(ServerPath.version(version, ofModel: name) + ["card"]) }
        let bytes: [UInt8]
        switch format {
        case .json: bytes = card.bytes(pretty: true) + [UInt8(ascii: "\n")]
        case .markdown: bytes = Array(MarkdownReport.text(CardReport.report(card)).utf8)
        case .html: bytes = Array(HTMLReport.text(CardReport.report(card)).utf8)
        }
        if let output { try SmallFile.replace(output, with: bytes) } else { try StandardOutput.write(bytes) }
    }
}
