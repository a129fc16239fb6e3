import ArgumentParser
import AssayEvidence
import AssayPolicy
import AssayTerms

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Hold a policy's checks against a data file, without a server.",
        discussion: """
            For CI jobs. Approvals, authors and the version in production are the registry's to know and are not judged \
            here. Exit status 0: every check passed; 1: one failed or was incomplete; 2: the policy, the data or the \
            model cannot be read.
            """)

    @Argument(help: "The policy file.")
    var policy: String

    @Option(help: "The rows: a file in CSV, JSON Lines, Parquet or Arrow IPC, or a folder of such files. It stands in for the policy's data set.")
    var data: String?

    @Option(help: "The reference profile that drift.* compares with, as assay profile --write-profile writes it.")
    var reference: String?

    @Option(help: "The thresholds that decide from the scores, as assay mitigate threshold --out writes them.")
    var thresholds: String?

    @Option(help: "The folder of a logged model, where the policy has predictions from the model.")
    var model: String?

    @Option(help: "text for people, json for programs, junit and sarif for CI, markdown for comments, html for a page.")
    var format: ReportFormat = .text

    @Option(name: [.customShort("o"), .long], help: "Write to this file instead of standard output.")
    var output: String?

    @OptionGroup var colour: ColourArguments

    func run() throws {
        let policy = try PolicyFile.read(self.policy).policy
        let run = try PolicyRun(policy: policy, data: data, model: model, reference: reference, thresholds: thresholds)
        let report = try run.report()
        let bytes = try format.bytes(
            text: { report.text(TextStyle(colour.color, isFile: output != nil)) }, json: { try report.json() },
            report: { report.report }, file: self.policy)
        if let output {
            try SmallFile.replace(output, with: bytes)
        } else {
            try StandardOutput.write(bytes)
        }
        if !report.part.decision.allows { throw ExitCode(1) }
    }
}
