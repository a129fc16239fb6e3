import AssayTerms
import Glibc

/// Products, sums over axes and normalisations of `ai.onnx`.
///
/// Products and sums of 32-bit numbers are added in 64 bits in the elements' order and rounded once, so beside a library that adds k of them in 32 bits, in
/// any order, a result differs by at most (k + 1) 2⁻²⁴ Σ|a b| (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., eq. 3.5).
enum ONNXDense {
    static func kernel(_ context: ONNXContext) throws(AssayError) -> ONNXKernel? {
        switch context.node.type {
        case "MatMul": return try product(context)
        case "Gemm": return try gemm(context)
        case "Softmax", "LogSoftmax": return try softmax(context)
        case "BatchNormalization": return try batchNormalization(context)
        case "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSumExp", "ReduceSumSquare":
            return try reduce(context)
        case "ArgMax", "ArgMin": return try argument(context)
        case "Shape": return try shape(context)
        case "ConstantOfShape": return try constantOfShape(context)
        default: return nil
        }
    }

    // MARK: Products

    /// `a[m, k] · b[k, n]`, and products of more axes one after another.
    private static func product(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(2...2)
        try node.requireAttributes([])
        return ONNXKernel(.mixed) { (inputs, work) throws(AssayError) in
            guard let a = inputs[0], let b = inputs[1], !a.shape.isEmpty, !b.shape.isEmpty else { throw node.wrongType(inputs[0]) }
            let left = a.shape.count == 1 ? [1] + a.shape : a.shape
            let right = b.shape.count == 1 ? b.shape + [1] : b.shape
            let (m, k, n) = (left[left.count - 2], left[left.count - 1], right[right.count - 1])
            guard right[right.count - 2] == k else { throw node.damaged("multiplies shapes \(a.shape) and \(b.shape)") }
            let plan = try ONNXBroadcast(node, Array(left.dropLast(2)), Array(right.dropLast(2)), &work)
            let batches = plan.places()
            var shape = plan.shape
            if a.shape.count > 1 { shape.append(m) }
            if b.shape.count > 1 { shape.append(n) }
            try work.spend(max(1, try work.make(shape)), times: k)
            switch (a.values, b.values) {
            case (.floats(let x), .floats(let y)):
                var result: [Float] = []
                for (one, other) in batches {
                    result += multiply(x[(one * m * k)..<((one + 1) * m * k)], y[(other * k * n)..<((other + 1) * k * n)], m, k, n).map { Float($0) }
                }
                return [ONNXTensor(shape, .floats(result))]
            case (.doubles(let x), .doubles(let y)):
                var result: [Double] = []
                for (one, other) in batches {
                    result += multiply(x[(one * m * k)..<((one + 1) * m * k)], y[(other * k * n)..<((other + 1) * k * n)], m, k, n)
                }
                return [ONNXTensor(shape, .doubles(result))]
            default: throw node.unsupported("multiplies \(a.typeName) and \(b.typeName)")
            }
        }
    }

    static func multiply<Number: BinaryFloatingPoint>(
        _ a: ArraySlice<Number>, _ b: ArraySlice<Number>, _ m: Int, _ k: Int, _ n: Int
    ) -> [Double] {
        let (x, y) = (a.map { Double($0) }, b.map { Double($0) })
        var result = [Double](repeating: 0, count: m * n)
        result.withUnsafeMutableBufferPointer { result in
            x.withUnsafeBufferPointer { x in
                y.withUnsafeBufferPointer { y in
                    for row in 0..<m {
                        for index in 0..<k {
                            let factor = x[row * k + index]
                            for column in 0..<n { result[row * n + column] += factor * y[index * n + column] }
                        }
                    }
                }
            }
        }
        return result
    }

