import AssayJSON
package import AssayTerms

/// Reads ONNX models: what scikit-learn's, XGBoost's and LightGBM's converters write, and dense networks.
///
/// Operators are computed in the precision the graph has; tree ensembles to ONNX Runtime's bits. A model has to take each row by itself.
package enum ONNXReader {
    /// What was read.
    package struct Model: Sendable {
        package let graph: Graph
        package let program: ONNXModel
        /// Whether the file itself names its columns; otherwise rows bind by position.
        package let namesAreFitted: Bool
        package let predictFunction: ScoringModel.PredictFunction
        /// What its inputs say of their columns, where each has one.
        package let signature: ModelSignature?
        package let producer: String
    }

    private static let columnLimit = 100_000

    /// Whether bytes begin as an ONNX file does: with the version of its format.
    package static func isONNX(_ bytes: [UInt8]) -> Bool { bytes.count > 2 && bytes[0] == 0x08 && (1...20).contains(bytes[1]) }

    /// - Parameters:
    ///   - names: the columns' names in order as the model's signature has them.
    ///   - width: how many columns its signature says there are.
    ///   - external: the bytes of a file beside the model's.
    /// - Throws: `.unsupported` naming node, operator and domain of what is not read; `.unreadable`; `.limitExceeded`.
    package static func read(
        _ bytes: [UInt8], name: String, names: [Text]?, width: Int? = nil, external: ((String) throws(AssayError) -> [UInt8])? = nil
    ) throws(AssayError) -> Model {
        let file = try ONNXFile(bytes, name: name, external: external)
        guard !file.inputs.isEmpty else { throw AssayError(.unsupported, "\(name) has no inputs") }
        var shapes: [ONNXShape] = []
        for input in file.inputs { shapes.append(try shape(input, file, names?.count ?? width)) }
        let count = shapes.reduce(0) { $0 + $1.width }
        guard count <= columnLimit else { throw AssayError(.limitExceeded, "\(name) has \(count) columns; at most \(columnLimit) are read") }
        let program = try ONNXModel(file, shapes: shapes)
        var inputs: [Text] = []
        for (input, shape) in zip(file.inputs, shapes) {
            inputs += shape.width == 1 ? [Text(input.name)] : (0..<shape.width).map { Text(shapes.count == 1 ? "x\($0)" : "\(input.name)_\($0)") }
        }
        let isByColumn = shapes.allSatisfy { $0.width == 1 } && (shapes.count > 1 || shapes[0].type == 8)
        // One table has its columns from the signature; columns of their own are named by the graph.
        if !isByColumn, let names, names.count == count { inputs = names }
        guard Set(inputs).count == inputs.count else { throw AssayError(.unreadable, "\(name) names a column twice") }
        return Model(
            graph: graph(inputs, shapes, program.program.words), program: program, namesAreFitted: isByColumn,
            predictFunction: program.answersProbabilities ? .predictProbabilities : .predict,
            signature: try signature(isByColumn ? inputs : nil, shapes, name), producer: file.producer)
    }

    private static func shape(_ input: ONNXFile.ValueInfo, _ file: ONNXFile, _ declared: Int?) throws(AssayError) -> ONNXShape {
        let label = "input '\(input.name.prefix(100))'"
        guard [1, 6, 7, 8, 9, 11].contains(input.elementType) else {
            throw AssayError(
                .unsupported,
                "\(file.name): \(label) is of \(input.elementType == 0 ? "a kind that is no tensor" : ONNXTensorReader.typeName(input.elementType)), "
                    + "which is not read")
        }
        let shape = input.shape ?? [-1, -1]
        guard (1...2).contains(shape.count) else {
            throw AssayError(.unsupported, "\(file.name): \(label) has \(shape.count) axes; tables of rows and columns are read")
        }
        if shape.count == 1 { return ONNXShape(type: input.elementType, width: 1, isList: true) }
        var width = shape[1]
        if width < 0, file.inputs.count == 1 { width = declared ?? file.impliedWidth(of: input.name) ?? -1 }
        guard width > 0 else {
            throw AssayError(
                .unsupported,
                "\(file.name): \(label) does not say how many columns it has; export it with that number, or log it with a signature")
        }
        return ONNXShape(type: input.elementType, width: width, isList: false)
    }

    /// Numbers as they come, words as places among the model's words.
    private static func graph(_ inputs: [Text], _ shapes: [ONNXShape], _ words: ONNXWords) -> Graph {
        var codes: [Cell: Int32] = [:]
        for (place, text) in words.texts.enumerated() { codes[.text(text)] = Int32(place) }
        // ONNX Runtime in Python is given pandas' missing value as this word.
        codes[.missing] = words.known("nan") ?? ONNXWords.unknown
        var table = CategoryTable(codes: codes, unknown: .code(ONNXWords.unknown), width: words.texts.count)
        table.takesWordsOnly = true
        var steps: [Graph.Step] = []
        for shape in shapes {
            for _ in 0..<shape.width {
                let base = Graph.Source.Base.input(steps.count)
                steps.append(
                    shape.type == 8 ? .category(Graph.Source(base: base), table) : .number(Graph.Source(base: base, treatments: [.takeInfinite])))
            }
        }
        return Graph(inputs: inputs, steps: steps, features: steps.indices.map { .number(step: $0) })
    }

    /// By which rows are read where nothing else says of which types their columns are.
    ///
    /// - Parameter inputs: the columns' names, where the graph itself has them.
    /// - Returns: `nil` for tables without names and words, which take whatever numbers come.
    private static func signature(_ inputs: [Text]?, _ shapes: [ONNXShape], _ name: String) throws(AssayError) -> ModelSignature? {
        guard inputs != nil || shapes.contains(where: { $0.type == 8 }) else { return nil }
        var columns: [JSONValue] = []
        for shape in shapes {
            let type =
                switch shape.type {
                case 8: "string"
                case 9: "boolean"
                case 6, 7: "long"
                default: "double"
                }
            for _ in 0..<shape.width {
                var column: JSONObject = ["type": .string(type)]
                if let inputs { column["name"] = .string(inputs[columns.count].string) }
                columns.append(.object(column))
            }
        }
        return try ModelSignature(
            inputs: String(decoding: JSONValue.array(columns).bytes(), as: UTF8.self), outputs: nil, parameters: nil, name: name)
    }
}

