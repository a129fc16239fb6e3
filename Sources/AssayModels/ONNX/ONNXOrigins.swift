import AssayTerms

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
