import ArgumentParser
import AssayColumns
import AssayData
import AssayEvidence
import AssayTerms

/// The data file and what its columns mean; shared by the commands that measure rows.
struct DataArguments: ParsableArguments {
    @Argument(help: "The rows: a file in CSV, JSON Lines, Parquet or Arrow IPC, or a folder of such files.")
    var data: String

    @Option(help: "The column of true labels.")
    var label: String

    @Option(help: "The column of predicted labels.")
    var prediction: String?

    @Option(help: "The column of scores of the positive label, for example its probability.")
    var score: String?

    @Option(help: "Predicted positive where the score is at least this; only without --prediction.")
    var cutoff: Double?

    @Option(help: "What is predicted: binary, multiclass or regression; found by itself where it is plain.")
    var task: EvidenceRequest.TaskKind?

    @Option(help: "The positive label; found by itself where it is 1, or the only other value beside 0.")
    var positive: String?

    @Option(help: "The column of row weights.")
    var weight: String?

    @Option(help: "Words that stand for a missing value in CSV, separated by commas; without it pandas' words.")
    var missing: String?

    @Option(help: "A JSON file with types of columns: {\"columns\": {\"age\": \"int64\"}}.")
    var schema: String?

    /// The request without its checks.
    func request() throws(AssayError) -> EvidenceRequest {
        var request = EvidenceRequest(data: DataFile(path: data), checks: [])
        request.label = Text(label)
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
        request.positive = positive.map { Text($0) }
        request.weight = weight.map { Text($0) }
        request.missingWords = missing.map(ColumnList.texts)
        if let schema { request.schema = try DataSchema(json: SmallFile.bytes(of: schema)) }
        return request
    }
}

extension EvidenceRequest.TaskKind: ExpressibleByArgument {}
