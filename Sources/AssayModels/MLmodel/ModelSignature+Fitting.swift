package import AssayColumns
package import AssayTerms

extension ModelSignature.DataType {
    /// The column as a model with this type in its signature takes it: `float` rounded to 32 bits, everything else as it is.
    ///
    /// - Throws: `invalidArgument` for text where it says a number, or a number where it says text; `unsupported` for a type that
    ///   tables do not have.
    package func fitting(_ column: Column) throws(AssayError) -> Column {
        switch (self, column.values) {
        case (.float, .double(let values)):
            return Column(
                name: column.name, values: .double(values.map { Double(Float($0)) }), validity: column.validity)
        case (.string, .text), (.datetime, .timestamp): return column
        case (.boolean, .boolean), (.boolean, .int64), (.boolean, .double), (.integer, .boolean), (.integer, .int64),
            (.integer, .double), (.long, .boolean), (.long, .int64), (.long, .double), (.float, .boolean),
            (.float, .int64), (.double, .boolean), (.double, .int64), (.double, .double):
            return column
        case (.other, _), (.binary, _):
            throw AssayError(
                .unsupported, "the model's signature says '\(name)' for column '\(column.name)', which is not supported")
        default:
            // A column without a value fits every type.
            if column.count == 0 || column.validity?.presentCount == 0 { return column }
            throw AssayError(
                .invalidArgument,
                "column '\(column.name)' holds \(column.type.rawValue) where the model's signature says '\(name)'")
        }
    }
}

extension ModelSignature.Schema {
    /// How many columns it asks for; `nil` where any number will do.
    package var width: Int? {
        switch self {
        case .columns(let columns): return columns.isEmpty ? nil : columns.count
        case .tensors(let tensors):
            guard tensors.count == 1, tensors[0].shape.count == 2, tensors[0].shape[1] > 0 else { return nil }
            return tensors[0].shape[1]
        }
    }

    /// What it says of one input: by name, or by place where it names none.
    package func type(of name: Text, at place: Int) -> ModelSignature.DataType? {
        switch self {
        case .columns(let columns):
            if let column = columns.first(where: { $0.name == name }) { return column.type }
            return columns.indices.contains(place) && columns[place].name == nil ? columns[place].type : nil
        case .tensors(let tensors):
            guard tensors.count == 1, tensors[0].name == nil else { return nil }
            switch tensors[0].type {
            case "float64": return .double
            case "float32": return .float
            case "int64": return .long
            case "int32": return .integer
            case "bool": return .boolean
            default: return nil
            }
        }
    }
}
