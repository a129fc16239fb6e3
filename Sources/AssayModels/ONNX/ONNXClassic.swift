import AssayTerms
import Glibc

/// Preparing operators of `ai.onnx.ml`, in 32 bits as ONNX Runtime has them.
///
/// - Source: ONNX 1.23, `ai.onnx.ml` versions 1 to 5; ONNX Runtime 1.32, `core/providers/cpu/ml`.
enum ONNXClassic {
    static func kernel(_ context: inout ONNXContext) throws(AssayError) -> ONNXKernel? {
        switch context.node.type {
        case "Scaler": return try scaler(context)
        case "Normalizer": return try normalizer(context)
        case "Imputer": return try imputer(context)
        case "Binarizer": return try binarizer(context)
        case "OneHotEncoder": return try oneHotEncoder(&context)
        case "LabelEncoder", "CategoryMapper": return try ONNXLabels.kernel(&context)
        case "ArrayFeatureExtractor": return try extractor(context)
        case "FeatureVectorizer": return try vectorizer(context)
        default: return nil
        }
    }

    /// One number for all columns or one for each.
    private static func number(_ values: [Float], _ place: Int, _ width: Int) -> Float { values[values.count == 1 ? 0 : place % max(width, 1)] }

    /// These operators take a list for one row, so rows that are single numbers would be mixed.
    private static func requireTable(_ input: ONNXTensor?, _ node: ONNXNode) throws(AssayError) -> ONNXTensor {
        guard let input else { throw node.wrongType(nil) }
        guard input.shape.count == 2 else { throw node.unsupported("is given a value of shape \(input.shape) and not a table") }
        return input
    }

