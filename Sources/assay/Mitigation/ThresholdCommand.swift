import ArgumentParser
import AssayColumns
import AssayEvidence
import AssayJSON
import AssayMetrics
import AssayTerms

struct ThresholdCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "threshold", abstract: "Choose thresholds by group under which a rate is the same in every group.",
        discussion: """
            Of all thresholds on the score, and draws between two of them, those that make the constraint's rate equal over \
            groups and the objective largest (Hardt, Price and Srebro 2016; Fairlearn's ThresholdOptimizer, to the digit). \
            --deterministic takes one threshold a group instead, as near as it comes. Rates hold on these rows; assess the \
            thresholds on others with assay mitigate apply --label.

              assay mitigate threshold loans.csv --label approve --score p --sensitive race --out thresholds.json
            """)

    @OptionGroup var typed: TypedRowsArguments

    @OptionGroup var labels: LabelArguments

    @Option(
        name: [.customLong("score"), .customLong("probability")],
        help: "The column of scores of the positive label, for example its probability.")
    var score: String

    @OptionGroup var groups: GroupArguments

    @Option(help: "What is made equal over groups.")
    var constraint: ParityConstraint = .demographicParity

    @Option(help: "What is as large as that allows.")
    var objective: ThresholdObjective = .accuracyScore

    @Option(help: "Into how many steps the rate is cut from 0 to 1.")
    var gridSize = 1000

    @Option(help: "How far the rates of groups may lie apart; not for equalized_odds.")
    var tolerance: Double?

    @Flag(help: "Also consider rows below a threshold as the positive ones.")
    var flip = false

    @Flag(help: "One threshold a group, and nothing left to chance; rates are then equal only as nearly as thresholds allow.")
    var deterministic = false

    @Option(help: "The column of decisions before; without it the score is held against --cutoff.")
    var prediction: String?

    @Option(parsing: .unconditional, help: "Decided positive before where the score is at least this; 0.5 unless given.")
    var cutoff: Double?

    @Option(help: "Write the thresholds to this file, for assay mitigate apply.")
    var out: String?

    @OptionGroup var report: ReportArguments

    func run() throws {
        var optimizer = ThresholdOptimizer(constraint: constraint, objective: objective)
        optimizer.gridSize = gridSize
        optimizer.isFlipped = flip
        optimizer.tolerance = tolerance
        var run = ThresholdRun(rows: try groups.rows(typed, labels: labels), score: Text(score), optimizer: optimizer)
        run.isDeterministic = deterministic
        run.prediction = prediction.map { Text($0) }
        run.cutoff = cutoff
        let outcome = try ProgressLine.shown { progress throws(AssayError) in try run.run(progress: progress) }
        if let out { try SmallFile.replace(out, with: outcome.document.json.bytes(pretty: true) + [UInt8(ascii: "\n")]) }
        try ThresholdText.report(outcome, rows: run.rows, writtenTo: out).write(report, file: typed.rows.data)
    }
}

/// Names with hyphens are the same names.
extension ParityConstraint: ExpressibleByArgument {
    public init?(argument: String) { self.init(rawValue: argument.replacing("-", with: "_")) }
}

extension ThresholdObjective: ExpressibleByArgument {
    public init?(argument: String) { self.init(rawValue: argument.replacing("-", with: "_")) }
}
