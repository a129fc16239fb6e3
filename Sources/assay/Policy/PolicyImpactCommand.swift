import ArgumentParser
import AssayJSON
import AssayTerms

struct PolicyImpactCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "impact", abstract: "Say what publishing a policy would mean for the versions that hold places now.",
        discussion: """
            Every version in an active stage or with an alias is held against the policy, by the evidence the server has. \
            Nothing is published. Publishing takes no version down either: a policy speaks when something enters a place \
            the next time. Needs a token of somebody who may publish. Exit status 0: whatever passes now would pass; 1: \
            something would not; 2: the policy cannot be read.
            """)

    @Argument(help: "The policy file.")
    var file: String

    @Option(help: "text or json.")
    var format: ImpactFormat = .text

    @OptionGroup var base: BaseArguments

    @OptionGroup var options: ServerOptions

    enum ImpactFormat: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    func run() async throws {
        let source = try SmallFile.bytes(of: file)
        _ = try await PolicySource.read(source, file, base: base, options)
        let impact = try await options.withClient { try await Self.impact(of: source, $0) }
        let text = format == .json ? impact.json.bytes(pretty: true) + [UInt8(ascii: "\n")] : Array(impact.text.utf8)
        try StandardOutput.write(text)
        if impact.newlyUnmet > 0 { throw ExitCode(1) }
    }

    static func impact(of source: [UInt8], _ client: ServerClient) async throws -> ImpactText {
        ImpactText(json: try await client.post(ServerPath.policyImpact, text: source, type: "application/yaml"))
    }
}
