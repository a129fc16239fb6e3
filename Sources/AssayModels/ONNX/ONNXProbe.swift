import AssayTerms

/// What an input looks like.
struct ONNXShape: Sendable {
    /// `TensorProto.DataType`.
    var type: Int64
    var width: Int
    /// A number a row, and not a table.
    var isList: Bool

    func shape(rows: Int) -> [Int] { isList ? [rows] : [rows, width] }

    /// Rows that stand for any.
    func sample(rows: Int, words: inout ONNXWords) -> ONNXTensor {
        let count = rows * width
        switch type {
        case 11: return ONNXTensor(shape(rows: rows), .doubles([Double](repeating: 0, count: count)))
        case 6, 7: return ONNXTensor(shape(rows: rows), .integers([Int64](repeating: 0, count: count)))
        case 9: return ONNXTensor(shape(rows: rows), .booleans([Bool](repeating: false, count: count)))
        case 8: return ONNXTensor(shape(rows: rows), .words([Int32](repeating: ONNXWords.unknown, count: count)))
        default: return ONNXTensor(shape(rows: rows), .floats([Float](repeating: 0, count: count)))
        }
    }
}

/// A run of a graph on a few rows, to see what shapes come.
struct ONNXProbe {
    let rows: Int
    var values: [Int: ONNXTensor] = [:]
    /// Values of which the rows stand along the second axis, as `ArrayFeatureExtractor` answers for a list.
    private(set) var turned: Set<Int> = []
    /// Values that depend on how many rows there are, not on what is in them.
    private(set) var counts: Set<Int> = []
    private(set) var work: ONNXWork
    /// Elements of all values that are kept meanwhile.
    private var held = 0
    private static let heldLimit = 1 << 26

    init(rows: Int, file: String) {
        self.rows = rows
        work = ONNXWork(file: file, limit: 1 << 30, isProbe: true)
    }

    mutating func run(_ step: ONNXProgram.Step, _ constants: [Int: ONNXTensor]) throws(AssayError) {
        let inputs = step.inputs.map { $0 < 0 ? nil : values[$0] ?? constants[$0] }
        let isTurned = step.inputs.contains { turned.contains($0) }
        if isTurned, !["Reshape", "Cast", "Identity", "Squeeze", "Flatten"].contains(step.node.type) {
            throw step.node.unsupported("is given rows along the second axis")
        }
        let results = try step.kernel.body(inputs, &work)
        let isCount =
            step.node.type == "Shape"
            || step.inputs.allSatisfy { $0 < 0 || constants[$0] != nil || counts.contains($0) }
        guard results.count >= step.outputs.count else {
            throw step.node.damaged("has \(step.outputs.count) outputs where it makes \(results.count)")
        }
        for (slot, result) in zip(step.outputs, results) {
            held += result.count
            guard held <= Self.heldLimit else {
                throw AssayError(.limitExceeded, "\(step.node.file) keeps more values a row than are kept here")
            }
            values[slot] = result
            if isCount { counts.insert(slot) }
            let isList = step.node.type == "ArrayFeatureExtractor" && constants[step.inputs[0]] != nil
            if (isList || (isTurned && ["Cast", "Identity"].contains(step.node.type))), result.shape == [1, rows] { turned.insert(slot) }
        }
    }

    /// - Throws: `.unsupported` where a value has not the rows along its first axis, and nothing else that changes with them.
    static func requireRowsApart(_ probes: [ONNXProbe], _ slot: Int, _ step: ONNXProgram.Step, output: Int) throws(AssayError) {
        if probes.allSatisfy({ $0.counts.contains(slot) || $0.turned.contains(slot) }) { return }
        let shapes = probes.map { $0.values[slot]?.shape ?? [] }
        guard shapes[0].first == probes[0].rows, shapes[1].first == probes[1].rows, shapes[0].dropFirst() == shapes[1].dropFirst() else {
            throw step.node.unsupported(
                "makes a value of shape \(shapes[0]) of \(probes[0].rows) rows; a model that does not take each row by itself is not read")
        }
    }
}

/// Which input column each element is made from, followed through one step.
enum ONNXOrigins {
    private static let none: Int64 = -1
    private static let several: Int64 = -2

    static func after(
        _ step: ONNXProgram.Step, _ origins: [Int: ONNXTensor], _ constants: [Int: ONNXTensor], _ shapes: [Int: [Int]]
    ) -> [ONNXTensor] {
        func filled(_ slot: Int, _ id: Int64) -> ONNXTensor {
            let shape = [2] + (shapes[slot] ?? [])
            return ONNXTensor(shape, .integers([Int64](repeating: id, count: ONNXTensor.count(shape) ?? 0)))
        }
        let mixed = step.outputs.map { filled($0, several) }
        let known = step.inputs.map { $0 < 0 ? nil : origins[$0] }
        var work = ONNXWork(file: step.node.file, limit: 1 << 30)
        switch step.kernel.flow {
        case .mixed: return mixed
        case .spread(let count):
            guard let ids = known[0]?.integers, let shape = known[0]?.shape else { return mixed }
            return [ONNXTensor(shape + [count], .integers(ids.flatMap { [Int64](repeating: $0, count: count) }))]
        case .movement:
            let takesAll = ["Concat", "FeatureVectorizer"].contains(step.node.type)
            let inputs = step.inputs.enumerated().map { place, slot -> ONNXTensor? in
                if let own = known[place] { return own }
                guard let constant = constants[slot] else { return takesAll ? filled(slot, none) : nil }
                return takesAll || place == 0 ? ONNXTensor(constant.shape, .integers([Int64](repeating: none, count: constant.count))) : constant
            }
            guard let results = try? step.kernel.body(inputs, &work) else { return mixed }
            let whole = results.map { result in ONNXTensor(result.shape, .integers(result.doubles?.map { Int64($0) } ?? [])) }
            return whole.indices.allSatisfy { whole[$0].count == mixed[min($0, mixed.count - 1)].count } ? whole : mixed
        case .elementwise:
            guard let output = step.outputs.first else { return mixed }
            var result = filled(output, none)
            for (place, slot) in step.inputs.enumerated() where slot >= 0 {
                let other: ONNXTensor
                if let own = known[place] {
                    other = own
                } else if let constant = constants[slot] {
                    // Parameters by column spread over any shape.
                    guard place == 0, step.inputs.count > 1 else { continue }
                    other = ONNXTensor(constant.shape, .integers([Int64](repeating: none, count: constant.count)))
                } else {
                    continue
                }
                guard let plan = try? ONNXBroadcast(step.node, result.shape, other.shape, &work), plan.shape == result.shape,
                    let ids = result.integers, let more = other.integers
                else { return mixed }
                result = ONNXTensor(
                    result.shape,
                    .integers(
                        plan.map(ids, more) { one, other in
                            one == none ? other : other == none || one == other ? one : several
                        }))
            }
            return [result]
        }
    }
}
