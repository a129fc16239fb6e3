import ArgumentParser
import AssayEvidence
import AssayPolicy
import AssayTerms
import Foundation

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Hold a policy's checks against a data file, without a server.",
        discussion: """
            For CI jobs. Approvals, authors and the version in production are the registry's to know and are not judged \
            here. Exit status 0: every check passed; 1: one failed or was incomplete; 2: the policy, the data or the \
            model cannot be read. With --push the evidence is handed in at the registry whatever the policy says of it, as \
            'attested', by a registered evaluator and bound to the commit; a policy that does not accept 'recomputed' is then judged on \
            it as the word of an evaluator that it names.
            """)

    @Argument(help: "The policy file.")
    var policy: String

    @Option(help: "The rows: a file in CSV, JSON Lines, Parquet or Arrow IPC, or a folder of such files. It stands in for the policy's data set.")
    var data: String?

    @Option(help: "The reference profile that drift.* compares with, as assay profile --write-profile writes it.")
    var reference: String?

    @Option(help: "The thresholds that decide from the scores, as assay mitigate threshold --out writes them.")
    var thresholds: String?

    @Option(
        help: """
            The model, where the policy has predictions from it: the folder of a logged one, or a file (.skops, .pkl, .pickle, .joblib). \
            What assay does not read itself its own library scores, in a confined process.
            """)
    var model: String?

    @OptionGroup var foreign: ForeignArguments

    @OptionGroup var base: BaseArguments

    @OptionGroup var declared: DeclaredArguments

    @OptionGroup var external: ExternalArguments

    @OptionGroup var answer: ReportArguments

    @OptionGroup var pushed: PushArguments

    func run() async throws {
        let policy = try PolicyFile.read(self.policy, base: base).policy
        let answerers = try external.answerers(for: policy)
        let run = try PolicyRun(
            policy: policy, data: data, model: model, foreign: foreign, reference: reference, thresholds: thresholds,
            declared: try declared.facts(), isPushed: pushed.push != nil)
        let report = try await run.report(external: answerers)
        try answer.deliver(
            file: self.policy, text: { report.text($0) }, json: { () throws(AssayError) in try report.json() }, report: { report.report })
        for envelope in report.envelopes {
            let input = Envelope.Input(role: "policy", name: Text(policy.title), digest: policy.digest)
            guard let line = try await pushed.send(envelope, for: input) else { break }
            // Standard output is the answer's.
            FileHandle.standardError.write(Data("assay: \(line)\n".utf8))
        }
        if !report.part.decision.allows { throw ExitCode(1) }
    }
}
