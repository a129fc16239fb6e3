import ArgumentParser
import AssayColumns
import AssayData
import AssayEvidence
import AssayTerms

/// The data file and what its columns mean; shared by the commands that measure rows.
struct DataArguments: ParsableArguments {
    @OptionGroup var typed: TypedRowsArguments

    @OptionGroup var labels: LabelArguments

    @Option(help: "The column of predicted labels.")
    var prediction: String?

    @Option(help: "The column of scores of the positive label, for example its probability.")
    var score: String?

    @Option(help: "Predicted positive where the score is at least this; only without --prediction.")
    var cutoff: Double?

    @Option(help: "What is predicted: binary, multiclass or regression; found by itself where it is plain.")
    var task: EvidenceRequest.TaskKind?

    @Option(help: "The column of row weights.")
    var weight: String?

    /// The request without its checks.
    func request() throws(AssayError) -> EvidenceRequest {
        var request = EvidenceRequest(data: typed.rows.file, checks: [])
        request.label = Text(labels.label)
        request.prediction = prediction.map { Text($0) }
        request.score = score.map { Text($0) }
        if let cutoff {
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
        request.missingWords = typed.rows.missingWords
        request.schema = try typed.dataSchema()
        return request
    }
}

extension EvidenceRequest.TaskKind: ExpressibleByArgument {}
