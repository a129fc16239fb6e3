import AssayColumns
import AssayData
import AssayModels
import AssayTerms

/// A CSV or Parquet request body as row blocks.
///
/// - Source: MLflow 3.17, `scoring_server.parse_csv_input` and `parse_parquet_input`.
struct TableBody {
    let form: ModelForm
    /// What is added to the rows, by columns that are read too.
    var further: FeatureFiller?
    /// Few bytes of Parquet can stand for any number of rows.
    var rowLimit = CallerLimits.greatestRowsPerRequest

    func blocks(_ body: [UInt8], as format: DataFormat) throws(ServingFailure) -> [RowBlock] {
        var blocks: [RowBlock] = []
        var absent: ServingFailure?
        var rowCount = 0
        do throws(AssayError) {
            try MemoryFile.withDescriptor(body) { (descriptor) throws(AssayError) in
                let names = try DataTable.open(descriptor: descriptor, name: "the input", format: format).columnNames
                absent = InputBinder(form: form, isStrict: false).missing(among: names)
                guard absent == nil else { return }
                let table = try ModelTable(
                    descriptor: descriptor, name: "the input", format: format, form: form, declared: true,
                    further: further.map { $0.asked.map(\.name) + $0.filled.sorted() } ?? [], types: further?.askedTypes ?? [:])
                _ = try table.forEachBlock { (block) throws(AssayError) in
                    rowCount += block.rowCount
                    guard rowCount <= rowLimit else { throw AssayError(.limitExceeded, "more than \(rowLimit) rows") }
                    blocks.append(block)
                }
            }
        } catch {
            guard error.code != .internalFault, error.code != .unavailable else { throw .model(error) }
            if rowCount > rowLimit {
                throw .badRequest("The request has more than \(rowLimit) rows, the most that may be asked at once. Send several requests.")
            }
            // A column the model needs beyond the signature's required ones.
            if error.code == .invalidArgument { throw .schema("Failed to enforce schema. Error: \(error.message).") }
            throw .badRequest(
                "Failed to parse input as a Pandas DataFrame. Ensure that the input is a valid "
                    + "\(format == .csv ? "CSV" : "Parquet")-formatted Pandas DataFrame. Error: '\(error.message)'")
        }
        if let absent { throw absent }
        try refuseMissingIntegers(blocks)
        return blocks
    }

    /// MLflow's integer columns cannot hold a missing value.
    private func refuseMissingIntegers(_ blocks: [RowBlock]) throws(ServingFailure) {
        guard case .columns(let specs)? = form.signature?.inputs else { return }
        for spec in specs where spec.type == .long || spec.type == .integer {
            guard let name = spec.name else { continue }
            for block in blocks where (block[name]?.validity?.missingCount ?? 0) > 0 {
                throw .badRequest(
                    "Invalid input. Data is not compatible with model signature. Failed to convert column \(name) to type "
                        + "'\(spec.type.numpyName)': integers cannot hold a missing value. Declare the column as double in "
                        + "the signature if it may be missing.")
            }
        }
    }
}
