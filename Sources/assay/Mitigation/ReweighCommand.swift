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

    @Argument(help: "The rows: a file in CSV, JSON Lines, Parquet or Arrow IPC, or a folder of such files.")
    var data: String

    @Option(help: "The column of true labels.")
    var label: String

    @Option(help: "The positive label; found by itself where it is 1, or the only other value beside 0.")
    var positive: String?

    @Option(help: "The column whose values are the groups.")
    var sensitive: String?

    @Option(help: "Two groups instead: the rows that are privileged, 'C=V', 'C>V', …, and the others.")
    var privileged: String?

    @Option(help: "The column of the rows' own weights.")
    var weight: String?

    @Option(help: "Words that stand for a missing value in CSV, separated by commas; without it pandas' words.")
    var missing: String?

    @Option(help: "A JSON file with types of columns: {\"columns\": {\"age\": \"int64\"}}.")
    var schema: String?

    @Option(help: "Write the weights here: a CSV file with one column, weight, and a line for each row of the data.")
    var weights: String

    @Option(help: "text for people, json for programs, markdown for comments, html for a page.")
    var format: ReportFormat = .text

    @Option(name: [.customShort("o"), .long], help: "Write the report to this file instead of standard output.")
    var output: String?

    func validate() throws {
        guard (sensitive == nil) != (privileged == nil) else {
            throw ValidationError("Name the groups: either --sensitive COLUMN or --privileged 'COLUMN=VALUE'.")
        }
    }

    func run() throws {
        var run = ReweighingRun(data: DataFile(path: data), label: Text(label))
        run.positive = positive.map { Text($0) }
        run.sensitive = sensitive.map { Text($0) }
        if let privileged { run.rule = try PrivilegedRule(parsing: Text(privileged)) }
        run.weight = weight.map { Text($0) }
        run.missingWords = missing.map(ColumnList.texts)
        if let schema { run.schema = try DataSchema(json: SmallFile.bytes(of: schema)) }
        var bytes = Array("weight\n".utf8)
        let outcome = try run.run { weight in
            if let weight { bytes.append(contentsOf: "\(weight)".utf8) }
            bytes.append(UInt8(ascii: "\n"))
        }
        // A column of its own: an empty line would be passed over by readers of CSV.
        if outcome.unweighedCount > 0 { bytes = Self.quotingEmpty(bytes) }
        try SmallFile.replace(weights, with: bytes)
        let report = ReweighingReport(outcome: outcome, run: run, weightsPath: weights)
        let answer = format.bytes(
            text: { report.text }, json: { report.json.bytes(pretty: true) + [UInt8(ascii: "\n")] },
            report: { report.report }, file: data)
        if let output { try SmallFile.replace(output, with: answer) } else { try StandardOutput.write(answer) }
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
