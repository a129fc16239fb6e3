import AssayTerms
import Glibc

/// Operators that take each element by itself, in the precision of their inputs.
///
/// - Source: ONNX 1.23, operator sets 9 to 28. ONNX Runtime 1.32 computes exponentials, hyperbolic tangents and error functions of 32-bit numbers by
///   approximations of its own, which differ from the C library's by a few units in the last place.
enum ONNXElementwise {
    static func kernel(_ context: ONNXContext) throws(AssayError) -> ONNXKernel? {
        let node = context.node
        switch node.type {
        case "Identity", "Dropout":
            try context.requireInputs(1...3)
            return ONNXKernel(.movement) { (inputs, _) throws(AssayError) in
                guard let input = inputs[0] else { throw node.wrongType(nil) }
                return [input]
            }
        case "Add": return try arithmetic(context, { $0 + $1 }, { $0 + $1 }, { $0 &+ $1 })
        case "Sub": return try arithmetic(context, { $0 - $1 }, { $0 - $1 }, { $0 &- $1 })
        case "Mul": return try arithmetic(context, { $0 * $1 }, { $0 * $1 }, { $0 &* $1 })
        case "Div": return try arithmetic(context, { $0 / $1 }, { $0 / $1 }, { $1 == 0 ? nil : $0.dividedReportingOverflow(by: $1).partialValue })
        case "Pow": return try arithmetic(context, { powf($0, $1) }, { pow($0, $1) }, { Int64(clampingTowardZero: pow(Double($0), Double($1))) })
        case "Sum", "Max", "Min", "Mean": return try variadic(context)
        case "Equal": return try comparison(context, { $0 == $1 }, { $0 == $1 }, { $0 == $1 })
        case "Less": return try comparison(context, { $0 < $1 }, { $0 < $1 }, { $0 < $1 })
        case "Greater": return try comparison(context, { $0 > $1 }, { $0 > $1 }, { $0 > $1 })
        case "LessOrEqual": return try comparison(context, { $0 <= $1 }, { $0 <= $1 }, { $0 <= $1 })
        case "GreaterOrEqual": return try comparison(context, { $0 >= $1 }, { $0 >= $1 }, { $0 >= $1 })
        case "And": return try logic(context) { $0 && $1 }
        case "Or": return try logic(context) { $0 || $1 }
        case "Xor": return try logic(context) { $0 != $1 }
        case "Not":
            try context.requireInputs(1...1)
            return ONNXKernel(.elementwise) { (inputs, _) throws(AssayError) in
                guard let input = inputs[0], case .booleans(let values) = input.values else { throw node.wrongType(inputs[0]) }
                return [ONNXTensor(input.shape, .booleans(values.map { !$0 }))]
            }
        case "IsNaN", "IsInf":
            try context.requireInputs(1...1)
            try node.requireAttributes([])
            let isNaN = node.type == "IsNaN"
            return ONNXKernel(.elementwise) { (inputs, _) throws(AssayError) in
                switch inputs[0]?.values {
                case .floats(let values)?: return [ONNXTensor(inputs[0]?.shape ?? [], .booleans(values.map { isNaN ? $0.isNaN : $0.isInfinite }))]
                case .doubles(let values)?: return [ONNXTensor(inputs[0]?.shape ?? [], .booleans(values.map { isNaN ? $0.isNaN : $0.isInfinite }))]
                default: throw node.wrongType(inputs[0])
                }
            }
        case "Where": return try choice(context)
        case "Clip": return try clip(context)
        case "Cast": return try cast(context)
        default: return try unary(context)
        }
    }

    // MARK: One input

