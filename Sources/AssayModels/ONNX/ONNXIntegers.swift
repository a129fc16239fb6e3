import AssayTerms

/// Whole numbers of 32 bits among those of 64: what is computed of them is cut to their width, as ONNX Runtime has it.
enum ONNXIntegers {
    private static let int32: Int64 = 6

    /// Operators that compute new numbers.
    private static let computing: Set<String> = [
        "Add", "Sub", "Mul", "Div", "Pow", "Sum", "Max", "Min", "Abs", "Neg", "Sign", "Relu", "Clip", "ReduceSum", "ReduceProd", "ReduceMax", "ReduceMin",
    ]
    /// Operators whose inputs are of one type.
    private static let joining: Set<String> = [
        "Add", "Sub", "Mul", "Div", "Sum", "Max", "Min", "Concat", "Where", "Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual",
    ]
    /// Operators whose whole numbers have nothing of their inputs' type.
    private static let own: Set<String> = [
        "Shape", "ArgMax", "ArgMin", "Cast", "Constant", "ConstantOfShape", "LabelEncoder", "CategoryMapper", "Imputer", "TreeEnsembleClassifier",
        "LinearClassifier",
    ]

    /// Gives a result the type of the numbers that it is made of.
    ///
    /// - Throws: `.unreadable` for numbers of different widths together, `.unsupported` for arithmetic of other widths than 32 and 64 bits.
    static func settle(_ result: inout ONNXTensor, _ inputs: [ONNXTensor?], _ node: ONNXNode) throws(AssayError) {
        guard node.domain.isEmpty else { return }
        let isJoining = joining.contains(node.type)
        if isJoining {
            let types = Set(inputs.compactMap { input in input?.integers == nil ? nil : input?.integerType })
            guard types.count <= 1 else { throw node.damaged("is given whole numbers of different widths") }
        }
        guard case .integers(let values) = result.values, !own.contains(node.type) else { return }
        let source = node.type == "Where" ? inputs.optional(1) : inputs.first.flatMap { $0 }
        result.integerType = source?.integerType ?? result.integerType
        guard computing.contains(node.type), result.integerType != 7 else { return }
        guard result.integerType == int32 else { throw node.unsupported("computes with \(ONNXTensorReader.typeName(result.integerType)), which is not read") }
        // Powers are cut as numbers, everything else as bits.
        result.values = .integers(values.map { node.type == "Pow" ? Int64(Int32(exactly: $0) ?? .min) : narrow($0) })
    }

    /// Of what has no place among the whole numbers of a type, the first or last of them.
    static func nearest(_ value: Double, _ type: Int64) -> Int64 {
        if type == int32 { return Int64(Int32(exactly: value.rounded()) ?? (value > 0 ? .max : .min)) }
        return Int64(exactly: value.rounded()) ?? (value > 0 ? .max : .min)
    }

    /// The low 32 bits.
    static func narrow(_ value: Int64) -> Int64 { Int64(Int32(truncatingIfNeeded: value)) }
}
