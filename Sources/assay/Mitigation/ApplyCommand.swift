import ArgumentParser
import AssayCanonical
import AssayColumns
import AssayEvidence
import AssayJSON
import AssayTerms

struct ApplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Decide rows by thresholds or a reduction, and assess that where labels are known.",
        discussion: """
            By thresholds, each row is positive where its probability under its group's thresholds exceeds a number drawn from \
            --seed and the row's key. By a reduction, that number draws the model that answers the row. So the same row is \
            decided the same way whenever it comes. --key names a column that tells rows apart; without it their number is the \
            key. Keep the seed to yourself where people could choose their key. --expected draws nothing of a reduction.

              assay mitigate apply thresholds.json loans.csv --key id --seed 7 --decisions decisions.csv
            """)

    @Argument(help: "What assay mitigate threshold or reduce wrote with --out.")
    var document: String

    @OptionGroup var typed: TypedRowsArguments

    @Option(help: "Write the decisions here: a CSV file with the columns prediction and probability (or expected), a line a row.")
    var decisions: String

    @Option(help: "Thresholds: the column of scores, where it is not called as in the thresholds.")
    var score: String?

    @OptionGroup var groups: GroupArguments

    @Option(help: "The column of true labels, to assess the decisions.")
    var label: String?

    @Option(parsing: .unconditional, help: "Thresholds: decided positive before where the score is at least this; 0.5 unless given.")
    var cutoff: Double?

    @Option(help: "The column whose value is a row's key.")
    var key: String?

    @Option(help: "What draws depend on beside the key: a whole number from 0.")
    var seed: UInt64 = 0

    @Flag(help: "Reductions: leave nothing to chance; positive where that is likelier than not, or the expected number.")
    var expected = false

    @OptionGroup var report: ReportArguments

    func run() throws {
        let bytes = try SmallFile.bytes(of: document)
        let version = (try? JSONValue(parsing: bytes, limits: JSONLimits(bytes: 16_777_216, depth: 8)))?["assay"]?.string
        let input = Envelope.Input(
            role: version == ReductionDocument.version ? "reduction" : "thresholds", name: DataFile(path: document).name,
            digest: SHA256Hasher.digest(of: bytes))
        guard let version else {
            throw AssayError(
                .unreadable,
                "\(document) is neither thresholds nor a reduction: it is no JSON that says \"assay\": \"\(ThresholdDocument.version)\" "
                    + "or \"\(ReductionDocument.version)\"; assay mitigate threshold and assay mitigate reduce write them with --out")
        }
        if version == ReductionDocument.version {
            try apply(try ReductionDocument(json: bytes, name: document), input)
        } else {
            try apply(try ThresholdDocument(json: bytes, name: document), input)
        }
    }

    private func apply(_ thresholds: ThresholdDocument, _ input: Envelope.Input) throws {
        guard cutoff == nil || label != nil else {
            throw AssayError(.invalidArgument, "--cutoff says what was decided before, which is assessed only with --label")
        }
        guard !expected else {
            throw AssayError(.invalidArgument, "--expected belongs to reductions; thresholds without chance are made by --deterministic")
        }
        var application = ThresholdApplication(
            document: thresholds, rows: try rows(source: thresholds.source, positive: thresholds.positive))
        if let score { application.score = Text(score) }
        application.key = key.map { Text($0) }
        application.seed = seed
        application.cutoff = cutoff
        var answer = Array("prediction,probability\n".utf8)
        let outcome = try ProgressLine.shown { progress throws(AssayError) in
            try application.run(
                show: { decision in Self.write(decision.map { ($0.isPositive ? 1 : 0, $0.probability) }, to: &answer) },
                progress: progress)
        }
        try SmallFile.replace(decisions, with: answer)
        try ThresholdText.report(outcome, application, thresholds: input, writtenTo: decisions).write(report, file: typed.rows.data)
    }

    private func apply(_ reduction: ReductionDocument, _ input: Envelope.Input) throws {
        guard score == nil, cutoff == nil else {
            throw AssayError(.invalidArgument, "--score and --cutoff belong to thresholds; \(document) holds a reduction")
        }
        var application = ReductionApplication(
            document: reduction, rows: try rows(source: reduction.source, positive: reduction.positive))
        application.key = key.map { Text($0) }
        application.seed = seed
        application.isExpected = expected
        var answer = Array("prediction,\(reduction.goal.isOfNumbers ? "expected" : "probability")\n".utf8)
        let outcome = try ProgressLine.shown { progress throws(AssayError) in
            try application.run(show: { Self.write($0.map { ($0.value, $0.expected) }, to: &answer) }, progress: progress)
        }
        try SmallFile.replace(decisions, with: answer)
        try ReductionApplicationText.report(outcome, application, reduction: input, writtenTo: decisions)
            .write(report, file: typed.rows.data)
    }

    private func rows(source: GroupSource, positive: Text?) throws(AssayError) -> GroupedRows {
        var rows = GroupedRows(file: typed.rows.file, label: label.map { Text($0) }, groups: try groups.namedSource() ?? source)
        guard rows.groups.isRule == source.isRule else {
            throw AssayError(
                .invalidArgument, "\(document) was made for groups by \(source.description), and \(rows.groups.description) has other groups")
        }
        rows.positive = positive
        rows.missingWords = typed.rows.missingWords
        rows.schema = try typed.dataSchema()
        return rows
    }

    private static func write(_ line: (Double, Double)?, to answer: inout [UInt8]) {
        guard let line else {
            answer.append(contentsOf: ",\n".utf8)
            return
        }
        answer.append(contentsOf: "\(ShortestDecimal.text(of: line.0)),\(ShortestDecimal.text(of: line.1))\n".utf8)
    }
}

extension GroupSource {
    fileprivate var isRule: Bool {
        if case .rule = self { true } else { false }
    }
}