    private static func unary(_ context: ONNXContext) throws(AssayError) -> ONNXKernel? {
        let node = context.node
        let float: @Sendable (Float) -> Float
        let double: @Sendable (Double) -> Double
        var integer: (@Sendable (Int64) -> Int64)?
        switch node.type {
        case "Relu": (float, double, integer) = ({ $0.isNaN ? $0 : max($0, 0) }, { $0.isNaN ? $0 : max($0, 0) }, { max($0, 0) })
        case "Sigmoid": (float, double) = ({ logistic($0) }, { $0 >= 0 ? 1 / (1 + exp(-$0)) : exp($0) / (1 + exp($0)) })
        case "Tanh": (float, double) = ({ tanhf($0) }, { tanh($0) })
        case "Exp": (float, double) = ({ expf($0) }, { exp($0) })
        case "Log": (float, double) = ({ logf($0) }, { log($0) })
        case "Sqrt": (float, double) = ({ $0.squareRoot() }, { $0.squareRoot() })
        case "Erf": (float, double) = ({ erff($0) }, { erf($0) })
        case "Abs": (float, double, integer) = ({ $0.magnitude }, { $0.magnitude }, { $0 == .min ? $0 : abs($0) })
        case "Neg": (float, double, integer) = ({ -$0 }, { -$0 }, { 0 &- $0 })
        case "Reciprocal": (float, double) = ({ 1 / $0 }, { 1 / $0 })
        case "Floor": (float, double) = ({ $0.rounded(.down) }, { $0.rounded(.down) })
        case "Ceil": (float, double) = ({ $0.rounded(.up) }, { $0.rounded(.up) })
        case "Round": (float, double) = ({ $0.rounded(.toNearestOrEven) }, { $0.rounded(.toNearestOrEven) })
        case "Sign":
            (float, double, integer) = (
                { $0.isNaN || $0 == 0 ? $0 : $0 > 0 ? 1 : -1 }, { $0.isNaN || $0 == 0 ? $0 : $0 > 0 ? 1 : -1 }, { $0.signum() }
            )
        case "Softplus": (float, double) = ({ $0 > 0 ? $0 + log1pf(expf(-$0)) : log1pf(expf($0)) }, { $0 > 0 ? $0 + log1p(exp(-$0)) : log1p(exp($0)) })
        case "Softsign": (float, double) = ({ $0 / (1 + $0.magnitude) }, { $0 / (1 + $0.magnitude) })
        case "LeakyRelu":
            let alpha = try node.float("alpha") ?? 0.01
            (float, double) = ({ $0 >= 0 ? $0 : alpha * $0 }, { $0 >= 0 ? $0 : Double(alpha) * $0 })
        case "Elu":
            let alpha = try node.float("alpha") ?? 1
            (float, double) = ({ $0 >= 0 ? $0 : alpha * expm1f($0) }, { $0 >= 0 ? $0 : Double(alpha) * expm1($0) })
        case "Selu":
            let (alpha, gamma) = (try node.float("alpha") ?? 1.673_263_2, try node.float("gamma") ?? 1.050_701)
            (float, double) = ({ $0 > 0 ? gamma * $0 : gamma * alpha * expm1f($0) }, { $0 > 0 ? Double(gamma) * $0 : Double(gamma * alpha) * expm1($0) })
        case "HardSigmoid":
            let (alpha, beta) = (try node.float("alpha") ?? 0.2, try node.float("beta") ?? 0.5)
            (float, double) = (
                { $0.isNaN ? $0 : max(0, min(1, alpha * $0 + beta)) }, { $0.isNaN ? $0 : max(0, min(1, Double(alpha) * $0 + Double(beta))) }
            )
        case "Gelu":
            let isTanh = try node.text("approximate") == "tanh"
            (float, double) = ({ Float(gelu(Double($0), isTanh)) }, { gelu($0, isTanh) })
        default: return nil
        }
        try context.requireInputs(1...1)
        try node.requireAttributes(["alpha", "beta", "gamma", "approximate"])
        let onIntegers = integer
        return ONNXKernel(.elementwise) { (inputs, work) throws(AssayError) in
            guard let input = inputs[0] else { throw node.wrongType(nil) }
            try work.spend(input.count)
            switch input.values {
            case .floats(let values): return [ONNXTensor(input.shape, .floats(values.map(float)))]
            case .doubles(let values): return [ONNXTensor(input.shape, .doubles(values.map(double)))]
            case .integers(let values):
                guard let onIntegers else { throw node.wrongType(input) }
                return [ONNXTensor(input.shape, .integers(values.map(onIntegers)))]
            default: throw node.wrongType(input)
            }
        }
    }

