import ArgumentParser
import AssayColumns
import AssayData
import AssayEvidence
import AssayTerms

/// The data file and what its columns mean; shared by the commands that measure rows.
struct DataArguments: ParsableArguments {
    @OptionGroup var typed: TypedRowsArguments

    @OptionGroup var labels: LabelArguments

    @Option(help: "The column of predicted labels; with --task multilabel as many columns as labels, in their order.")
    var prediction: String?

    @Option(
        help: """
            The column of scores of the positive label, for example its probability; with --task multiclass one column a class: \
            CLASS=COLUMN,….
            """)
    var score: String?

    @Option(parsing: .unconditional, help: "Predicted positive where the score is at least this; only without --prediction.")
    var cutoff: Double?

    @Option(
        help: """
            What is predicted: binary, multiclass, multilabel or regression; found by itself where it is plain. multilabel takes one \
            column of 0 and 1 a label, separated by commas, in --label and --prediction.
            """)
    var task: EvidenceRequest.TaskKind?

    @Option(help: "The column of row weights.")
    var weight: String?

    @Option(help: "Only the rows where this holds: \"age >= 18 and region in ['north', 'east']\".")
    var rows: String?

    /// The request without its checks.
    func request() throws(AssayError) -> EvidenceRequest {
        var request = EvidenceRequest(data: typed.rows.file, checks: [])
        if task == .multilabel {
            request.labels = ColumnList.texts(labels.label)
            request.predictions = prediction.map(ColumnList.texts) ?? []
        } else {
            request.label = Text(labels.label)
            request.prediction = prediction.map { Text($0) }
        }
        if let score {
            switch task {
            case .multiclass where labels.positive == nil: request.classScores = try Self.classColumns(score)
            case .multilabel, .regression:
                throw AssayError(.invalidArgument, "--score is of classes; leave it out with --task \(task?.rawValue ?? "")")
            default: request.score = Text(score)
            }
        }
        if let cutoff {
            guard request.classScores.isEmpty else {
                throw AssayError(.invalidArgument, "--cutoff is held against one score, and there is one a class; leave it out")
            }
            guard score != nil, prediction == nil else {
                throw AssayError(
                    .invalidArgument,
                    score == nil
                        ? "--cutoff is held against a score; name its column with --score"
                        : "--cutoff makes predictions from the score, and --prediction names them; leave one of the two out")
            }
            request.cutoff = cutoff
        }
        request.task = task
        request.positive = labels.positive.map { Text($0) }
        request.weight = weight.map { Text($0) }
        request.rows = rows.map { Text($0) }
        request.missingWords = typed.rows.missingWords
        request.schema = try typed.dataSchema()
        return request
    }

    /// `low=p_low,high=p_high`.
    static func classColumns(_ list: String) throws(AssayError) -> [ClassColumn] {
        var columns: [ClassColumn] = []
        for part in ColumnList.texts(list) {
            let sides = part.string.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, !sides[0].isEmpty, !sides[1].isEmpty else {
                throw AssayError(
                    .invalidArgument,
                    "--score names one column a class where there are several: CLASS=COLUMN, separated by commas; "
                        + "'\(part)' is no such pair")
            }
            columns.append(ClassColumn(name: Text(String(sides[0])), column: Text(String(sides[1]))))
        }
        return columns
    }
}

extension EvidenceRequest.TaskKind: ExpressibleByArgument {}
