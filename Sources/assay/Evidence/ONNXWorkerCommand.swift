import ArgumentParser
import AssayForeign

/// The confined child that scores one model by ONNX Runtime.
struct ONNXWorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "onnx-worker", abstract: "Score a model by ONNX Runtime.", shouldDisplay: false)

    @Option var runtime: String

    func run() {
        var worker = ONNXRuntimeWorker(library: runtime)
        worker.run()
    }
}
