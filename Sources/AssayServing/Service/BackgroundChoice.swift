import AssayColumns
import AssayData
package import AssayExplain
import AssayJSON
package import AssayModels
package import AssayTerms

/// Which rows an explanation compares with, in a fixed order of preference.
///
/// A file the caller names; `explain/background.parquet` of the model's folder; its evaluation table, when there is exactly
/// one Parquet file under `eval/`, else the one its run logged; `input_example` with more than one row. For a linear explanation
/// then what fitted scalers remember as mean, and zeros. A file of the model that is there and cannot be used is an error; the
/// run's table and the input example, which were not made for this, are passed over.
/// Blocks while files are read.
package struct BackgroundChoice {
    private let form: ModelForm
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

    enum Source {
        case path(String)
        case table(Table)
        case block(RowBlock, name: String)

        var name: String {
            switch self {
            case .path(let path): path
            case .table(let table): table.name.string
            case .block(_, let name): name
            }
        }
    }

    package init(form: ModelForm, files: (any ModelFiles)?, evaluationTable: Table? = nil) {
        self.form = form
        self.files = files
        self.evaluationTable = evaluationTable
    }

    /// Rows that explanations of trees are compared with; more are a sample by the seed.
    package static let treeRows = 1_000

    /// Rows that covariances are taken of.
    package static let correlatedRows = 10_000

    /// How a model this build reads is explained.
    ///
    /// - Parameters:
    ///   - followsCovers: explain trees by their own covers though there were rows to compare with.
    ///   - players: whom attributions are given to; `nil` has each input be its own.
    ///   - output: what of trees is explained; anything but the margin needs rows to compare with.
    package func explainer(
        of model: ScoringModel, path: String?, treeRows: Int = Self.treeRows, seed: UInt64 = 0, followsCovers: Bool = false,
        players: Players? = nil, output: TreeSpace = .margin
    ) throws(AssayError) -> NativeExplainer {
        if case .program(let program) = model.head {
            return try self.explainer(of: model, program, path: path, treeRows: treeRows, seed: seed, followsCovers: followsCovers, players: players)
        }
        let scorer = Scorer(model)
        let head: TreeHead
        switch try model.ownExplanation() {
        case .linear: return .linear(LinearExplainer(scorer, background: try background(of: model, path: path), players: players))
        case .trees(let trees): head = trees
        case .program: preconditionFailure("a program is explained above")
        }
        func explainer(_ rows: BackgroundRows?) throws(AssayError) -> NativeExplainer {
            .trees(try TreeModelExplainer(scorer, head, background: rows, players: players, output: output))
        }
        if followsCovers { return try explainer(nil) }
        if let source = try required(path) { return try explainer(try sample(source, treeRows, seed)) }
        for source in offered() {
            if let rows = try? sample(source, treeRows, seed), let made = try? explainer(rows) { return made }
        }
        return try explainer(nil)
    }

    /// How a linear model is explained where columns that go together share what they say: rows are needed.
    package func correlated(
        of model: ScoringModel, path: String?, limit: Int, seed: UInt32, players: Players
    ) throws(AssayError) -> NativeExplainer {
        let scorer = Scorer(model)
        let rows = try rows(path: path, limit: limit, seed: UInt64(seed))
        return .linear(
            LinearExplainer(scorer, correlated: try CorrelatedBackground(rows, scorer: scorer, players: players, seed: seed), players: players))
    }

    /// For linear explanations: averages over all rows.
    private func background(of model: ScoringModel, path: String?) throws(AssayError) -> Background {
        if let source = try required(path) { return try average(source, model) }
        for source in offered() {
            if let background = try? average(source, model) { return background }
        }
        if let means = try Background.scalerMeans(model) { return means }
        return Background.zeros(model)
    }

    /// For kernel explanations of any model: at most `limit` rows.
    ///
    /// - Throws: `invalidArgument` where there are none.
    package func rows(path: String?, limit: Int, seed: UInt64) throws(AssayError) -> BackgroundRows {
        if let source = try required(path) { return try sample(source, limit, seed) }
        for source in offered() {
            if let rows = try? sample(source, limit, seed) { return rows }
        }
        throw AssayError(
            .invalidArgument,
            "there are no rows to compare with: name some with --background FILE, or log the model with "
                + "explain/background.parquet or an input example of several rows")
    }

    /// What must be usable, where there is such a thing.
    func required(_ path: String?) throws(AssayError) -> Source? {
        if let path { return .path(path) }
        guard let files else { return nil }
        let tables = files.names.filter { $0.string.hasPrefix("eval/") && $0.string.hasSuffix(".parquet") }
        let chosen: Text? =
            files.names.contains("explain/background.parquet")
            ? "explain/background.parquet" : tables.count == 1 ? tables[0] : nil
        guard let chosen else { return nil }
        return .table(Table(name: chosen, bytes: try files.contents(of: chosen, limit: ScoringModel.fileByteLimit)))
    }

    func offered() -> [Source] {
        [evaluationTable.map { Source.table($0) }, files.flatMap(inputExample)].compactMap { $0 }
    }

    private func average(_ source: Source, _ model: ScoringModel) throws(AssayError) -> Background {
        var accumulator = BackgroundAccumulator(scorer: Scorer(model))
        do throws(AssayError) {
            try forEachBlock(of: source) { (block) throws(AssayError) in try accumulator.add(block) }
        } catch {
            throw Self.blamed(source, error)
        }
        return try accumulator.background(named: source.name)
    }

    func sample(_ source: Source, _ limit: Int, _ seed: UInt64) throws(AssayError) -> BackgroundRows {
        var sampler = BackgroundSampler(form, limit: limit, seed: seed)
        do throws(AssayError) {
            try forEachBlock(of: source) { (block) throws(AssayError) in try sampler.add(block) }
        } catch {
            throw Self.blamed(source, error)
        }
        return try sampler.rows(named: source.name)
    }

    /// So that what is wrong with the background is not looked for in the rows.
    private static func blamed(_ source: Source, _ error: AssayError) -> AssayError {
        AssayError(error.code, "the background '\(source.name)' cannot be used: \(error.message)", cause: error.cause)
    }

    private func forEachBlock(of source: Source, _ body: (RowBlock) throws(AssayError) -> Void) throws(AssayError) {
        switch source {
        case .path(let path): _ = try ModelTable(path: path, form: form).forEachBlock(body)
        case .table(let table):
            try MemoryFile.withDescriptor(table.bytes) { (descriptor) throws(AssayError) in
                _ = try ModelTable(
                    descriptor: descriptor, name: table.name.string, format: .parquet, form: form
                ).forEachBlock(body)
            }
        case .block(let block, _): try body(block)
        }
    }

    private func inputExample(_ files: any ModelFiles) -> Source? {
        guard let example = form.inputExample, files.names.contains(example.file),
            let bytes = try? files.contents(of: example.file, limit: 16 << 20),
            let json = try? PayloadReader.json(bytes)
        else { return nil }
        // A data frame is kept as split, everything else as MLflow's `inputs` takes it.
        let kind = example.kind == "dataframe" && json["data"] != nil ? "dataframe_split" : "inputs"
        let payload: JSONValue = .object([kind: json])
        let reader = PayloadReader(isStrict: true, signatureNames: form.signature?.inputs?.columnNames)
        guard let request = try? reader.read(payload.bytes()), request.table.rowCount > 1,
            let block = try? InputBinder(form: form, isStrict: false).bind(request.table)
        else { return nil }
        return .block(block, name: example.file.string)
    }
}
