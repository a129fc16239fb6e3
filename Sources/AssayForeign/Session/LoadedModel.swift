package import AssayModels
package import AssayTerms

/// A model ready to score: one this build reads itself, or one its own library has loaded in a confined process.
package enum LoadedModel: Sendable {
    case native(ScoringModel)
    case foreign(ForeignModel)

    /// Whether models that this build does not read may be given to their own library.
    package enum Foreign: Sendable {
        case refused
        /// By this interpreter, or the one that is found.
        case interpreter(String?, ForeignLimits)
        /// By a process that is there already, or by none yet: then the error's cause says that one is needed.
        case handed(ForeignHandle?)
    }

    /// A model that its own library is to load, and how.
    package struct Plan: Sendable {
        package let loader: ForeignLoader
        package let interpreter: PythonInterpreter
        package let limits: ForeignLimits
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
            return .foreign(try ForeignModel.load(files, by: plan.loader, interpreter: plan.interpreter, limits: plan.limits))
        }
    }

    /// As ``load(_:foreign:)``, without starting a process.
    package static func find(_ files: some ModelFiles, foreign: Foreign) throws(AssayError) -> Found {
        let refusal: AssayError
        do throws(AssayError) {
            return .native(try native(files))
        } catch {
            guard error.code == .unsupported else { throw error }
            refusal = error
        }
        guard case .interpreter(let named, let limits) = foreign else {
            throw AssayError(.unsupported, "\(refusal.message); --no-foreign keeps its own library from scoring it")
        }
        let interpreter: PythonInterpreter
        do throws(AssayError) {
            interpreter = try PythonInterpreter.find(named)
        } catch {
            throw AssayError(error.code, "\(refusal.message); \(error.message)", cause: error.cause)
        }
        return .foreign(Plan(loader: try ForeignLoader.loader(of: files), interpreter: interpreter, limits: limits))
    }

    private static func load(_ files: some ModelFiles, handed handle: ForeignHandle?) throws(AssayError) -> LoadedModel {
        do throws(AssayError) {
            return .native(try native(files))
        } catch {
            guard error.code == .unsupported else { throw error }
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

    /// - Throws: `unsupported` for a model that only its own library reads.
    package static func native(_ files: some ModelFiles) throws(AssayError) -> ScoringModel {
        guard files.names.count == 1, let only = files.names.first, let loader = ForeignLoader.file(named: only) else {
            return try ScoringModel.load(files)
        }
        guard loader.module == "skops.io" else {
            throw AssayError(
                .unsupported,
                "\(only) is a pickle, which runs code when it is opened; only its own library in a confined process can score it, "
                    + "or log the model with mlflow.sklearn.log_model (skops format) and give its folder")
        }
        return try ScoringModel.load(skops: files.contents(of: only, limit: ScoringModel.fileByteLimit), name: only.string)
    }
}
