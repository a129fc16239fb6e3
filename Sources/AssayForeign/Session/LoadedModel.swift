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

    /// A folder with `MLmodel`, or a single file by its name's ending.
    ///
    /// Only what is understood and not read is given to its own library; a damaged file is refused by everyone.
    ///
    /// - Throws: `unsupported` for a model that is not read where foreign ones are refused or there is no interpreter, and what
    ///   either way of loading throws.
    package static func load(_ files: some ModelFiles, foreign: Foreign) throws(AssayError) -> LoadedModel {
        let refusal: AssayError
        do throws(AssayError) {
            return .native(try native(files))
        } catch {
            guard error.code == .unsupported else { throw error }
            refusal = error
        }
        let named: String?
        let limits: ForeignLimits
        switch foreign {
        case .refused: throw AssayError(.unsupported, "\(refusal.message); --no-foreign keeps its own library from scoring it")
        case .handed(nil): throw AssayError(.unsupported, refusal.message, cause: NeedsOwnLibrary())
        case .handed(let handle?):
            // Where the process is, its end is seen; here it is only missed.
            return .foreign(
                try ForeignModel(
                    channel: ForeignChannel(requests: handle.requests, answers: handle.answers), loader: ForeignLoader.loader(of: files),
                    folder: handle.folder, limits: ForeignLimits()
                ) { ForeignEnd() })
        case .interpreter(let path, let given): (named, limits) = (path, given)
        }
        let interpreter: PythonInterpreter
        do throws(AssayError) {
            interpreter = try PythonInterpreter.find(named)
        } catch {
            throw AssayError(error.code, "\(refusal.message); \(error.message)", cause: error.cause)
        }
        return .foreign(try ForeignModel.load(files, by: ForeignLoader.loader(of: files), interpreter: interpreter, limits: limits))
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
