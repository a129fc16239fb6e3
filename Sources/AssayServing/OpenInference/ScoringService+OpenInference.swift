import AssayColumns
import AssayJSON
import AssayModels
import AssayTerms

extension ScoringService {
    /// `POST …/infer`: rows in, the outputs asked for out; see ``AnswerWriter/tensors(_:_:)``. Blocks while it computes.
    ///
    /// - Parameters:
    ///   - meter: learns how many rows are asked about, and refuses too many.
    ///   - rules: what answers are held against.
    package func infer(_ request: InferenceRequest, meter: RequestMeter? = nil, rules: RuleBook? = nil) throws(ServingFailure) -> InferenceAnswer {
        let names = Set(form.inputs).union(form.signature?.inputs?.columnNames ?? []).union(features?.asked.map(\.name) ?? [])
        // Columns by position are the protocol's own form, so a strict service takes them too.
        try meter?.take(request.rowCount, isExplained: writer.explains(request.outputs) || rules?.needsExplanation ?? false)
        let rows = try bind(try request.table(among: names), by: InputBinder(form: form, isStrict: false), rules: rules)
        let (outputs, scored) = try writer.tensors(rows, request.outputs, rules: rules)
        let binary = request.answersBinary ? Set(outputs.map(\.name)) : request.binaryOutputs
        return InferenceAnswer(id: request.id, outputs: outputs, scored: [scored], binary: binary)
    }

    /// What the model takes and gives.
    package var inferenceMetadata: InferenceMetadata {
        var types: [Text: ModelSignature.DataType] = [:]
        if case .columns(let specs)? = form.signature?.inputs {
            for spec in specs { if let name = spec.name { types[name] = spec.type } }
        }
        let filled = features?.filled ?? []
        var inputs = form.inputs.filter { !filled.contains($0) }.map { name in
            InferenceMetadata.Tensor(name: name, type: types[name].map(Self.type) ?? .fp64, shape: [-1, 1])
        }
        for (name, type) in features?.asked ?? [] where !form.inputs.contains(name) {
            inputs.append(.init(name: name, type: type == .int64 ? .int64 : .bytes, shape: [-1, 1]))
        }
        return InferenceMetadata(platform: "mlflow", inputs: inputs, outputs: writer.tensorKinds)
    }

    private static func type(_ type: ModelSignature.DataType) -> InferenceTensor.DataType {
        switch type {
        case .boolean: .bool
        case .integer: .int32
        case .long: .int64
        case .float: .fp32
        case .double: .fp64
        case .string, .binary, .datetime, .other: .bytes
        }
    }
}
