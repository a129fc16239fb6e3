import ArgumentParser
import AssayCanonical
import AssayColumns
import AssayData
import AssayEvidence
import AssayTerms

struct DriftCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift",
        abstract: "Compare the distributions of two data sets, column by column.",
        discussion: """
            strict, the default, compares over bins fixed by the reference, controls the rate of false discoveries over \
            all columns and says what change the samples could have shown; --threshold T holds the stability index (or \
            the value of --method) against T instead. evidently chooses methods, bins and thresholds as Evidently 0.7.21 \
            does. The status is 1 where the data set drifted or nothing could be judged.
            """)

    @Argument(help: "The reference (rows in CSV or Parquet, or a profile) and the current rows.")
    var files: [String] = []

    @Option(name: [.customLong("reference_data"), .customLong("reference-data")], help: "The reference, by name.")
    var referenceData: String?

    @Option(name: [.customLong("current_data"), .customLong("current-data")], help: "The current rows, by name.")
    var currentData: String?

    @Option(help: "strict, or evidently.")
    var mode: Mode = .strict

    @Option(help: "One method for every column it fits: \(DriftMethod.allCases.map(\.rawValue).joined(separator: ", ")).")
    var method: String?

    @Option(help: "Drift from this value of the method on; for tests, up to this p-value.")
    var threshold: Double?

    @Option(help: "Only these columns, separated by commas (a comma in a name is \\,).")
    var columns: String?

    @Option(help: "The data set drifted from this share of drifted columns on; without it 0.5 as Evidently, any in strict.")
    var driftShare: Double?

    @Option(help: "The rate of false discoveries in strict mode.")
    var rate = 0.05

    @Option(help: "The number of reference quantile bins in strict mode.")
    var bins = 10

    @Option(help: "Columns of text with more distinct values than this are not compared.")
    var categoryLimit = 100_000

    @Option(help: "The column of true labels; with --prediction the errors are compared too (concept drift).")
    var label: String?

    @Option(help: "The column of predicted labels or numbers.")
    var prediction: String?

    @Option(help: "The column of scores: the probability of the positive label, for --estimate; of several classes CLASS=COLUMN, separated by commas.")
    var score: String?

    @Option(
        help: """
            Estimate performance on the current rows, whose labels are not known, from the reference's: cbpe (from --label and \
            --score), dle (of predicted numbers: from --label, --prediction and --columns as features).
            """)
    var estimate: Estimate?

    @Option(parsing: .unconditional, help: "Predict positive from this score on, where --prediction is not named; for --estimate.")
    var cutoff = 0.5

    @Option(help: "The positive label; without it 1, true, or the only other value beside 0. For --estimate.")
    var positive: String?

    @Option(help: "Calibrate scores for --estimate: auto, where it helps on the reference; always; never.")
    var calibration: Calibration = .auto

    @Flag(help: "Compare whole rows too, by the energy distance of at most 500 rows of each.")
    var multivariate = false

    @Flag(help: "Have a classifier try to tell at most 2,000 rows of each apart, and each free text by its words.")
    var domainClassifier = false

    @Option(help: "Of drawn p-values and of sampled rows.")
    var seed: UInt64 = 0

    @Option(help: "Words that stand for a missing value in CSV, separated by commas; without it pandas' words.")
    var missing: String?

    @Option(help: "A JSON file with types of columns: {\"columns\": {\"age\": \"int64\"}}.")
    var schema: String?

    @OptionGroup var report: ReportArguments

    enum Mode: String, ExpressibleByArgument, CaseIterable {
        case strict
        case evidently
    }

    enum Estimate: String, ExpressibleByArgument, CaseIterable {
        case cbpe
        case dle
    }

    enum Calibration: String, ExpressibleByArgument, CaseIterable {
        case auto
        case always
        case never
    }

    func run() throws {
        let request = try request()
        let estimation = try estimation()
        var progress = ProgressLine()
        var outcome: DriftEngine.Outcome
        do throws(AssayError) {
            outcome = try DriftEngine.compute(request, computedAt: SystemTime.now()) { progress.show(rows: $0) }
            if let estimation {
                outcome.add(try EstimationEngine.compute(estimation) { progress.show(rows: $0) }, of: estimation)
            }
            progress.clear()
        } catch {
            progress.clear()
            throw error
        }
        let title = "Drift of \(request.current.name) against \(request.reference.name)"
        try report.write(
            outcome.envelope, file: request.current.name.string,
            report: { DriftReport.report(outcome, mode: request.mode, title: title) },
            text: { DriftText.text(outcome, mode: request.mode, style: report.style) })
        if outcome.isDrift || !outcome.isJudged { throw ExitCode(1) }
    }

    private func request() throws(AssayError) -> DriftRequest {
        let (reference, current) = try paths()
        var request = DriftRequest(
            reference: try DriftProfileFile.reference(reference), current: DataFile(path: current))
        request.mode = mode == .strict ? .strict : .evidently
        if let method { request.method = try DriftMethod(named: Text(method)) }
        request.threshold = threshold
        request.columns = columns.map(ColumnList.texts)
        request.share = driftShare
        request.rate = rate
        request.binCount = bins
        request.categoryLimit = categoryLimit
        // Labels to estimate by are the reference's alone, and nothing is compared by them.
        if estimate == nil {
            request.label = label.map { Text($0) }
            request.prediction = prediction.map { Text($0) }
        }
        request.comparesRows = multivariate
        request.classifiesRows = domainClassifier
        request.collectsDistributions = report.format == .html || report.format == .markdown
        request.seed = seed
        request.missingWords = missing.map(ColumnList.texts)
        if let schema { request.schema = try DataSchema(json: SmallFile.bytes(of: schema)) }
        return request
    }

    /// - Throws: `invalidArgument` where the columns to estimate by are not named, or are and nothing is to be estimated.
    private func estimation() throws(AssayError) -> EstimationRequest? {
        guard let estimate else {
            guard score == nil, positive == nil else {
                throw AssayError(.invalidArgument, "--score and --positive are about estimates; name the method with --estimate cbpe")
            }
            return nil
        }
        guard let label else {
            throw AssayError(.invalidArgument, "--estimate needs the reference's labels (--label), and --score or --prediction of both")
        }
        let (reference, current) = try paths()
        guard !DriftProfileFile.isProfile(reference) else {
            throw AssayError(.invalidArgument, "an estimate is made from the reference's rows, and a profile has none")
        }
        var request = EstimationRequest(
            reference: DataFile(path: reference), current: DataFile(path: current), label: Text(label))
        switch estimate {
        case .cbpe: request.method = .cbpe
        case .dle:
            request.method = .dle
            request.features = columns.map(ColumnList.texts)
        }
        if let score {
            // A column's name with an equals sign is taken for one where it is the positive label's.
            if score.contains("="), positive == nil {
                request.classScores = try DataArguments.classColumns(score)
            } else {
                request.score = Text(score)
            }
        }
        request.prediction = prediction.map { Text($0) }
        request.cutoff = cutoff
        request.positive = positive.map { Text($0) }
        request.calibration =
            switch calibration {
            case .auto: .auto
            case .always: .always
            case .never: .never
            }
        request.missingWords = missing.map(ColumnList.texts)
        if let schema { request.schema = try DataSchema(json: SmallFile.bytes(of: schema)) }
        return request
    }

    /// Two arguments, or the same by name.
    private func paths() throws(AssayError) -> (reference: String, current: String) {
        switch (files.count, referenceData, currentData) {
        case (2, nil, nil): return (files[0], files[1])
        case (0, let reference?, let current?): return (reference, current)
        case (1, let reference?, nil): return (reference, files[0])
        case (1, nil, let current?): return (files[0], current)
        default:
            throw AssayError(
                .invalidArgument,
                "drift compares two data sets: assay drift REFERENCE CURRENT, or --reference_data FILE --current_data FILE")
        }
    }
}