    /// `alpha a' b' + beta c`.
    private static func gemm(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(2...3)
        try node.requireAttributes(["alpha", "beta", "transA", "transB"])
        let (alpha, beta) = (Double(try node.float("alpha") ?? 1), Double(try node.float("beta") ?? 1))
        let (transposesA, transposesB) = (try node.integer("transA") ?? 0 != 0, try node.integer("transB") ?? 0 != 0)
        return ONNXKernel(.mixed) { (inputs, work) throws(AssayError) in
            guard var a = inputs[0], var b = inputs[1], a.shape.count == 2, b.shape.count == 2 else { throw node.wrongType(inputs[0]) }
            if transposesA { a = transposed(a) }
            if transposesB { b = transposed(b) }
            let (m, k, n) = (a.shape[0], a.shape[1], b.shape[1])
            guard b.shape[0] == k else { throw node.damaged("multiplies shapes \(a.shape) and \(b.shape)") }
            try work.spend(max(1, try work.make([m, n])), times: k)
            let c = inputs.count > 2 ? inputs[2] : nil
            var sums: [Double]
            switch (a.values, b.values) {
            case (.floats(let x), .floats(let y)): sums = multiply(x[...], y[...], m, k, n)
            case (.doubles(let x), .doubles(let y)): sums = multiply(x[...], y[...], m, k, n)
            default: throw node.unsupported("multiplies \(a.typeName) and \(b.typeName)")
            }
            if alpha != 1 { for place in sums.indices { sums[place] *= alpha } }
            if let c {
                guard let values = c.doubles else { throw node.wrongType(c) }
                let plan = try ONNXBroadcast(node, [m, n], c.shape, &work)
                guard plan.shape == [m, n] else { throw node.damaged("adds a value of shape \(c.shape)") }
                sums = plan.map(sums, values) { $0 + beta * $1 }
            }
            if case .floats = a.values { return [ONNXTensor([m, n], .floats(sums.map { Float($0) }))] }
            return [ONNXTensor([m, n], .doubles(sums))]
        }
    }

    private static func transposed(_ tensor: ONNXTensor) -> ONNXTensor {
        let (rows, columns) = (tensor.shape[0], tensor.shape[1])
        var places: [Int] = []
        places.reserveCapacity(rows * columns)
        for column in 0..<columns { for row in 0..<rows { places.append(row * columns + column) } }
        return tensor.gathered(places, shape: [columns, rows])
    }

    // MARK: Axes

    /// The elements along some axes, one list of places for each of the others.
    private static func groups(_ shape: [Int], _ axes: Set<Int>) -> [[Int]] {
        let others = shape.indices.filter { !axes.contains($0) }
        if shape.contains(0) { return [[Int]](repeating: [], count: others.reduce(1) { $0 * shape[$1] }) }
        let steps = ONNXBroadcast.strides(shape, spreads: false)
        func walk(_ chosen: [Int]) -> [Int] {
            var places = [0]
            for axis in chosen { places = places.flatMap { place in (0..<shape[axis]).map { place + $0 * steps[axis] } } }
            return places
        }
        let inner = walk(axes.sorted())
        return walk(others).map { start in inner.map { start + $0 } }
    }

