package import AssayExplain
import AssayData
import AssayJSON
package import AssayModels
package import AssayTerms

/// Which rows an explanation compares with, in a fixed order of preference.
///
/// A file the caller names; `explain/background.parquet` of the model's folder; its evaluation table, when there is exactly
/// one Parquet file under `eval/`, else the one its run logged; `input_example` with more than one row; what fitted scalers
/// remember as mean; zeros. A file of the model that is there and cannot be used is an error; the run's table and the input
/// example, which were not made for this, are passed over.
/// Blocks while files are read.
package struct BackgroundChoice {
    private let model: ScoringModel
    private let files: (any ModelFiles)?
    private let evaluationTable: Table?

    /// A Parquet table in memory.
    package struct Table: Sendable {
        package let name: Text
        package let bytes: [UInt8]

        package init(name: Text, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    package init(model: ScoringModel, files: (any ModelFiles)?, evaluationTable: Table? = nil) {
        self.model = model
        self.files = files
        self.evaluationTable = evaluationTable
    }

    package func background(path: String?) throws(AssayError) -> Background {
        if let path {
            let table = try ModelTable(path: path, model: model)
            return try average(table, named: path)
        }
        if let files {
            let tables = files.names.filter { $0.string.hasPrefix("eval/") && $0.string.hasSuffix(".parquet") }
            let chosen: Text? =
                files.names.contains("explain/background.parquet")
                ? "explain/background.parquet" : tables.count == 1 ? tables[0] : nil
            if let chosen {
                return try average(
                    Table(name: chosen, bytes: files.contents(of: chosen, limit: ScoringModel.fileByteLimit)))
            }
        }
        if let evaluationTable, let background = try? average(evaluationTable) { return background }
        if let files {
            if let example = inputExample(files) { return example }
        }
        if let means = try Background.scalerMeans(model) { return means }
        return Background.zeros(model)
    }

    private func average(_ table: Table) throws(AssayError) -> Background {
        try MemoryFile.withDescriptor(table.bytes) { (descriptor) throws(AssayError) in
            try average(
                ModelTable(descriptor: descriptor, name: table.name.string, format: .parquet, model: model),
                named: table.name.string)
        }
    }

    private func average(_ table: ModelTable, named name: String) throws(AssayError) -> Background {
        var accumulator = BackgroundAccumulator(scorer: Scorer(model))
        _ = try table.forEachBlock { (block) throws(AssayError) in try accumulator.add(block) }
        return try accumulator.background(named: name)
    }

    private func inputExample(_ files: any ModelFiles) -> Background? {
        guard let example = model.inputExample, files.names.contains(example.file),
            let bytes = try? files.contents(of: example.file, limit: 16 << 20),
            let json = try? PayloadReader.json(bytes)
        else { return nil }
        // A data frame is kept as split, everything else as MLflow's `inputs` takes it.
        let form = example.kind == "dataframe" && json["data"] != nil ? "dataframe_split" : "inputs"
        let payload: JSONValue = .object([form: json])
        let reader = PayloadReader(isStrict: true, signatureNames: model.signature?.inputs?.columnNames)
        guard let request = try? reader.read(payload.bytes()), request.table.rowCount > 1,
            let block = try? InputBinder(model: model, isStrict: false).bind(request.table)
        else { return nil }
        return try? Background.rows(CollectionOfOne(block), named: example.file.string, scorer: Scorer(model))
    }
}
