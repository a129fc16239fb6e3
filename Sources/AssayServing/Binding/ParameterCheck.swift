import AssayJSON
import AssayModels
import AssayTerms

/// Checks `params` against the signature. Parameters that it does not name are ignored, as MLflow ignores them.
///
/// - Source: MLflow 3.17, `models/utils._enforce_params_schema` and `_enforce_param_datatype`.
struct ParameterCheck {
    let schema: [ModelSignature.Parameter]

    init(_ schema: [ModelSignature.Parameter]) { self.schema = schema }

    /// - Returns: those that the signature names, as they came; `nil` where there are none.
    @discardableResult func check(_ parameters: JSONValue?) throws(ServingFailure) -> JSONValue? {
        guard !schema.isEmpty, let parameters, !parameters.isNull else { return nil }
        guard let object = parameters.object else {
            throw .schema("Parameters must be a dictionary. Got type '\(parameters.kind)'.")
        }
        var known = JSONObject()
        for parameter in schema {
            guard let value = object[parameter.name.string], !value.isNull else { continue }
            if parameter.shape != nil {
                guard let list = value.array, list.allSatisfy({ fits($0, parameter.type) }) else {
                    throw invalid(parameter, "a list of \(parameter.type.name)")
                }
            } else if !fits(value, parameter.type) {
                throw invalid(parameter, parameter.type.name)
            }
            known[parameter.name.string] = value
        }
        return known.isEmpty ? nil : .object(known)
    }

    private func invalid(_ parameter: ModelSignature.Parameter, _ wanted: String) -> ServingFailure {
        .schema("Invalid parameters found: '\(parameter.name)' is not \(wanted).")
    }

    private func fits(_ value: JSONValue, _ type: ModelSignature.DataType) -> Bool {
        switch type {
        case .boolean: value.bool != nil
        case .integer: value.integer.map { Int32(exactly: $0) != nil } ?? false
        case .long: value.integer != nil
        case .float, .double: value.number != nil
        case .string, .datetime: value.string != nil
        case .binary: false
        case .other: value.object != nil
        }
    }
}