    private static func scaler(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...1)
        try node.requireAttributes(["offset", "scale"])
        let (offset, scale) = (try node.floats("offset"), try node.floats("scale"))
        guard !offset.isEmpty, offset.count == scale.count else { throw node.damaged("has \(offset.count) offsets and \(scale.count) scales") }
        return ONNXKernel(.elementwise) { (inputs, work) throws(AssayError) in
            let input = try requireTable(inputs[0], node)
            let width = input.rowWidth
            guard offset.count == 1 || offset.count == width else { throw node.damaged("has \(offset.count) offsets for \(width) columns") }
            try work.spend(input.count)
            if case .doubles(let values) = input.values {
                return [
                    ONNXTensor(
                        input.shape,
                        .floats(
                            values.enumerated().map {
                                Float(($1 - Double(number(offset, $0, width))) * Double(number(scale, $0, width)))
                            }))
                ]
            }
            guard let values = input.floats else { throw node.wrongType(input) }
            return [ONNXTensor(input.shape, .floats(values.enumerated().map { ($1 - number(offset, $0, width)) * number(scale, $0, width) }))]
        }
    }

    private static func normalizer(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...1)
        try node.requireAttributes(["norm"])
        let norm = try node.text("norm")?.string ?? "MAX"
        guard ["MAX", "L1", "L2"].contains(norm) else { throw node.unsupported("has norm '\(norm.prefix(40))'") }
        return ONNXKernel(.mixed) { (inputs, work) throws(AssayError) in
            let input = try requireTable(inputs[0], node)
            guard let values = input.floats else { throw node.wrongType(input) }
            if input.count == 0 { return [ONNXTensor(input.shape, .floats([]))] }
            try work.spend(2 * input.count)
            let width = input.rowWidth
            var result: [Float] = []
            result.reserveCapacity(values.count)
            for row in 0..<input.rowCount {
                let own = values[(row * width)..<((row + 1) * width)]
                switch norm {
                case "MAX":
                    let top = own.reduce(-Float.greatestFiniteMagnitude) { max($0, $1) }
                    result += top != 0 ? own.map { $0 / top } : Array(own)
                case "L1":
                    let sum = own.reduce(Float(0)) { $0 + $1.magnitude }
                    result += sum != 0 ? own.map { $0 / sum } : Array(own)
                default:
                    let sum = own.reduce(Float(0)) { $0 + $1 * $1 }
                    result += sum != 0 ? own.map { $0 < 0 ? -($0 * $0 / sum).squareRoot() : ($0 * $0 / sum).squareRoot() } : Array(own)
                }
            }
            return [ONNXTensor(input.shape, .floats(result))]
        }
    }

    private static func imputer(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...1)
        try node.requireAttributes(["imputed_value_floats", "imputed_value_int64s", "replaced_value_float", "replaced_value_int64"])
        let (floats, integers) = (try node.floats("imputed_value_floats"), try node.integers("imputed_value_int64s"))
        guard floats.isEmpty != integers.isEmpty else { throw node.damaged("has not one list of values to put in") }
        let (replaced, whole) = (try node.float("replaced_value_float") ?? 0, try node.integer("replaced_value_int64") ?? 0)
        return ONNXKernel(.elementwise) { (inputs, work) throws(AssayError) in
            let input = try requireTable(inputs[0], node)
            let width = input.rowWidth
            try work.spend(input.count)
            switch input.values {
            case .floats(let values) where !floats.isEmpty:
                return [
                    ONNXTensor(
                        input.shape,
                        .floats(
                            values.enumerated().map { place, value in
                                guard value == replaced || (value.isNaN && replaced.isNaN) else { return value }
                                return floats[floats.count == width ? place % width : 0]
                            }))
                ]
            case .integers(let values) where !integers.isEmpty:
                return [
                    ONNXTensor(
                        input.shape,
                        .integers(values.enumerated().map { $1 == whole ? integers[integers.count == width ? $0 % width : 0] : $1 }))
                ]
            default: throw node.wrongType(input)
            }
        }
    }

    private static func binarizer(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...1)
        try node.requireAttributes(["threshold"])
        let threshold = try node.float("threshold") ?? 0
        return ONNXKernel(.elementwise) { (inputs, work) throws(AssayError) in
            guard let input = inputs[0], case .floats(let values) = input.values else { throw node.wrongType(inputs[0]) }
            try work.spend(input.count)
            return [ONNXTensor(input.shape, .floats(values.map { $0 > threshold ? 1 : 0 }))]
        }
    }

    private static func oneHotEncoder(_ context: inout ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...1)
        try node.requireAttributes(["cats_int64s", "cats_strings", "zeros"])
        let (integers, texts) = (try node.integers("cats_int64s"), try node.texts("cats_strings"))
        guard integers.isEmpty != texts.isEmpty, integers.count + texts.count <= 1_000_000 else { throw node.damaged("has not one list of categories") }
        let takesOthers = try node.integer("zeros") ?? 1 != 0
        let count = integers.count + texts.count
        // Of a category that stands twice the last place counts.
        var places: [Int64: Int] = [:]
        for (place, category) in integers.enumerated() { places[category] = place }
        for (place, category) in texts.enumerated() { places[Int64(context.words.place(of: category))] = place }
        let table = places
        let isWords = !texts.isEmpty
        return ONNXKernel(.spread(count)) { (inputs, work) throws(AssayError) in
            guard let input = inputs[0], input.shape.count <= 2 else { throw node.wrongType(inputs[0]) }
            let shape = input.shape + [count]
            var result = [Float](repeating: 0, count: try work.make(shape))
            let keys: [Int64]
            switch input.values {
            case .words(let values) where isWords: keys = values.map { Int64($0) }
            case .integers(let values) where !isWords: keys = values
            case .floats(let values) where !isWords: keys = values.map { Int64(clampingTowardZero: Double($0)) }
            case .doubles(let values) where !isWords: keys = values.map { Int64(clampingTowardZero: $0) }
            default: throw node.wrongType(input)
            }
            var unknown = 0
            for (place, key) in keys.enumerated() {
                if let category = table[key] { result[place * count + category] = 1 } else { unknown += 1 }
            }
            guard unknown == 0 || takesOthers || work.isProbe else {
                throw AssayError(
                    .invalidArgument,
                    "\(unknown) \(unknown == 1 ? "row has" : "rows have") a category that the model was not fitted on, which \(node.label) refuses")
            }
            return [ONNXTensor(shape, .floats(result))]
        }
    }

    /// Elements of the last axis. Of a constant list, the elements that rows name: they stand in one row then.
    private static func extractor(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(2...2)
        return ONNXKernel(context.constants[1] == nil ? .mixed : .movement) { (inputs, work) throws(AssayError) in
            guard let input = inputs[0], let picks = inputs[1]?.integers, !input.shape.isEmpty, !picks.isEmpty else { throw node.wrongType(inputs[1]) }
            let width = input.shape[input.shape.count - 1]
            guard picks.allSatisfy({ $0 >= 0 && $0 < Int64(width) }) else { throw node.damaged("takes elements that are not there") }
            let shape = input.shape.count == 1 ? [1, picks.count] : input.shape.dropLast() + [picks.count]
            let count = try work.make(shape)
            let outer = count / picks.count
            var places: [Int] = []
            places.reserveCapacity(count)
            for row in 0..<outer { for pick in picks { places.append(row * width + Int(pick)) } }
            return [input.gathered(places, shape: shape)]
        }
    }

    private static func vectorizer(_ context: ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try node.requireAttributes(["inputdimensions"])
        let widths = try node.integers("inputdimensions").map { Int(clamping: $0) }
        guard !node.inputs.isEmpty, widths.isEmpty || widths.count == node.inputs.count else { throw node.damaged("has \(widths.count) widths") }
        return ONNXKernel(.movement) { (inputs, work) throws(AssayError) in
            var lists: [(values: [Float], width: Int)] = []
            var rows: Int?
            for (place, input) in inputs.enumerated() {
                guard let input, (1...2).contains(input.shape.count), let values = input.floats else { throw node.wrongType(input) }
                guard input.rowCount == rows ?? input.rowCount, widths.isEmpty || widths[place] == input.rowWidth else {
                    throw node.damaged("is given a value of shape \(input.shape)")
                }
                rows = input.rowCount
                lists.append((values, input.rowWidth))
            }
            let width = lists.reduce(0) { $0 + $1.width }
            var result: [Float] = []
            let count = try work.make([rows ?? 0, width])
            if count == 0 { return [ONNXTensor([rows ?? 0, width], .floats([]))] }
            result.reserveCapacity(count)
            try work.spend(rows ?? 0, times: lists.count)
            for row in 0..<(rows ?? 0) { for list in lists { result += list.values[(row * list.width)..<((row + 1) * list.width)] } }
            return [ONNXTensor([rows ?? 0, width], .floats(result))]
        }
    }
}
