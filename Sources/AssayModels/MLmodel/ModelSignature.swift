package import AssayJSON
package import AssayTerms

/// What a model declares about its input, output and parameters.
///
/// - Source: MLflow 3.17, `mlflow/types/schema.py`.
package struct ModelSignature: Sendable {
    /// MLflow's column types; `other` holds the word of a type that tabular models do not have.
    package enum DataType: Hashable, Sendable {
        case boolean, integer, long, float, double, string, binary, datetime
        case other(String)

        init(_ word: String) {
            switch word {
            case "boolean": self = .boolean
            case "integer": self = .integer
            case "long": self = .long
            case "float": self = .float
            case "double": self = .double
            case "string": self = .string
            case "binary": self = .binary
            case "datetime": self = .datetime
            default: self = .other(word)
            }
        }

        /// MLflow's word.
        package var name: String {
            switch self {
            case .boolean: "boolean"
            case .integer: "integer"
            case .long: "long"
            case .float: "float"
            case .double: "double"
            case .string: "string"
            case .binary: "binary"
            case .datetime: "datetime"
            case .other(let word): word
            }
        }

        /// NumPy's word for the type MLflow casts to, as its messages name it.
        package var numpyName: String {
            switch self {
            case .boolean: "bool"
            case .integer: "int32"
            case .long: "int64"
            case .float: "float32"
            case .double: "float64"
            case .string: "<U0"
            case .binary: "|S0"
            case .datetime: "datetime64[ns]"
            case .other(let word): word
            }
        }
    }

    package struct ColumnSpec: Hashable, Sendable {
        /// `nil` in signatures without names.
        package let name: Text?
        package let type: DataType
        package let isRequired: Bool

        package init(name: Text?, type: DataType, isRequired: Bool = true) {
            self.name = name
            self.type = type
            self.isRequired = isRequired
        }
    }

    package struct TensorSpec: Hashable, Sendable {
        package let name: Text?
        /// NumPy's word, for example `float64`.
        package let type: String
        /// −1 where any extent is accepted.
        package let shape: [Int]
    }

    package enum Schema: Hashable, Sendable {
        case columns([ColumnSpec])
        case tensors([TensorSpec])

        /// The columns' names in order; `nil` unless all have one.
        package var columnNames: [Text]? {
            guard case .columns(let columns) = self else { return nil }
            let names = columns.compactMap(\.name)
            return names.count == columns.count ? names : nil
        }
    }

    package struct Parameter: Sendable {
        package let name: Text
        package let type: DataType
        package let defaultValue: JSONValue
        /// `nil` for a single value.
        package let shape: [Int]?
    }

    package private(set) var inputs: Schema?
    package let outputs: Schema?
    package let parameters: [Parameter]

    /// Reads the three JSON texts of `MLmodel`'s `signature`. `name` stands in messages.
    package init(inputs: String?, outputs: String?, parameters: String?, name: String) throws(AssayError) {
        self.inputs = try inputs.map { (text) throws(AssayError) in try Self.schema(text, "signature.inputs", name) }
        self.outputs = try outputs.map { (text) throws(AssayError) in try Self.schema(text, "signature.outputs", name) }
        self.parameters =
            try parameters.map { (text) throws(AssayError) in try Self.parameters(text, "signature.params", name) } ?? []
    }

    /// The same, with columns that rows may lack.
    func asking(without names: Set<Text>) -> ModelSignature {
        guard case .columns(let columns)? = inputs else { return self }
        var other = self
        other.inputs = .columns(
            columns.map { spec in
                ColumnSpec(name: spec.name, type: spec.type, isRequired: spec.isRequired && !(spec.name.map(names.contains) ?? false))
            })
        return other
    }

    private static let limits = JSONLimits(bytes: 4 << 20, depth: 64, members: 1_000_000)

    private static func list(_ text: String, _ part: String, _ name: String) throws(AssayError) -> [JSONValue] {
        guard let value = try? JSONValue(parsing: Array(text.utf8), limits: limits), let list = value.array else {
            throw AssayError(.unreadable, "\(name): \(part) is not a JSON list")
        }
        return list
    }

    private static func schema(_ text: String, _ part: String, _ name: String) throws(AssayError) -> Schema {
        let list = try list(text, part, name)
        func damaged(_ why: String) -> AssayError { AssayError(.unreadable, "\(name): \(part) \(why)") }
        var columns: [ColumnSpec] = []
        var tensors: [TensorSpec] = []
        for entry in list {
            guard let type = entry["type"]?.string else { throw damaged("has an entry without a type") }
            let label = entry["name"]?.string.map { Text($0) }
            if type == "tensor" {
                guard let spec = entry["tensor-spec"], let element = spec["dtype"]?.string,
                    let extents = spec["shape"]?.array
                else { throw damaged("has a tensor without dtype and shape") }
                var shape: [Int] = []
                for extent in extents {
                    guard let number = extent.integer, number >= -1, number <= 1 << 40 else {
                        throw damaged("has a tensor whose shape is not a list of extents")
                    }
                    shape.append(Int(number))
                }
                tensors.append(TensorSpec(name: label, type: element, shape: shape))
            } else {
                // Versions before 2.6 wrote `optional`.
                let isRequired = entry["required"]?.bool ?? !(entry["optional"]?.bool ?? false)
                columns.append(ColumnSpec(name: label, type: DataType(type), isRequired: isRequired))
            }
        }
        guard columns.isEmpty || tensors.isEmpty else { throw damaged("mixes columns and tensors") }
        if !tensors.isEmpty { return .tensors(tensors) }
        let names = columns.compactMap(\.name)
        guard names.isEmpty || names.count == columns.count else { throw damaged("names only some of its columns") }
        guard Set(names).count == names.count else { throw damaged("names a column twice") }
        return .columns(columns)
    }

    private static func parameters(_ text: String, _ part: String, _ name: String) throws(AssayError) -> [Parameter] {
        var parameters: [Parameter] = []
        for entry in try list(text, part, name) {
            guard let label = entry["name"]?.string,
                let type = entry["type"]?.string ?? entry["dtype"]?.string
            else { throw AssayError(.unreadable, "\(name): \(part) has an entry without a name and a type") }
            parameters.append(
                Parameter(
                    name: Text(label), type: DataType(type), defaultValue: entry["default"] ?? .null,
                    shape: entry["shape"]?.array.map { $0.map { Int($0.integer ?? -1) } }))
        }
        return parameters
    }
}
