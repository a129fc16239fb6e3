import AssayForeign
import AssayJSON
import AssayTerms

/// Who computes a served model's answers, and why it is not this program where it is another.
enum AnswerSource: Equatable, Sendable {
    case assay
    case library(Text, reason: String)
    case upstream

    init(_ plan: LoadedModel.Plan) {
        switch plan.engine {
        case .onnxRuntime: self = .library("ONNX Runtime", reason: plan.reason)
        case .python: self = .library("the model's own library", reason: plan.reason)
        }
    }

    /// For people, of what is loaded.
    var words: String {
        switch self {
        case .assay: "scored here"
        case .library(let name, let reason): "scored by \(name) in a confined process, as it is not read here: \(reason)"
        case .upstream: "scored by an HTTP service"
        }
    }

    var json: JSONValue {
        switch self {
        case .assay: ["by": "assay"]
        case .library(let name, let reason): ["by": .string(name.string), "reason": .string(reason)]
        case .upstream: ["by": "upstream"]
        }
    }
}