    /// `1 / (1 + exp(−|x|))`, mirrored below 0.
    static func logistic(_ value: Float) -> Float {
        let share = 1 / (1 + expf(-value.magnitude))
        return value < 0 ? 1 - share : share
    }

    private static func gelu(_ x: Double, _ isTanh: Bool) -> Double {
        isTanh ? 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))) : 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
    }

    // MARK: Two inputs

    private static func arithmetic(
        _ context: ONNXContext, _ float: @escaping @Sendable (Float, Float) -> Float, _ double: @escaping @Sendable (Double, Double) -> Double,
        _ integer: @escaping @Sendable (Int64, Int64) -> Int64?
    ) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(2...2)
        try node.requireAttributes([])
        return ONNXKernel(.elementwise) { (inputs, work) throws(AssayError) in
            guard let a = inputs[0], let b = inputs[1] else { throw node.wrongType(nil) }
            return [try combine(node, a, b, &work, float, double, integer)]
        }
    }

    static func combine(
        _ node: ONNXNode, _ a: ONNXTensor, _ b: ONNXTensor, _ work: inout ONNXWork, _ float: (Float, Float) -> Float,
        _ double: (Double, Double) -> Double, _ integer: (Int64, Int64) -> Int64?
    ) throws(AssayError) -> ONNXTensor {
        let plan = try ONNXBroadcast(node, a.shape, b.shape, &work)
        switch (a.values, b.values) {
        case (.floats(let x), .floats(let y)): return ONNXTensor(plan.shape, .floats(plan.map(x, y, float)))
        case (.doubles(let x), .doubles(let y)): return ONNXTensor(plan.shape, .doubles(plan.map(x, y, double)))
        case (.integers(let x), .integers(let y)):
            let results = plan.map(x, y, integer)
            let whole = results.compactMap { $0 }
            guard whole.count == results.count || work.isProbe else {
                throw AssayError(.invalidArgument, "\(node.label) divides a whole number by 0 in \(results.count - whole.count) places")
            }
            return ONNXTensor(plan.shape, .integers(results.map { $0 ?? 0 }))
        case (.floats(let x), .integers(let y)) where node.type == "Pow": return ONNXTensor(plan.shape, .floats(plan.map(x, y.map { Float($0) }, float)))
        case (.floats(let x), .doubles(let y)) where node.type == "Pow": return ONNXTensor(plan.shape, .floats(plan.map(x, y.map { Float($0) }, float)))
        case (.doubles(let x), .integers(let y)) where node.type == "Pow": return ONNXTensor(plan.shape, .doubles(plan.map(x, y.map { Double($0) }, double)))
        case (.doubles(let x), .floats(let y)) where node.type == "Pow": return ONNXTensor(plan.shape, .doubles(plan.map(x, y.map { Double($0) }, double)))
        default: throw node.unsupported("is given \(a.typeName) and \(b.typeName), which are not read together")
        }
    }

    private static func variadic(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        guard !node.inputs.isEmpty else { throw node.damaged("has no inputs") }
        let type = node.type
        return ONNXKernel(.elementwise) { (inputs, work) throws(AssayError) in
            guard var result = inputs[0] else { throw node.wrongType(nil) }
            for other in inputs.dropFirst() {
                guard let other else { throw node.wrongType(nil) }
                switch type {
                case "Max":
                    result = try combine(node, result, other, &work, { Float.maximumOrNaN($0, $1) }, { Double.maximumOrNaN($0, $1) }, { max($0, $1) })
                case "Min":
                    result = try combine(node, result, other, &work, { -Float.maximumOrNaN(-$0, -$1) }, { -Double.maximumOrNaN(-$0, -$1) }, { min($0, $1) })
                default: result = try combine(node, result, other, &work, { $0 + $1 }, { $0 + $1 }, { $0 &+ $1 })
                }
            }
            guard type == "Mean" else { return [result] }
            switch result.values {
            case .floats(let values): return [ONNXTensor(result.shape, .floats(values.map { $0 / Float(inputs.count) }))]
            case .doubles(let values): return [ONNXTensor(result.shape, .doubles(values.map { $0 / Double(inputs.count) }))]
            default: throw node.wrongType(result)
            }
        }
    }

    private static func comparison(
        _ context: ONNXContext, _ float: @escaping @Sendable (Float, Float) -> Bool, _ double: @escaping @Sendable (Double, Double) -> Bool,
        _ integer: @escaping @Sendable (Int64, Int64) -> Bool
    ) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(2...2)
        try node.requireAttributes([])
        // Words of rows that the model does not know are all one word here, so two columns of words cannot be compared.
        let hasConstant = context.constants.contains { $0 != nil }
        return ONNXKernel(.elementwise) { (inputs, work) throws(AssayError) in
            guard let a = inputs[0], let b = inputs[1] else { throw node.wrongType(nil) }
            let plan = try ONNXBroadcast(node, a.shape, b.shape, &work)
            switch (a.values, b.values) {
            case (.floats(let x), .floats(let y)): return [ONNXTensor(plan.shape, .booleans(plan.map(x, y, float)))]
            case (.doubles(let x), .doubles(let y)): return [ONNXTensor(plan.shape, .booleans(plan.map(x, y, double)))]
            case (.integers(let x), .integers(let y)): return [ONNXTensor(plan.shape, .booleans(plan.map(x, y, integer)))]
            case (.booleans(let x), .booleans(let y)) where node.type == "Equal": return [ONNXTensor(plan.shape, .booleans(plan.map(x, y, { $0 == $1 })))]
            case (.words(let x), .words(let y)) where node.type == "Equal" && hasConstant:
                return [ONNXTensor(plan.shape, .booleans(plan.map(x, y, { $0 == $1 })))]
            default: throw node.unsupported("compares \(a.typeName) with \(b.typeName), which is not read")
            }
        }
    }

    private static func logic(_ context: ONNXContext, _ rule: @escaping @Sendable (Bool, Bool) -> Bool) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(2...2)
        return ONNXKernel(.elementwise) { (inputs, work) throws(AssayError) in
            guard let a = inputs[0], let b = inputs[1], case .booleans(let x) = a.values, case .booleans(let y) = b.values else {
                throw node.wrongType(inputs[0])
            }
            let plan = try ONNXBroadcast(node, a.shape, b.shape, &work)
            return [ONNXTensor(plan.shape, .booleans(plan.map(x, y, rule)))]
        }
    }

    // MARK: Others

    private static func choice(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(3...3)
        return ONNXKernel(.elementwise) { (inputs, work) throws(AssayError) in
            guard let test = inputs[0], case .booleans(let tests) = test.values, let a = inputs[1], let b = inputs[2] else { throw node.wrongType(inputs[0]) }
            let values = try ONNXBroadcast(node, a.shape, b.shape, &work)
            let all = try ONNXBroadcast(node, test.shape, values.shape, &work)
            let picks = all.places()
            let sides = values.places()
            func chosen<Element>(_ x: [Element], _ y: [Element]) -> [Element] {
                picks.map { pick in tests[pick.0] ? x[sides[pick.1].0] : y[sides[pick.1].1] }
            }
            switch (a.values, b.values) {
            case (.floats(let x), .floats(let y)): return [ONNXTensor(all.shape, .floats(chosen(x, y)))]
            case (.doubles(let x), .doubles(let y)): return [ONNXTensor(all.shape, .doubles(chosen(x, y)))]
            case (.integers(let x), .integers(let y)): return [ONNXTensor(all.shape, .integers(chosen(x, y)))]
            case (.booleans(let x), .booleans(let y)): return [ONNXTensor(all.shape, .booleans(chosen(x, y)))]
            case (.words(let x), .words(let y)): return [ONNXTensor(all.shape, .words(chosen(x, y)))]
            default: throw node.unsupported("chooses between \(a.typeName) and \(b.typeName)")
            }
        }
    }

    private static func clip(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...3)
        let (low, high) = (try node.float("min"), try node.float("max"))
        return ONNXKernel(.elementwise) { (inputs, work) throws(AssayError) in
            guard let input = inputs[0] else { throw node.wrongType(nil) }
            try work.spend(input.count)
            let bounds = (inputs.count > 1 ? inputs[1] : nil, inputs.count > 2 ? inputs[2] : nil)
            guard (bounds.0?.count ?? 1) == 1, (bounds.1?.count ?? 1) == 1 else { throw node.damaged("has bounds that are no single numbers") }
            switch input.values {
            case .floats(let values):
                let (least, most) = (bounds.0?.floats?[0] ?? low ?? -.infinity, bounds.1?.floats?[0] ?? high ?? .infinity)
                return [ONNXTensor(input.shape, .floats(values.map { $0.isNaN ? $0 : min(max($0, least), most) }))]
            case .doubles(let values):
                let least = bounds.0?.doubles?[0] ?? low.map { Double($0) } ?? -.infinity
                let most = bounds.1?.doubles?[0] ?? high.map { Double($0) } ?? .infinity
                return [ONNXTensor(input.shape, .doubles(values.map { $0.isNaN ? $0 : min(max($0, least), most) }))]
            case .integers(let values):
                let (least, most) = (bounds.0?.integers?[0] ?? .min, bounds.1?.integers?[0] ?? .max)
                return [ONNXTensor(input.shape, .integers(values.map { min(max($0, least), most) }))]
            default: throw node.wrongType(input)
            }
        }
    }

    private static func cast(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...1)
        try node.requireAttributes(["to", "saturate", "round_mode"])
        let type = try node.integer("to") ?? 0
        guard [1, 6, 7, 8, 9, 11].contains(type) else {
            throw node.unsupported("makes \(ONNXTensorReader.typeName(type)), which is not read")
        }
        return ONNXKernel(.elementwise) { (inputs, work) throws(AssayError) in
            guard let input = inputs[0] else { throw node.wrongType(nil) }
            try work.spend(input.count)
            if case .words = input.values {
                guard type == 8 else { throw node.unsupported("makes numbers of words") }
                return [input]
            }
            guard let doubles = type == 1 ? [] : input.doubles else { throw node.wrongType(input) }
            switch type {
            case 1: return [ONNXTensor(input.shape, .floats(input.floats ?? []))]
            case 11: return [ONNXTensor(input.shape, .doubles(doubles))]
            case 9: return [ONNXTensor(input.shape, .booleans(doubles.map { $0 != 0 }))]
            case 6, 7:
                if case .integers(let values) = input.values {
                    return [ONNXTensor(input.shape, .integers(type == 6 ? values.map(ONNXIntegers.narrow) : values), integerType: type)]
                }
                // What has no place in 32 bits is the least number of them, as processors have it.
                let whole = doubles.map { type == 6 ? Int64(Int32(exactly: $0.rounded(.towardZero)) ?? .min) : Int64(clampingTowardZero: $0) }
                return [ONNXTensor(input.shape, .integers(whole), integerType: type)]
            default: throw node.unsupported("makes words of numbers")
            }
        }
    }
}

extension BinaryFloatingPoint {
    /// The greater, or the one that is none.
    fileprivate static func maximumOrNaN(_ one: Self, _ other: Self) -> Self { one.isNaN ? one : other.isNaN ? other : Swift.max(one, other) }
}

extension Int64 {
    /// Cut to a whole number; what has none is the least, as processors have it.
    init(clampingTowardZero value: Double) {
        self = Int64(exactly: value.rounded(.towardZero)) ?? .min
    }
}
