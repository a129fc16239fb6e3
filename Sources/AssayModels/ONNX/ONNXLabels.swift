import AssayTerms

/// `LabelEncoder` and `CategoryMapper`: values looked up in a list.
///
/// Of a key that stands twice the first place counts. NaN is a key of 32-bit and 64-bit numbers from version 4 on; before, it equals none.
enum ONNXLabels {
    private enum List {
        case floats([Float])
        case doubles([Double])
        case integers([Int64])
        case texts([Text])

        var count: Int {
            switch self {
            case .floats(let values): values.count
            case .doubles(let values): values.count
            case .integers(let values): values.count
            case .texts(let values): values.count
            }
        }
    }

    private static let types = ["floats", "int64s", "strings"]
    private static let known: [Text] =
        types.flatMap { [Text("keys_\($0)"), Text("values_\($0)")] }
            + [
                "default_float", "default_int64", "default_string", "keys_tensor", "values_tensor", "default_tensor", "classes_strings", "cats_int64s",
                "cats_strings",
            ]

    static func kernel(_ context: inout ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        try context.requireInputs(1...1)
        try node.requireAttributes(known)
        if node.type == "CategoryMapper" || node.has("classes_strings") {
            let texts = try node.texts(node.has("classes_strings") ? "classes_strings" : "cats_strings")
            let integers = node.has("classes_strings") ? texts.indices.map { Int64($0) } : try node.integers("cats_int64s")
            guard texts.count == integers.count else { throw node.damaged("has lists of different lengths") }
            let toTexts = try lookup(node, .integers(integers), .texts(texts), knowsNaN: false, &context.words)
            let toIntegers = try lookup(node, .texts(texts), .integers(integers), knowsNaN: false, &context.words)
            return ONNXKernel(.elementwise) { (inputs, work) throws(AssayError) in
                guard let input = inputs[0] else { throw node.wrongType(nil) }
                try work.spend(input.count)
                if case .words = input.values { return [try toIntegers(input)] }
                return [try toTexts(input)]
            }
        }
        guard let keys = try list(node, "keys", context.words), let values = try list(node, "values", context.words), keys.count == values.count else {
            throw node.damaged("has no lists of keys and values of one length")
        }
        let look = try lookup(node, keys, values, knowsNaN: context.opset >= 4, &context.words)
        return ONNXKernel(.elementwise) { (inputs, work) throws(AssayError) in
            guard let input = inputs[0] else { throw node.wrongType(nil) }
            try work.spend(input.count)
            return [try look(input)]
        }
    }

    private static func list(_ node: ONNXNode, _ side: String, _ words: ONNXWords) throws(AssayError) -> List? {
        if let tensor = try node.tensor("\(side)_tensor") {
            switch tensor.values {
            case .floats(let values): return .floats(values)
            case .doubles(let values): return .doubles(values)
            case .integers(let values): return .integers(values)
            case .words(let places): return .texts(places.map { words.texts[Int($0)] })
            case .booleans: throw node.unsupported("has \(side) that are truths")
            }
        }
        if node.has("\(side)_floats") { return .floats(try node.floats("\(side)_floats")) }
        if node.has("\(side)_int64s") { return .integers(try node.integers("\(side)_int64s")) }
        return node.has("\(side)_strings") ? .texts(try node.texts("\(side)_strings")) : nil
    }

    private static func lookup(
        _ node: ONNXNode, _ keys: List, _ values: List, knowsNaN: Bool, _ words: inout ONNXWords
    ) throws(AssayError) -> @Sendable (ONNXTensor) throws(AssayError) -> ONNXTensor {
        let place = try places(node, keys, knowsNaN, &words)
        let other = try node.tensor("default_tensor")
        guard (other?.count ?? 1) == 1 else { throw node.damaged("has several values for what is not in its list") }
        switch values {
        case .floats(let values):
            // The specification's own value for what is not in the list is -0.
            let given = try node.float("default_float")
            let rest = other?.floats?[0] ?? given ?? -0.0
            return { (input) throws(AssayError) in ONNXTensor(input.shape, .floats(try place(input).map { $0 < 0 ? rest : values[$0] })) }
        case .doubles(let values):
            let rest = other?.doubles?[0] ?? -0.0
            return { (input) throws(AssayError) in ONNXTensor(input.shape, .doubles(try place(input).map { $0 < 0 ? rest : values[$0] })) }
        case .integers(let values):
            let given = try node.integer("default_int64")
            let rest = other?.integers?[0] ?? given ?? -1
            return { (input) throws(AssayError) in ONNXTensor(input.shape, .integers(try place(input).map { $0 < 0 ? rest : values[$0] })) }
        case .texts(let texts):
            let codes = texts.map { words.place(of: $0) }
            var rest = words.place(of: try node.text("default_string") ?? "_Unused")
            if case .words(let places)? = other?.values { rest = places[0] }
            let fallback = rest
            return { (input) throws(AssayError) in ONNXTensor(input.shape, .words(try place(input).map { $0 < 0 ? fallback : codes[$0] })) }
        }
    }

    /// Each element's place among the keys, -1 where it is none.
    private static func places(
        _ node: ONNXNode, _ keys: List, _ knowsNaN: Bool, _ words: inout ONNXWords
    ) throws(AssayError) -> @Sendable (ONNXTensor) throws(AssayError) -> [Int] {
        func table<Key: Hashable>(_ keys: [Key]) -> [Key: Int] {
            var table: [Key: Int] = [:]
            for (place, key) in keys.enumerated() where table[key] == nil { table[key] = place }
            return table
        }
        switch keys {
        case .floats(let keys):
            let (table, missing) = (table(keys), knowsNaN ? keys.firstIndex(where: \.isNaN) ?? -1 : -1)
            return { (input) throws(AssayError) in
                guard case .floats(let values) = input.values else { throw node.wrongType(input) }
                return values.map { $0.isNaN ? missing : table[$0] ?? -1 }
            }
        case .doubles(let keys):
            let (table, missing) = (table(keys), knowsNaN ? keys.firstIndex(where: \.isNaN) ?? -1 : -1)
            return { (input) throws(AssayError) in
                guard case .doubles(let values) = input.values else { throw node.wrongType(input) }
                return values.map { $0.isNaN ? missing : table[$0] ?? -1 }
            }
        case .integers(let keys):
            let table = table(keys)
            return { (input) throws(AssayError) in
                guard case .integers(let values) = input.values else { throw node.wrongType(input) }
                return values.map { table[$0] ?? -1 }
            }
        case .texts(let texts):
            let table = table(texts.map { words.place(of: $0) })
            return { (input) throws(AssayError) in
                guard case .words(let values) = input.values else { throw node.wrongType(input) }
                return values.map { table[$0] ?? -1 }
            }
        }
    }
}
