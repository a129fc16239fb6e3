import ArgumentParser
import AssayColumns
import AssayData
import AssayJSON
import AssayModels
import AssayServing
import AssayTerms

/// A model and the rows to score with it; shared by `score` and `explain`.
struct ModelArguments: ParsableArguments {
    @Argument(help: "A folder that mlflow wrote, a .skops, .pkl or .joblib file, runs:/RUN_ID/PATH, or models:/NAME/VERSION.")
    var model: String

    @Argument(help: "The rows: a CSV or Parquet file with the model's columns.")
    var data: String

    @Option(help: "The tracking server of runs: and models: addresses. Without it: ASSAY_SERVER, then MLFLOW_TRACKING_URI.")
    var server: String?

    @Option(help: "The key that deployment statements must be signed by; without it the server is asked for its key.")
    var key: String?

    @Option(help: "Words that stand for a missing value in CSV, separated by commas; without it pandas' words.")
    var missing: String?

    @Option(help: "A JSON file with types of columns: {\"columns\": {\"age\": \"int64\"}}.")
    var schema: String?

    func options() throws(AssayError) -> DataOptions {
        var options = DataOptions()
        if let missing { options.missingWords = ColumnList.texts(missing) }
        if let schema { options.schema = try DataSchema(json: SmallFile.bytes(of: schema)) }
        return options
    }
}
