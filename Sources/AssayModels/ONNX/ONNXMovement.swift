import AssayTerms

/// Operators that move elements and compute nothing.
///
/// - Source: ONNX 1.23, operator sets 9 to 28.
enum ONNXMovement {
    static func kernel(_ context: ONNXContext) throws(AssayError) -> ONNXKernel? {
        let node = context.node
        switch node.type {
        case "Reshape":
            try context.requireInputs(1...2)
            let isCount = context.isCount.count > 1 && context.isCount[1]
            let wanted = isCount ? nil : try context.integers("shape", input: 1)
            let keepsZero = try node.integer("allowzero") == 1
            guard isCount || wanted != nil else { throw node.damaged("has no shape") }
            return ONNXKernel(.movement) { (inputs, _) throws(AssayError) in
                guard let input = inputs[0] else { throw node.wrongType(nil) }
                guard let wanted = wanted ?? inputs.optional(1)?.integers?.map({ Int(clamping: $0) }) else { throw node.damaged("has no shape") }
                return [input.reshaped(try shape(wanted, of: input, keepsZero, node))]
            }
        case "Flatten":
            let axis = Int(clamping: try node.integer("axis") ?? 1)
            return try unary(context, ["axis"]) { (input) throws(AssayError) in
                let place = axis < 0 ? axis + input.shape.count : axis
                guard (0...input.shape.count).contains(place) else { throw node.damaged("flattens at axis \(axis) of \(input.shape.count)") }
                return input.reshaped([input.shape.prefix(place).reduce(1, *), input.shape.dropFirst(place).reduce(1, *)])
            }
        case "Squeeze":
            let axes = try context.integers("axes", input: 1)
            return try unary(context, ["axes"]) { (input) throws(AssayError) in
                let places = try axes.map { (axes) throws(AssayError) in try Self.places(axes, input.shape.count, node) }
                let removed = Set(places ?? input.shape.indices.filter { input.shape[$0] == 1 && $0 > 0 })
                guard removed.allSatisfy({ input.shape[$0] == 1 }) else { throw node.damaged("removes an axis that has several elements") }
                return input.reshaped(input.shape.indices.filter { !removed.contains($0) }.map { input.shape[$0] })
            }
        case "Unsqueeze":
            guard let axes = try context.integers("axes", input: 1) else { throw node.damaged("has no axes") }
            return try unary(context, ["axes"]) { (input) throws(AssayError) in
                let rank = input.shape.count + axes.count
                let places = try Self.places(axes, rank, node)
                guard Set(places).count == axes.count, rank <= ONNXTensor.rankLimit else { throw node.damaged("has axes \(axes)") }
                var rest = input.shape[...]
                return input.reshaped((0..<rank).map { places.contains($0) ? 1 : rest.removeFirst() })
            }
        case "Transpose": return try transpose(context)
        case "Concat": return try concat(context)
        case "Slice": return try slice(context)
        case "Split": return try split(context)
        case "Gather": return try gather(context)
        case "Expand":
            try context.requireInputs(2...2)
            guard !context.isRow[1] else { throw node.unsupported("makes a shape of what is in the rows") }
            return ONNXKernel(.movement) { (inputs, work) throws(AssayError) in
                guard let input = inputs[0], let wanted = inputs[1]?.integers, wanted.count <= ONNXTensor.rankLimit, wanted.allSatisfy({ $0 >= 0 }) else {
                    throw node.wrongType(inputs[1])
                }
                let plan = try ONNXBroadcast(node, input.shape, wanted.map { Int(clamping: $0) }, &work)
                return [input.gathered(plan.places().map(\.0), shape: plan.shape)]
            }
        default: return nil
        }
    }

