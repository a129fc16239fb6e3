import ArgumentParser
import AssayEvidence
import AssayTerms

struct PerformanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "performance",
        abstract: "Measure how well predictions agree with labels.",
        discussion: """
            Name a column of predicted labels, a column of scores, or both. The numbers are scikit-learn's; where \
            scikit-learn warns and answers 0, the value is undefined and the reason is given.
            """)

    @OptionGroup var data: DataArguments
    @OptionGroup var report: ReportArguments

    func run() throws {
        var request = try data.request()
        guard request.prediction != nil || request.score != nil else {
            throw AssayError(.invalidArgument, "name the column of predicted labels (--prediction) or scores (--score)")
        }
        request.checks = CheckRequest.performance(
            hasPrediction: request.prediction != nil, hasScore: request.score != nil)
        try report.run(request, title: "Performance on \(request.data.name)", text: Self.text)
    }

    static func text(_ envelope: Envelope) -> String {
        var text = ReportText()
        text.heading(envelope)
        text.blank()
        for result in envelope.results { text.measure(result) }
        var shown: [CheckResult.Excluded] = []
        for result in envelope.results where !shown.contains(result.excluded) {
            text.excluded(result.excluded)
            shown.append(result.excluded)
        }
        text.blank()
        text.wrapped("Intervals have level 0.95; a measure without one has no sound interval yet.", indent: 0)
        return text.text
    }
}
