import ArgumentParser
import AssayCanonical
import AssayColumns
import AssayEvidence
import AssayTerms

struct ApplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Decide rows by thresholds chosen before, and assess that where labels are known.",
        discussion: """
            Each row is positive where its probability under its group's thresholds exceeds a number drawn from --seed and \
            the row's key, so the same row is decided the same way whenever it comes. --key names a column that tells rows \
            apart; without it their number is the key. Keep the seed to yourself where people could choose their key.

              assay mitigate apply thresholds.json loans.csv --key id --seed 7 --decisions decisions.csv
            """)

    @Argument(help: "The thresholds, as assay mitigate threshold --out writes them.")
    var thresholds: String

    @OptionGroup var typed: TypedRowsArguments

    @Option(help: "Write the decisions here: a CSV file with the columns prediction (1 or 0) and probability, a line a row.")
    var decisions: String

    @Option(help: "The column of scores, where it is not called as in the thresholds.")
    var score: String?

    @OptionGroup var groups: GroupArguments

    @Option(help: "The column of true labels, to assess the decisions.")
    var label: String?

    @Option(help: "Decided positive before where the score is at least this; 0.5 unless given.")
    var cutoff: Double?

    @Option(help: "The column whose value is a row's key.")
    var key: String?

    @Option(help: "What draws depend on beside the key: a whole number from 0.")
    var seed: UInt64 = 0

    @OptionGroup var report: ReportArguments

    func run() throws {
        let bytes = try SmallFile.bytes(of: thresholds)
        let document = try ThresholdDocument(json: bytes, name: thresholds)
        guard cutoff == nil || label != nil else {
            throw AssayError(.invalidArgument, "--cutoff says what was decided before, which is assessed only with --label")
        }
        var rows = GroupedRows(
            file: typed.rows.file, label: label.map { Text($0) }, groups: try groups.namedSource() ?? document.source)
        guard (rows.groups.isRule) == (document.source.isRule) else {
            throw AssayError(
                .invalidArgument, "\(thresholds) has thresholds by \(document.source.description), and \(rows.groups.description) has other groups")
        }
        rows.positive = document.positive
        rows.missingWords = typed.rows.missingWords
        rows.schema = try typed.dataSchema()
        var application = ThresholdApplication(document: document, rows: rows)
        if let score { application.score = Text(score) }
        application.key = key.map { Text($0) }
        application.seed = seed
        application.cutoff = cutoff
        var answer = Array("prediction,probability\n".utf8)
        let outcome = try ProgressLine.shown { progress throws(AssayError) in
            try application.run(
                show: { decision in
                    guard let decision else {
                        answer.append(contentsOf: ",\n".utf8)
                        return
                    }
                    answer.append(contentsOf: "\(decision.isPositive ? 1 : 0),\(ShortestDecimal.text(of: decision.probability))\n".utf8)
                }, progress: progress)
        }
        try SmallFile.replace(decisions, with: answer)
        let input = Envelope.Input(role: "thresholds", name: DataFile(path: thresholds).name, digest: SHA256Hasher.digest(of: bytes))
        try ThresholdText.report(outcome, application, thresholds: input, writtenTo: decisions).write(report, file: typed.rows.data)
    }
}

extension GroupSource {
    fileprivate var isRule: Bool {
        if case .rule = self { true } else { false }
    }
}