    private static func unary(
        _ context: ONNXContext, _ attributes: [Text], _ body: @escaping @Sendable (ONNXTensor) throws(AssayError) -> ONNXTensor
    ) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...2)
        try node.requireAttributes(attributes)
        return ONNXKernel(.movement) { (inputs, _) throws(AssayError) in
            guard let input = inputs[0] else { throw node.wrongType(nil) }
            return [try body(input)]
        }
    }

    private static func places(_ axes: [Int], _ rank: Int, _ node: ONNXNode) throws(AssayError) -> [Int] {
        try axes.map { (axis) throws(AssayError) in
            let place = axis < 0 ? axis + rank : axis
            guard (0..<rank).contains(place) else { throw node.damaged("names axis \(axis) of \(rank)") }
            return place
        }
    }

    private static func shape(_ wanted: [Int], of input: ONNXTensor, _ keepsZero: Bool, _ node: ONNXNode) throws(AssayError) -> [Int] {
        var shape = wanted
        for (axis, extent) in wanted.enumerated() where extent == 0 && !keepsZero {
            guard axis < input.shape.count else { throw node.damaged("keeps axis \(axis) of \(input.shape.count)") }
            shape[axis] = input.shape[axis]
        }
        guard shape.allSatisfy({ $0 >= -1 }), shape.count(where: { $0 == -1 }) <= 1 else { throw node.damaged("has shape \(wanted)") }
        if let open = shape.firstIndex(of: -1) {
            shape[open] = 1
            guard let rest = ONNXTensor.count(shape), rest > 0, input.count % rest == 0 else { throw node.damaged("gives \(input.shape) the shape \(wanted)") }
            shape[open] = input.count / rest
        }
        guard ONNXTensor.count(shape) == input.count else { throw node.damaged("gives \(input.shape) the shape \(wanted)") }
        return shape
    }

    private static func transpose(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        let order = try node.integers("perm").map { Int(clamping: $0) }
        return try unary(context, ["perm"]) { (input) throws(AssayError) in
            let rank = input.shape.count
            let order = order.isEmpty ? Array((0..<rank).reversed()) : order
            guard order.sorted() == Array(0..<rank) else { throw node.damaged("has axes \(order) for \(rank)") }
            let shape = order.map { input.shape[$0] }
            let steps = ONNXBroadcast.strides(input.shape, spreads: false)
            return input.gathered(Self.walk(shape, order.map { steps[$0] }), shape: shape)
        }
    }

    /// Places in row-major order of a shape, by the steps along its axes.
    private static func walk(_ shape: [Int], _ steps: [Int], from start: Int = 0) -> [Int] {
        if shape.contains(0) { return [] }
        var places = [start]
        for axis in shape.indices {
            var next: [Int] = []
            next.reserveCapacity(places.count * shape[axis])
            for place in places { for index in 0..<shape[axis] { next.append(place + index * steps[axis]) } }
            places = next
        }
        return places
    }

    private static func concat(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try node.requireAttributes(["axis"])
        guard let given = try node.integer("axis"), !node.inputs.isEmpty else { throw node.damaged("has no axis or no inputs") }
        let axis = Int(clamping: given)
        return ONNXKernel(.movement) { (inputs, work) throws(AssayError) in
            let parts = inputs.compactMap { $0 }
            guard parts.count == inputs.count, let first = parts.first else { throw node.wrongType(nil) }
            let place = axis < 0 ? axis + first.shape.count : axis
            guard first.shape.indices.contains(place) else { throw node.damaged("joins along axis \(axis) of \(first.shape.count)") }
            var shape = first.shape
            shape[place] = 0
            for part in parts {
                guard part.shape.count == shape.count, part.shape.indices.allSatisfy({ $0 == place || part.shape[$0] == shape[$0] }) else {
                    throw node.damaged("joins values of shapes \(first.shape) and \(part.shape)")
                }
                shape[place] += part.shape[place]
            }
            if try work.make(shape) == 0 { return [first.gathered([], shape: shape)] }
            let outer = shape.prefix(place).reduce(1, *)
            try work.spend(outer, times: parts.count)
            let widths = parts.map { $0.shape.dropFirst(place).reduce(1, *) }
            func joined<Element>(_ lists: [[Element]]) -> [Element] {
                var result: [Element] = []
                result.reserveCapacity(outer * widths.reduce(0, +))
                for row in 0..<outer { for (list, width) in zip(lists, widths) { result += list[(row * width)..<((row + 1) * width)] } }
                return result
            }
            switch first.values {
            case .floats: return [ONNXTensor(shape, .floats(joined(try parts.map { (part) throws(AssayError) in
                guard case .floats(let values) = part.values else { throw node.wrongType(part) }
                return values
            })))]
            case .doubles: return [ONNXTensor(shape, .doubles(joined(try parts.map { (part) throws(AssayError) in
                guard case .doubles(let values) = part.values else { throw node.wrongType(part) }
                return values
            })))]
            case .integers: return [ONNXTensor(shape, .integers(joined(try parts.map { (part) throws(AssayError) in
                guard case .integers(let values) = part.values else { throw node.wrongType(part) }
                return values
            })))]
            case .booleans: return [ONNXTensor(shape, .booleans(joined(try parts.map { (part) throws(AssayError) in
                guard case .booleans(let values) = part.values else { throw node.wrongType(part) }
                return values
            })))]
            case .words: return [ONNXTensor(shape, .words(joined(try parts.map { (part) throws(AssayError) in
                guard case .words(let values) = part.values else { throw node.wrongType(part) }
                return values
            })))]
            }
        }
    }

    private static func slice(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...5)
        try node.requireAttributes(["starts", "ends", "axes"])
        let starts = try context.integers("starts", input: 1)
        let ends = try context.integers("ends", input: 2)
        let axes = try context.integers("axes", input: 3)
        let steps = try context.constant(4, "steps")?.integers?.map { Int(clamping: $0) }
        guard let starts, let ends, starts.count == ends.count, (axes?.count ?? starts.count) == starts.count,
            (steps?.count ?? starts.count) == starts.count
        else { throw node.damaged("has starts and ends that do not belong together") }
        let isRow = context.isRow[0]
        return ONNXKernel(.movement) { (inputs, work) throws(AssayError) in
            guard let input = inputs[0] else { throw node.wrongType(nil) }
            var shape = input.shape
            var step = ONNXBroadcast.strides(input.shape, spreads: false)
            var origin = 0
            for index in starts.indices {
                let axis = try places([axes?[index] ?? index], shape.count, node)[0]
                let (extent, stride) = (input.shape[axis], steps?[index] ?? 1)
                guard stride != 0 else { throw node.damaged("has a step of 0") }
                func bounded(_ value: Int) -> Int {
                    let place = value < 0 ? max(value, -extent - 1) + extent : min(value, extent)
                    return stride > 0 ? min(max(place, 0), extent) : min(max(place, -1), extent - 1)
                }
                let (start, end) = (bounded(starts[index]), bounded(ends[index]))
                // Steps may be as long as numbers are; of one element none is taken.
                let length = stride > 0 ? end - start : start - end
                let count = length <= 0 ? 0 : 1 + Int(UInt(length - 1) / stride.magnitude)
                // Rows are taken alone, so no operator may choose among them.
                guard axis > 0 || !isRow || (starts[index] == 0 && ends[index] >= Int(Int32.max) && stride == 1) else {
                    throw node.mixesRows("chooses among the rows")
                }
                shape[axis] = count
                guard count > 0 else { continue }
                origin += start * step[axis]
                step[axis] = count == 1 ? 0 : step[axis] * stride
            }
            return [input.gathered(try work.make(shape) == 0 ? [] : walk(shape, step, from: origin), shape: shape)]
        }
    }

    private static func split(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...2)
        try node.requireAttributes(["axis", "split", "num_outputs"])
        let axis = Int(clamping: try node.integer("axis") ?? 0)
        let given = try context.integers("split", input: 1)
        let count = node.outputs.count
        return ONNXKernel(.movement) { (inputs, work) throws(AssayError) in
            guard let input = inputs[0] else { throw node.wrongType(nil) }
            let place = try places([axis], input.shape.count, node)[0]
            let extent = input.shape[place]
            let size = (extent + count - 1) / max(count, 1)
            let sizes = given ?? (0..<count).map { min(size, max(extent - $0 * size, 0)) }
            guard sizes.count == count, sizes.allSatisfy({ (0...extent).contains($0) }), sizes.reduce(0, +) == extent else {
                throw node.damaged("splits \(extent) into \(sizes)")
            }
            try work.spend(input.count)
            let step = ONNXBroadcast.strides(input.shape, spreads: false)
            var results: [ONNXTensor] = []
            var start = 0
            for size in sizes {
                var shape = input.shape
                shape[place] = size
                results.append(input.gathered(walk(shape, step, from: start * step[place]), shape: shape))
                start += size
            }
            return results
        }
    }

    private static func gather(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(2...2)
        try node.requireAttributes(["axis"])
        let axis = Int(clamping: try node.integer("axis") ?? 0)
        let isRow = context.isRow[0]
        // Places that the rows name are no movement of the rows' own elements.
        return ONNXKernel(context.constants[1] == nil ? .mixed : .movement) { (inputs, work) throws(AssayError) in
            guard let input = inputs[0], let index = inputs[1], let wanted = index.integers else { throw node.wrongType(inputs[1]) }
            let place = try places([axis], input.shape.count, node)[0]
            guard place > 0 || !isRow else { throw node.mixesRows("takes rows by their place") }
            let extent = input.shape[place]
            let chosen = wanted.map { $0 < 0 ? $0 &+ Int64(extent) : $0 }
            guard chosen.allSatisfy({ $0 >= 0 && $0 < Int64(extent) }) else { throw node.damaged("takes elements that are not there") }
            let shape = Array(input.shape.prefix(place)) + index.shape + Array(input.shape.dropFirst(place + 1))
            if try work.make(shape) == 0 { return [input.gathered([], shape: shape)] }
            let (outer, inner) = (input.shape.prefix(place).reduce(1, *), input.shape.dropFirst(place + 1).reduce(1, *))
            var result: [Int] = []
            for row in 0..<outer { for pick in chosen { for column in 0..<inner { result.append((row * extent + Int(pick)) * inner + column) } } }
            return [input.gathered(result, shape: shape)]
        }
    }
}
