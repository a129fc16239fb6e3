import ArgumentParser
import AssayColumns
import AssayData
import AssayEvidence
import AssayJSON
import AssayPages
import AssayTerms

struct ReweighCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reweigh", abstract: "Weigh rows so that the label no longer depends on the group.",
        discussion: """
            Each row of group g with label y gets the weight P(g)·P(y) / P(g, y) (Kamiran and Calders 2012; AIF360's \
            Reweighing), times its own weight if --weight names one. Train with these weights, for example as \
            sample_weight; a model trained so may still decide differently by group, so assess it afterwards.

              assay mitigate reweigh loans.csv --label approve --sensitive race --weights weights.csv
            """)

    @OptionGroup var typed: TypedRowsArguments

    @OptionGroup var labels: LabelArguments

    @OptionGroup var groups: GroupArguments

    @Option(help: "The column of the rows' own weights.")
    var weight: String?

    @Option(help: "Write the weights here: a CSV file with one column, weight, and a line for each row of the data.")
    var weights: String

    @OptionGroup var report: ReportArguments

    func run() throws {
        let run = ReweighingRun(rows: try groups.rows(typed, labels: labels), weight: weight.map { Text($0) })
        let outcome = try Self.write(run, to: weights)
        try ReweighingReport(outcome: outcome, run: run, weightsPath: weights).report.write(report, file: typed.rows.data)
    }

    /// Writes the weights as a column.
    static func write(_ run: ReweighingRun, to path: String) throws(AssayError) -> ReweighingRun.Outcome {
        var bytes = Array("weight\n".utf8)
        let outcome = try run.run { weight in
            if let weight { bytes.append(contentsOf: "\(weight)".utf8) }
            bytes.append(UInt8(ascii: "\n"))
        }
        // A column of its own: an empty line would be passed over by readers of CSV.
        if outcome.unweighedCount > 0 { bytes = quotingEmpty(bytes) }
        try SmallFile.replace(path, with: bytes)
        return outcome
    }

    /// Lines without a weight as `""`.
    private static func quotingEmpty(_ bytes: [UInt8]) -> [UInt8] {
        var quoted: [UInt8] = []
        quoted.reserveCapacity(bytes.count)
        var last: UInt8 = 0
        for byte in bytes {
            if byte == UInt8(ascii: "\n"), last == byte { quoted += Array("\"\"".utf8) }
            quoted.append(byte)
            last = byte
        }
        return quoted
    }
}
