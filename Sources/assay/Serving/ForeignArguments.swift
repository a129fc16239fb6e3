import ArgumentParser
import AssayColumns
import AssayForeign
import AssayModels
import AssayTerms
import Foundation

/// Whether and by which interpreter a model is scored that this build does not read itself.
struct ForeignArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The interpreter of Python whose libraries score a model that assay does not read itself.",
            discussion: "Without it: ASSAY_MODEL_PYTHON, then python3.", valueName: "path"))
    var python: String?

    @Option(
        help: ArgumentHelp(
            "ONNX Runtime's library, which scores ONNX graphs that assay does not read itself.",
            discussion: "Without it: ASSAY_ONNXRUNTIME, then that of PyPI's onnxruntime among the interpreter's packages, then the system's.",
            valueName: "path"))
    var onnxruntime: String?

    @Flag(help: "Refuse models that assay does not read itself.")
    var noForeign = false

    @Option(help: ArgumentHelp("The columns such a model was fitted on, in its order, where it knows no names.", valueName: "columns"))
    var features: String?

    @Option(help: ArgumentHelp("Memory that such a model may use, in GiB.", valueName: "GiB"))
    var foreignMemory: Int = 4

    @Option(help: ArgumentHelp("Seconds that such a model may take to be loaded, and for each 65,536 rows.", valueName: "seconds"))
    var foreignSeconds: Int = 120

    func validate() throws {
        guard (1...86_400).contains(foreignSeconds) else { throw ValidationError("--foreign-seconds is a number from 1 to 86400.") }
        guard (1...1024).contains(foreignMemory) else { throw ValidationError("--foreign-memory is a number of GiB from 1 to 1024.") }
    }

    /// The names in `--features`; none where it is not given.
    var featureNames: [Text] { features.map(ColumnList.texts) ?? [] }

    /// - Throws: `invalidArgument` where columns are named for a model that knows its own.
    func requireNoFeatures() throws(AssayError) {
        guard features == nil else {
            throw AssayError(.invalidArgument, "--features names the columns of a model that only its own library reads; leave it out")
        }
    }

    /// Loads a model for the calling thread, which is to score with it and to outlive it.
    func predictor(of model: OpenedModel) throws(AssayError) -> (predictor: any RowPredictor, loaded: LoadedModel) {
        // How long a table takes depends on the table; each exchange has its end, and the process ends with the command.
        let loaded: LoadedModel
        switch try LoadedModel.find(model.files, foreign: choice(processorSeconds: 0)) {
        case .native(let model): loaded = .native(model)
        case .foreign(let plan):
            let foreign = try ForeignModel.load(model.files, by: plan.loader, engine: plan.engine, limits: plan.limits)
            loaded = .foreign(foreign)
            // Never in silence: another program computes than the one that was asked.
            if case .onnxRuntime = plan.engine {
                let version = foreign.origin.libraries["onnxruntime"] ?? "unknown"
                FileHandle.standardError.write(
                    Data("assay: \(model.name) is scored by ONNX Runtime \(version) in a confined process, because assay does not read it: \(plan.reason)\n".utf8))
            }
        }
        switch loaded {
        case .native(let model):
            try requireNoFeatures()
            return (NativePredictor(model, threads: Processors.count), loaded)
        case .foreign(let model):
            return (try ForeignPredictor(model, features: featureNames), loaded)
        }
    }

    var choice: LoadedModel.Foreign { choice(processorSeconds: ForeignLimits().processorSeconds) }

    private func choice(processorSeconds: UInt64) -> LoadedModel.Foreign {
        if noForeign { return .refused }
        var limits = ForeignLimits()
        limits.processorSeconds = processorSeconds
        limits.memoryBytes = UInt64(foreignMemory) << 30
        limits.loadSeconds = Double(foreignSeconds)
        limits.scoreSeconds = Double(foreignSeconds)
        return .interpreter(python, limits, onnxRuntime: onnxruntime)
    }
}
