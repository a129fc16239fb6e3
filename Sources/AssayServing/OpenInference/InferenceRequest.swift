import AssayJSON
package import AssayTerms

/// A request of the Open Inference Protocol, as REST and gRPC both have it.
package struct InferenceRequest: Sendable {
    package var id: Text?
    package var inputs: [InferenceTensor]
    /// The outputs that are asked for; empty for the model's own choice.
    package var outputs: [Text]
    /// Those that are to stand as bytes behind the JSON.
    var binaryOutputs: Set<Text> = []
    /// Whether whatever is answered is to, where no output is named.
    var answersBinary = false

    package static let headerField = "Inference-Header-Content-Length"
    private static let longestID = 256

    package init(id: Text?, inputs: [InferenceTensor], outputs: [Text]) throws(ServingFailure) {
        guard (id?.utf8Count ?? 0) <= Self.longestID else { throw .badRequest("'id' has more than \(Self.longestID) bytes") }
        guard !inputs.isEmpty else { throw .badRequest("'inputs' is empty") }
        self.id = id
        self.inputs = inputs
        self.outputs = outputs
    }

    /// Reads the body of `…/infer`. Data may be nested or flat, as the specification leaves it, or stand as bytes behind the JSON.
    ///
    /// - Parameter headerLength: the bytes of the JSON, where others follow: `Inference-Header-Content-Length`.
    package init(json body: [UInt8], headerLength: String? = nil) throws(ServingFailure) {
        var rest = body[body.endIndex...]
        var json = body
        if let headerLength {
            guard let length = Int(headerLength), (0...body.count).contains(length) else {
                throw .badRequest("\(Self.headerField) is the number of the body's first bytes that are JSON")
            }
            (json, rest) = (Array(body[..<length]), body[length...])
        }
        let value = try PayloadReader.json(json)
        guard let members = value["inputs"]?.array else { throw .badRequest("the body needs 'inputs', an array of tensors") }
        var inputs: [InferenceTensor] = []
        for member in members { inputs.append(try Self.tensor(member, &rest)) }
        guard rest.isEmpty else { throw .badRequest("\(rest.count) bytes follow that are no input's") }
        try self.init(id: value["id"]?.string.map { Text($0) }, inputs: inputs, outputs: [])
        let isBinary = value["parameters"]?["binary_data_output"]?.bool ?? false
        for output in value["outputs"]?.array ?? [] {
            guard let name = output["name"]?.string else { throw .badRequest("each of 'outputs' needs a 'name'") }
            outputs.append(Text(name))
            if output["parameters"]?["binary_data"]?.bool ?? isBinary { binaryOutputs.insert(Text(name)) }
        }
        if outputs.isEmpty, isBinary { answersBinary = true }
    }

    private static func tensor(_ value: JSONValue, _ rest: inout ArraySlice<UInt8>) throws(ServingFailure) -> InferenceTensor {
        guard let name = value["name"]?.string.map({ Text($0) }) else { throw .badRequest("each of 'inputs' needs a 'name'") }
        guard let word = value["datatype"]?.string, let type = InferenceTensor.DataType(rawValue: word) else {
            throw .badRequest(
                "input '\(name)' needs a 'datatype', one of \(InferenceTensor.DataType.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        var shape: [Int] = []
        for size in value["shape"]?.array ?? [] {
            guard let size = size.integer.flatMap({ Int(exactly: $0) }) else {
                throw .badRequest("input '\(name)' needs a 'shape', an array of whole numbers")
            }
            shape.append(size)
        }
        let count = try InferenceTensor.count(of: shape, name)
        if let size = value["parameters"]?["binary_data_size"]?.integer {
            guard let size = Int(exactly: size), (0...rest.count).contains(size) else {
                throw .badRequest("input '\(name)' says that it has \(size) bytes, and \(rest.count) follow")
            }
            let values = try BinaryTensors.values(rest.prefix(size), type, count: count, of: name)
            rest = rest.dropFirst(size)
            return try InferenceTensor(name: name, shape: shape, type: type, values: values)
        }
        guard let data = value["data"]?.array else { throw .badRequest("input '\(name)' needs 'data', an array") }
        return try InferenceTensor(name: name, shape: shape, type: type, values: flat(data, depth: shape.count))
    }

    /// Nested as deep as the shape goes, or not at all.
    private static func flat(_ data: [JSONValue], depth: Int) -> [JSONValue] {
        guard depth > 1, data.contains(where: { $0.array != nil }) else { return data }
        return data.flatMap { element in element.array.map { flat($0, depth: depth - 1) } ?? [element] }
    }

    /// As the first input has them; ``table(among:)`` refuses others that differ.
    var rowCount: Int { inputs.first?.shape.first ?? 0 }

    /// The rows: columns by name, each of shape [N] or [N, 1], or one tensor [N, M] of columns by position.
    ///
    /// - Parameter columns: the model's own, by which one column is told from a matrix of one column.
    func table(among columns: Set<Text>) throws(ServingFailure) -> PayloadTable {
        if inputs.count == 1, inputs[0].shape.count == 2, inputs[0].shape[1] != 1 || !columns.contains(inputs[0].name) {
            return try Self.table(of: inputs[0])
        }
        var names: Set<Text> = []
        for input in inputs {
            guard input.shape.count == 1 || input.shape.count == 2 && input.shape[1] == 1 else {
                throw .badRequest("input '\(input.name)' is a column of shape [N] or [N, 1]; or send one tensor of shape [N, columns]")
            }
            guard names.insert(input.name).inserted else { throw .badRequest("input '\(input.name)' is given twice") }
        }
        let rows = inputs[0].shape[0]
        if let other = inputs.first(where: { $0.shape[0] != rows }) {
            throw .badRequest("input '\(other.name)' has \(other.shape[0]) rows, and '\(inputs[0].name)' has \(rows)")
        }
        return PayloadTable(names: inputs.map(\.name), columns: inputs.map(\.values), rowCount: rows)
    }

    /// Columns of a tensor. More than any model has are refused before they are made: where there are no rows a shape may claim any number.
    private static let columnLimit = 65_536

    private static func table(of matrix: InferenceTensor) throws(ServingFailure) -> PayloadTable {
        let (rows, width) = (matrix.shape[0], matrix.shape[1])
        guard width <= columnLimit, width > 0 || rows == 0 else {
            throw .badRequest("input '\(matrix.name)' is said to have \(width) columns; 1 to \(columnLimit) are taken")
        }
        let columns = (0..<width).map { column in (0..<rows).map { matrix.values[$0 * width + column] } }
        return PayloadTable(names: nil, columns: columns, rowCount: rows)
    }
}
