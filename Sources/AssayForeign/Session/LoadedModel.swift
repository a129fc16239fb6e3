package import AssayModels
package import AssayTerms

/// A model ready to score: one this build reads itself, or one its own library has loaded in a confined process.
package enum LoadedModel: Sendable {
    case native(ScoringModel)
    case foreign(ForeignModel)

    /// Whether models that this build does not read may be given to their own library.
    package enum Foreign: Sendable {
        case refused
        /// By this interpreter, or the one that is found; ONNX graphs by ONNX Runtime's library where there is one, this or the one that is found.
        case interpreter(String?, ForeignLimits, onnxRuntime: String? = nil)
        /// By a process that is there already, or by none yet: then the error's cause says that one is needed.
        case handed(ForeignHandle?)
    }

    /// A model that its own library is to load, and how.
    package struct Plan: Sendable {
        package let loader: ForeignLoader
        package let engine: ForeignEngine
        package let limits: ForeignLimits
        /// Why this build does not read it.
        package let reason: String
    }

    /// A model that this build has read, or how its own library would.
    package enum Found: Sendable {
        case native(ScoringModel)
        case foreign(Plan)
    }

    /// A folder with `MLmodel`, or a single file by its name's ending.
    ///
    /// Only what is understood and not read is given to its own library; a damaged file is refused by everyone.
    ///
    /// - Throws: `unsupported` for a model that is not read where foreign ones are refused or there is no interpreter, and what
    ///   either way of loading throws.
    package static func load(_ files: some ModelFiles, foreign: Foreign) throws(AssayError) -> LoadedModel {
        if case .handed(let handle) = foreign { return try load(files, handed: handle) }
        switch try find(files, foreign: foreign) {
        case .native(let model): return .native(model)
        case .foreign(let plan):
            return .foreign(try ForeignModel.load(files, by: plan.loader, engine: plan.engine, limits: plan.limits))
        }
    }

    /// As ``load(_:foreign:)``, without starting a process.
    package static func find(_ files: some ModelFiles, foreign: Foreign) throws(AssayError) -> Found {
        let refusal: AssayError
        do throws(AssayError) {
            return .native(try native(files))
        } catch {
            guard mayBeForeign(error, files) else { throw error }
            refusal = error
        }
        guard case .interpreter(let named, let limits, let runtime) = foreign else {
            throw AssayError(.unsupported, "\(refusal.message); --no-foreign keeps its own library from scoring it")
        }
        // Rows of a graph that is not seen to take each by itself are asked one by one, which ONNX Runtime's library can be, and MLflow's loader not.
        let isAlone = refusal.cause is ONNXMixing
        if let loader = try ForeignLoader.onnx(files, takesRowsAlone: isAlone) {
            if let library = try ONNXRuntimeLibrary.find(runtime, interpreter: named) {
                return .foreign(Plan(loader: loader, engine: .onnxRuntime(library), limits: limits, reason: refusal.message))
            }
            // MLflow's own loader takes a folder; a file alone nobody.
            guard files.names.count > 1, !isAlone else { throw AssayError(.unsupported, "\(refusal.message); \(ONNXRuntimeLibrary.remedy)") }
        }
        let interpreter: PythonInterpreter
        do throws(AssayError) {
            interpreter = try PythonInterpreter.find(named)
        } catch {
            throw AssayError(error.code, "\(refusal.message); \(error.message)", cause: error.cause)
        }
        return .foreign(Plan(loader: try ForeignLoader.loader(of: files), engine: .python(interpreter), limits: limits, reason: refusal.message))
    }

    private static func load(_ files: some ModelFiles, handed handle: ForeignHandle?) throws(AssayError) -> LoadedModel {
        do throws(AssayError) {
            return .native(try native(files))
        } catch {
            // Who is handed a process asks the interpreter, and whole tables.
            guard mayBeForeign(error, files), !(error.cause is ONNXMixing) else { throw error }
            guard handle != nil else { throw AssayError(.unsupported, error.message, cause: NeedsOwnLibrary()) }
        }
        guard let handle else { throw AssayError(.internalFault, "a model was handed to no process") }
        // Where the process is, its end is seen; here it is only missed.
        return .foreign(
            try ForeignModel(
                channel: ForeignChannel(requests: handle.requests, answers: handle.answers), loader: ForeignLoader.loader(of: files),
                folder: handle.folder, limits: ForeignLimits()
            ) { ForeignEnd() })
    }

    /// Whether a model that is refused may be given to its own library: what is understood and not read, but no graph that would give a row different answers
    /// alone and in a table, which its library would.
    private static func mayBeForeign(_ error: AssayError, _ files: some ModelFiles) -> Bool {
        error.code == .unsupported && (error.cause as? ONNXMixing)?.isCertain != true && (files.names.count != 1 || !files.names.allSatisfy(isBooster))
    }

    /// Whether a single file is XGBoost's, LightGBM's or PMML by its name. These are read here or not at all: no loader of MLflow's or Python's takes them.
    private static func isBooster(_ name: Text) -> Bool {
        let lower = name.string.lowercased()
        return [".json", ".ubj", ".xgb", ".txt", ".lgb", ".pmml", ".xml"].contains(where: lower.hasSuffix)
    }

    /// - Throws: `unsupported` for a model that only its own library reads.
    package static func native(_ files: some ModelFiles) throws(AssayError) -> ScoringModel {
        guard files.names.count == 1, let only = files.names.first else { return try ScoringModel.load(files) }
        let lower = only.string.lowercased()
        if lower.hasSuffix(".onnx") {
            return try ScoringModel.load(onnx: files.contents(of: only, limit: ScoringModel.fileByteLimit), name: only.string)
        }
        if lower.hasSuffix(".pmml") || lower.hasSuffix(".xml") {
            return try ScoringModel.load(pmml: files.contents(of: only, limit: ScoringModel.fileByteLimit), name: only.string)
        }
        if isBooster(only) {
            return try ScoringModel.load(booster: files.contents(of: only, limit: ScoringModel.fileByteLimit), name: only.string)
        }
        guard let loader = ForeignLoader.file(named: only) else { return try ScoringModel.load(files) }
        guard loader.module == "skops.io" else {
            throw AssayError(
                .unsupported,
                "\(only) is a pickle, which runs code when it is opened; only its own library in a confined process can score it, "
                    + "or log the model with mlflow.sklearn.log_model (skops format) and give its folder")
        }
        return try ScoringModel.load(skops: files.contents(of: only, limit: ScoringModel.fileByteLimit), name: only.string)
    }
}
