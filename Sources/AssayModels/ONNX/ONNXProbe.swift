import AssayTerms

/// A run of a graph on a few rows, to see what shapes come.
struct ONNXProbe {
    let rows: Int
    var values: [Int: ONNXTensor] = [:]
    /// Values of which the rows stand along the second axis, as `ArrayFeatureExtractor` answers for a list.
    private(set) var turned: Set<Int> = []
    private(set) var work: ONNXWork

    /// - Parameter limit: what the rows may cost.
    init(rows: Int, file: String, limit: Int) {
        self.rows = rows
        work = ONNXWork(file: file, limit: limit, isProbe: true)
    }

    mutating func run(_ step: ONNXProgram.Step, _ constants: [Int: ONNXTensor]) throws(AssayError) {
        let inputs = step.inputs.map { $0 < 0 ? nil : values[$0] ?? constants[$0] }
        let isTurned = step.inputs.contains { turned.contains($0) }
        if isTurned, !["Reshape", "Cast", "Identity", "Squeeze", "Flatten"].contains(step.node.type) {
            throw step.node.movesRows("is given rows along the second axis")
        }
        for (slot, result) in zip(step.outputs, try step.run(inputs, &work)) {
            values[slot] = result
            let isList = step.node.type == "ArrayFeatureExtractor" && constants[step.inputs[0]] != nil
            if (isList || (isTurned && ["Cast", "Identity"].contains(step.node.type))), result.shape == [1, rows] { turned.insert(slot) }
        }
    }

    /// - Throws: `.unsupported` where a value has not the rows along its first axis, and nothing else that changes with them.
    static func requireRowsApart(_ probes: [ONNXProbe], _ slot: Int, _ step: ONNXProgram.Step) throws(AssayError) {
        if probes.allSatisfy({ $0.turned.contains(slot) }) { return }
        let shapes = probes.map { $0.values[slot]?.shape ?? [] }
        guard shapes[0].first == probes[0].rows, shapes[1].first == probes[1].rows, shapes[0].dropFirst() == shapes[1].dropFirst() else {
            let why = "makes a value of shape \(shapes[0]) of \(probes[0].rows) rows"
            // What is made of the rows' number alone holds no rows that could stand along another axis.
            throw ["ConstantOfShape", "Expand"].contains(step.node.type) ? step.node.mixesRows(why) : step.node.movesRows(why)
        }
    }
}
