import ArgumentParser
import AssayPolicy
import AssayTerms

struct FeaturesCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Hold a view's own checks against its source.",
        discussion: "Exit status 0: every check passed; 1: one failed or was incomplete; 2: the view or its source cannot be read.")

    @Argument(help: "The feature view, in the form feature-view/v1.")
    var view: String

    @OptionGroup var answer: ReportArguments

    func run() async throws {
        let file = try FeatureViewFile(view)
        guard !file.view.checks.isEmpty else {
            throw AssayError(.invalidArgument, "The view \(file.view.name) has no 'checks'; write what has to hold of its source.")
        }
        let run = try PolicyRun(policy: file.view.policy, data: file.sourcePath, model: nil, foreign: ForeignArguments())
        var report = try await run.report()
        report.subject = "Feature view \(file.view.name)"
        try answer.deliver(
            file: view, text: { report.text($0) }, json: { () throws(AssayError) in try report.json() }, report: { report.report })
        if !report.part.decision.allows { throw ExitCode(1) }
    }
}
