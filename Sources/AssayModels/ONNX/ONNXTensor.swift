import AssayTerms

/// An array of numbers, truths or words with a shape; row-major, as ONNX has it.
struct ONNXTensor: Sendable {
    enum Values: Sendable {
        case floats([Float])
        case doubles([Double])
        /// Whole numbers of every width; ``ONNXTensor/integerType`` says which.
        case integers([Int64])
        case booleans([Bool])
        /// Places in the program's ``ONNXWords``.
        case words([Int32])
    }

    var shape: [Int]
    var values: Values
    /// `TensorProto.DataType` of whole numbers; int64 unless something else is said.
    var integerType: Int64 = 7

    init(_ shape: [Int], _ values: Values, integerType: Int64 = 7) {
        self.shape = shape
        self.values = values
        self.integerType = integerType
    }

    var count: Int {
        switch values {
        case .floats(let values): values.count
        case .doubles(let values): values.count
        case .integers(let values): values.count
        case .booleans(let values): values.count
        case .words(let values): values.count
        }
    }

    /// As messages name the type.
    var typeName: String {
        switch values {
        case .floats: "float"
        case .doubles: "double"
        case .integers: "int64"
        case .booleans: "bool"
        case .words: "string"
        }
    }

    /// The elements at these places, in this shape.
    func gathered(_ places: [Int], shape: [Int]) -> ONNXTensor {
        let gathered: Values =
            switch values {
            case .floats(let values): .floats(places.map { values[$0] })
            case .doubles(let values): .doubles(places.map { values[$0] })
            case .integers(let values): .integers(places.map { values[$0] })
            case .booleans(let values): .booleans(places.map { values[$0] })
            case .words(let values): .words(places.map { values[$0] })
            }
        return ONNXTensor(shape, gathered, integerType: integerType)
    }

    /// No elements, of the same type.
    var emptyValues: Values { gathered([], shape: [0]).values }

    func reshaped(_ shape: [Int]) -> ONNXTensor { ONNXTensor(shape, values, integerType: integerType) }

    /// Memory that the elements take.
    var byteCount: Int {
        switch values {
        case .floats(let values): 4 * values.count
        case .doubles(let values): 8 * values.count
        case .integers(let values): 8 * values.count
        case .booleans(let values): values.count
        case .words(let values): 4 * values.count
        }
    }

    /// Whether two values are the same to the bit; NaN is NaN.
    func isSame(_ other: ONNXTensor) -> Bool {
        guard shape == other.shape else { return false }
        switch (values, other.values) {
        case (.floats(let a), .floats(let b)): return zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
        case (.doubles(let a), .doubles(let b)): return zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
        case (.integers(let a), .integers(let b)): return a == b
        case (.booleans(let a), .booleans(let b)): return a == b
        case (.words(let a), .words(let b)): return a == b
        default: return false
        }
    }

    /// One row, as a table of one row.
    func row(_ row: Int) -> ONNXTensor {
        let width = rowWidth
        return gathered(Array((row * width)..<((row + 1) * width)), shape: [1] + shape.dropFirst())
    }

    /// Numbers and truths as 32-bit numbers; `nil` for words.
    var floats: [Float]? {
        switch values {
        case .floats(let values): values
        case .doubles(let values): values.map { Float($0) }
        case .integers(let values): values.map { Float($0) }
        case .booleans(let values): values.map { $0 ? 1 : 0 }
        case .words: nil
        }
    }

    var doubles: [Double]? {
        switch values {
        case .floats(let values): values.map { Double($0) }
        case .doubles(let values): values
        case .integers(let values): values.map { Double($0) }
        case .booleans(let values): values.map { $0 ? 1 : 0 }
        case .words: nil
        }
    }

    /// Whole numbers as they are; `nil` for anything else.
    var integers: [Int64]? {
        guard case .integers(let values) = values else { return nil }
        return values
    }

    /// The rows' first extent and what one row holds; a list is one row to the operators of `ai.onnx.ml`, which is refused for rows elsewhere.
    var rowCount: Int { shape.first ?? 1 }
    var rowWidth: Int { shape.dropFirst().reduce(1, *) }

    static let rankLimit = 16
    /// Of extents that are not 0: beside one of 0 the others say nothing of elements, and would still be walked and multiplied.
    static let extentLimit = 1 << 28

    /// Elements that the shape says; `nil` where they are more, or it has more axes, than is read.
    static func count(_ shape: [Int]) -> Int? {
        guard shape.count <= rankLimit else { return nil }
        var product = 1
        for extent in shape {
            guard extent >= 0, extent <= extentLimit else { return nil }
            product *= max(extent, 1)
            guard product <= extentLimit else { return nil }
        }
        return shape.contains(0) ? 0 : product
    }
}

/// The words that a model knows. Inputs' words are looked up among them; all others are one, ``unknown``, which equals none of them.
struct ONNXWords: Sendable {
    static let unknown: Int32 = -1

    private(set) var texts: [Text] = []
    private var places: [Text: Int32] = [:]

    mutating func place(of text: Text) -> Int32 {
        if let place = places[text] { return place }
        let place = Int32(texts.count)
        texts.append(text)
        places[text] = place
        return place
    }

    func known(_ text: Text) -> Int32? { places[text] }
}
