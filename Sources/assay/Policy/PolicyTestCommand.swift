import ArgumentParser
import AssayJSON
import AssayPages
import AssayPolicy
import AssayTerms
import AssayWorkflows
import Foundation

struct PolicyTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Try a policy on made-up facts and hold the gate's answers against what is expected.",
        discussion: """
            The cases stand beside the policy, in NAME.test.yaml for NAME.yaml: facts about a version, its evidence and its \
            approvals, and the decision and reasons that the gate has to give. The server's own gate answers. Exit status 0: \
            every case holds; 1: one does not; 2: the policy or the cases cannot be read.
            """)

    /// The forms in which test results are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        /// The Test Anything Protocol, version 14.
        case text
        case json
        case junit
    }

    @Argument(help: "The policy file.")
    var policy: String

    @Option(help: "The file of cases; without it the policy's name with .test.yaml.")
    var cases: String?

    @Option(help: "text for people, as the Test Anything Protocol has it; json for programs; junit for CI.")
    var format: Format = .text

    @Option(name: [.customShort("o"), .long], help: "Write to this file instead of standard output.")
    var output: String?

    @Option(help: "The questionnaire whose defaults a classified model meets; without it the one this program brings.")
    var questionnaire: String?

    @OptionGroup var base: BaseArguments

    func run() throws {
        let policy = try PolicyFile.read(self.policy, base: base).policy
        let file = cases ?? Self.casesFile(of: self.policy)
        var settings = GateSettings.shipped()
        settings.defaults = try defaults()
        let outcomes = try read(file, policy).map { $0.run(policy, settings: settings, catalogue: PolicyFile.catalogue) }
        let results = PolicyTestResults(policy: policy, file: file, outcomes: outcomes)
        let bytes: [UInt8] =
            switch format {
            case .text: Array(results.text.utf8)
            case .json: results.json.bytes(pretty: true) + [UInt8(ascii: "\n")]
            case .junit: Array(JUnitReport.text(results.report).utf8)
            }
        if let output {
            try SmallFile.replace(output, with: bytes)
        } else {
            try StandardOutput.write(bytes)
        }
        if !results.holds { throw ExitCode(1) }
    }

    /// What tiers ask for, as the server has it while nobody published another questionnaire.
    private func defaults() throws -> TierDefaults {
        guard let questionnaire else { return Questionnaire.shipped.defaults }
        let source = try SmallFile.bytes(of: questionnaire)
        do {
            return try QuestionnaireReader.read(source).defaults
        } catch {
            FileHandle.standardError.write(Data(error.lines(file: questionnaire).map { $0 + "\n" }.joined().utf8))
            throw ExitCode(2)
        }
    }

    private func read(_ file: String, _ policy: Policy) throws -> [PolicyTestCase] {
        let source = try SmallFile.bytes(of: file)
        do {
            return try PolicyTestReader.read(source, policy: policy, catalogue: PolicyFile.catalogue)
        } catch {
            let lines = error.lines(file: file).map { $0 + "\n" }.joined()
            FileHandle.standardError.write(Data(lines.utf8))
            throw ExitCode(2)
        }
    }

    /// `credit.test.yaml` for `credit.yaml`.
    private static func casesFile(of policy: String) -> String {
        for ending in [".yaml", ".yml"] where policy.hasSuffix(ending) {
            return String(policy.dropLast(ending.count)) + ".test" + ending
        }
        return policy + ".test.yaml"
    }
}