    private static func softmax(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...1)
        try node.requireAttributes(["axis"])
        let isOld = context.opset < 13
        let given = Int(clamping: try node.integer("axis") ?? (isOld ? 1 : -1))
        let isLog = node.type == "LogSoftmax"
        let isRow = context.isRow[0]
        return ONNXKernel(.mixed) { (inputs, work) throws(AssayError) in
            guard let input = inputs[0] else { throw node.wrongType(nil) }
            let axis = given < 0 ? given + input.shape.count : given
            guard input.shape.indices.contains(axis) else { throw node.damaged("names axis \(given) of \(input.shape.count)") }
            guard axis > 0 || !isRow else { throw node.mixesRows("works across the rows") }
            if input.count == 0 { return [input] }
            try work.spend(4 * input.count)
            // Up to operator set 12 all axes from the named one on are one.
            let groups = groups(input.shape, isOld ? Set(axis..<input.shape.count) : [axis])
            switch input.values {
            case .floats(var values):
                for group in groups {
                    let top = group.reduce(-Float.infinity) { max($0, values[$1]) }
                    var sum = 0.0
                    for place in group {
                        let share = isLog ? values[place] - top : expf(values[place] - top)
                        sum += isLog ? exp(Double(share)) : Double(share)
                        values[place] = share
                    }
                    for place in group { values[place] = isLog ? values[place] - Float(log(sum)) : values[place] / Float(sum) }
                }
                return [ONNXTensor(input.shape, .floats(values))]
            case .doubles(var values):
                for group in groups {
                    let top = group.reduce(-Double.infinity) { max($0, values[$1]) }
                    var sum = 0.0
                    for place in group {
                        let share = isLog ? values[place] - top : exp(values[place] - top)
                        sum += isLog ? exp(share) : share
                        values[place] = share
                    }
                    for place in group { values[place] = isLog ? values[place] - log(sum) : values[place] / sum }
                }
                return [ONNXTensor(input.shape, .doubles(values))]
            default: throw node.wrongType(input)
            }
        }
    }

    private static func reduce(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...2)
        try node.requireAttributes(["axes", "keepdims", "noop_with_empty_axes"])
        let axes = try context.integers("axes", input: 1) ?? []
        let keeps = try node.integer("keepdims") ?? 1 != 0
        let isIdle = try node.integer("noop_with_empty_axes") ?? 0 != 0 && axes.isEmpty
        let type = node.type
        let isRow = context.isRow[0]
        return ONNXKernel(.mixed) { (inputs, work) throws(AssayError) in
            guard let input = inputs[0] else { throw node.wrongType(nil) }
            if isIdle { return [input] }
            var chosen: Set<Int> = axes.isEmpty ? Set(input.shape.indices) : []
            for axis in axes {
                let place = axis < 0 ? axis + input.shape.count : axis
                guard input.shape.indices.contains(place) else { throw node.damaged("names axis \(axis) of \(input.shape.count)") }
                chosen.insert(place)
            }
            guard !isRow || !chosen.contains(0) else { throw node.mixesRows("works across the rows") }
            try work.spend(2 * input.count)
            let shape = input.shape.indices.compactMap { chosen.contains($0) ? (keeps ? 1 : nil) : input.shape[$0] }
            _ = try work.make(shape)
            let groups = groups(input.shape, chosen)
            if case .integers(let values) = input.values {
                let results = try groups.map { (group) throws(AssayError) in
                    guard let first = group.first else { throw node.unsupported("takes together nothing") }
                    switch type {
                    // As ONNX Runtime has them: in 64-bit numbers, and cut to the nearest that there is.
                    case "ReduceSum": return ONNXIntegers.nearest(group.reduce(0.0) { $0 + Double(values[$1]) }, input.integerType)
                    case "ReduceProd": return ONNXIntegers.nearest(group.reduce(1.0) { $0 * Double(values[$1]) }, input.integerType)
                    case "ReduceMax": return group.reduce(values[first]) { max($0, values[$1]) }
                    case "ReduceMin": return group.reduce(values[first]) { min($0, values[$1]) }
                    default: throw node.wrongType(input)
                    }
                }
                return [ONNXTensor(shape, .integers(results))]
            }
            guard let values = input.doubles else { throw node.wrongType(input) }
            let results = groups.map { reduced(type, $0, values) }
            switch input.values {
            case .floats: return [ONNXTensor(shape, .floats(results.map { Float($0) }))]
            case .doubles: return [ONNXTensor(shape, .doubles(results))]
            default: throw node.wrongType(input)
            }
        }
    }

    private static func reduced(_ type: String, _ group: [Int], _ values: [Double]) -> Double {
        switch type {
        case "ReduceSum": return group.reduce(0) { $0 + values[$1] }
        case "ReduceMean": return group.reduce(0) { $0 + values[$1] } / Double(group.count)
        case "ReduceMax": return group.reduce(-.infinity) { values[$1].isNaN || $0.isNaN ? .nan : max($0, values[$1]) }
        case "ReduceMin": return group.reduce(.infinity) { values[$1].isNaN || $0.isNaN ? .nan : min($0, values[$1]) }
        case "ReduceProd": return group.reduce(1) { $0 * values[$1] }
        case "ReduceL1": return group.reduce(0) { $0 + values[$1].magnitude }
        case "ReduceL2": return group.reduce(0) { $0 + values[$1] * values[$1] }.squareRoot()
        case "ReduceSumSquare": return group.reduce(0) { $0 + values[$1] * values[$1] }
        default:
            let top = group.reduce(-Double.infinity) { values[$1].isNaN || $0.isNaN ? .nan : max($0, values[$1]) }
            return top.isFinite ? top + log(group.reduce(0) { $0 + exp(values[$1] - top) }) : top
        }
    }

    private static func argument(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...1)
        try node.requireAttributes(["axis", "keepdims", "select_last_index"])
        let given = Int(clamping: try node.integer("axis") ?? 0)
        let keeps = try node.integer("keepdims") ?? 1 != 0
        let takesLast = try node.integer("select_last_index") ?? 0 != 0
        let sign: Double = node.type == "ArgMax" ? 1 : -1
        let isRow = context.isRow[0]
        return ONNXKernel(.mixed) { (inputs, work) throws(AssayError) in
            guard let input = inputs[0], let values = input.doubles else { throw node.wrongType(inputs[0]) }
            let axis = given < 0 ? given + input.shape.count : given
            guard input.shape.indices.contains(axis), input.shape[axis] > 0 else { throw node.damaged("names axis \(given) of \(input.shape)") }
            guard axis > 0 || !isRow else { throw node.mixesRows("works across the rows") }
            try work.spend(input.count)
            var shape = input.shape
            if keeps { shape[axis] = 1 } else { shape.remove(at: axis) }
            let results = groups(input.shape, [axis]).map { group in
                var best = 0
                for place in 1..<max(group.count, 1) {
                    let (value, top) = (sign * values[group[place]], sign * values[group[best]])
                    if value > top || (takesLast && value == top) { best = place }
                }
                return Int64(best)
            }
            return [ONNXTensor(shape, .integers(results))]
        }
    }

    // MARK: Others

    private static func batchNormalization(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(5...5)
        try node.requireAttributes(["epsilon", "momentum", "training_mode", "spatial"])
        guard try node.integer("training_mode") ?? 0 == 0, node.outputs.count == 1 else { throw node.unsupported("is in training") }
        let epsilon = Double(try node.float("epsilon") ?? 1e-5)
        let parameters = (1...4).map { context.constants[$0]?.doubles }
        guard let scale = parameters[0], let shift = parameters[1], let mean = parameters[2], let variance = parameters[3] else {
            throw node.unsupported("has parameters that depend on the rows")
        }
        guard shift.count == scale.count, mean.count == scale.count, variance.count == scale.count else {
            throw node.damaged("has parameters for different numbers of channels")
        }
        let factors = zip(scale, variance).map { $0 / ($1 + epsilon).squareRoot() }
        return ONNXKernel(.elementwise) { (inputs, work) throws(AssayError) in
            guard let input = inputs[0], input.shape.count >= 2, input.shape[1] == factors.count else { throw node.wrongType(inputs[0]) }
            try work.spend(input.count)
            let inner = input.shape.dropFirst(2).reduce(1, *)
            func value(_ place: Int, _ x: Double) -> Double {
                let channel = place / max(inner, 1) % factors.count
                return (x - mean[channel]) * factors[channel] + shift[channel]
            }
            switch input.values {
            case .floats(let values): return [ONNXTensor(input.shape, .floats(values.enumerated().map { Float(value($0, Double($1))) }))]
            case .doubles(let values): return [ONNXTensor(input.shape, .doubles(values.enumerated().map { value($0, $1) }))]
            default: throw node.wrongType(input)
            }
        }
    }

    private static func shape(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...1)
        try node.requireAttributes(["start", "end"])
        let (start, end) = (Int(clamping: try node.integer("start") ?? 0), Int(clamping: try node.integer("end") ?? .max))
        return ONNXKernel(.mixed) { (inputs, _) throws(AssayError) in
            guard let input = inputs[0] else { throw node.wrongType(nil) }
            let rank = input.shape.count
            func bounded(_ place: Int) -> Int { min(max(place < 0 ? max(place, -rank) + rank : place, 0), rank) }
            let shape = Array(input.shape[bounded(start)..<max(bounded(start), bounded(end))])
            return [ONNXTensor([shape.count], .integers(shape.map { Int64($0) }))]
        }
    }

    private static func constantOfShape(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...1)
        try node.requireAttributes(["value"])
        guard !context.isRow[0] else { throw node.unsupported("makes a shape of what is in the rows") }
        let value = try node.tensor("value") ?? ONNXTensor([1], .floats([0]))
        guard value.count == 1 else { throw node.damaged("repeats a value of \(value.count) elements") }
        return ONNXKernel(.mixed) { (inputs, work) throws(AssayError) in
            guard let extents = inputs[0]?.integers, extents.count <= ONNXTensor.rankLimit else { throw node.wrongType(inputs[0]) }
            let shape = extents.map { Int(clamping: $0) }
            return [value.gathered([Int](repeating: 0, count: try work.make(shape)), shape: shape)]
        }
    }
}