extension ONNXFile {
    /// The columns that the first operator on an input asks for, where the input does not say.
    func impliedWidth(of input: String) -> Int? {
        for node in nodes where node.inputs.first == input {
            switch node.type {
            case "Cast", "Identity":
                if let output = node.outputs.first, output != input, let width = nodes.first(where: { $0.inputs.first == output }).flatMap({ width($0) }) {
                    return width
                }
            default: if let width = width(node) { return width }
            }
        }
        return nil
    }

    private func width(_ node: ONNXNode) -> Int? {
        switch node.type {
        case "MatMul": return node.inputs.count == 2 ? constants[Text(node.inputs[1])]?.shape.first : nil
        case "Gemm":
            guard node.inputs.count > 1, let shape = constants[Text(node.inputs[1])]?.shape, shape.count == 2 else { return nil }
            return (try? node.integer("transB")) == 1 ? shape[1] : shape[0]
        case "Scaler": return (try? node.floats("offset")).flatMap { $0.count > 1 ? $0.count : nil }
        case "Imputer": return (try? node.floats("imputed_value_floats")).flatMap { $0.count > 1 ? $0.count : nil }
        case "LinearClassifier", "LinearRegressor":
            guard let coefficients = try? node.floats("coefficients").count, let scores = try? node.floats("intercepts").count, scores > 0 else { return nil }
            return coefficients / scores
        default: return nil
        }
    }
}
