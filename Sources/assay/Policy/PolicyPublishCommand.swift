import ArgumentParser
import AssayJSON
import AssayPolicy
import AssayTerms

struct PolicyPublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Publish a policy for good; from then on it gates what it applies to.",
        discussion: """
            A published version never changes: the same file again changes nothing, another text under the same name \
            and version is refused. Needs a token of somebody with the role validator or compliance in ASSAY_TOKEN. A policy \
            that asks for less than what is in force, or is not shown to ask for as much, takes a second person where there \
            is one: assay role confirm ID. What would not pass any more is printed first; it stays where it is.
            """)

    @Argument(help: "The policy file.")
    var file: String

    @OptionGroup var base: BaseArguments

    @OptionGroup var options: ServerOptions

    @Flag(help: "Say what it would mean for the versions that hold places now, and publish nothing.")
    var dryRun = false

    func run() async throws {
        let source = try SmallFile.bytes(of: file)
        let policy = try await PolicySource.read(source, file, base: base, options)
        let impact = try await options.withClient { try await PolicyImpactCommand.impact(of: source, $0) }
        if dryRun || impact.newlyUnmet > 0 { try StandardOutput.write(Array(impact.text.utf8)) }
        guard !dryRun else { return }
        let answer = try await options.withClient {
            try await $0.post(ServerPath.policies, text: source, type: "application/yaml")
        }
        guard answer["digest"]?.string == policy.digest.hex else {
            throw AssayError(
                .conflict,
                "The server read '\(file)' differently than this program (\(answer["digest"]?.string ?? "no digest")); are both of the same version?"
            )
        }
        if let waiting = AccessText.waiting(answer), let proposal = answer["waiting"] {
            let text = "\(policy.title) is not in force: it asks for less than what is.\n\(AccessText.loosenings(proposal))\(waiting)"
            return try StandardOutput.write(Array(text.utf8))
        }
        try StandardOutput.write(Array("Published \(PolicyFile.summary(policy))\n".utf8))
    }
}
