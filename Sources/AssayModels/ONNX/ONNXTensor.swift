import AssayTerms

/// An array of numbers, truths or words with a shape; row-major, as ONNX has it.
struct ONNXTensor: Sendable {
    enum Values: Sendable {
        case floats([Float])
        case doubles([Double])
        /// Whole numbers of every width; sums beyond a narrower width are not cut.
        case integers([Int64])
        case booleans([Bool])
        /// Places in the program's ``ONNXWords``.
        case words([Int32])
    }

    var shape: [Int]
    var values: Values

    init(_ shape: [Int], _ values: Values) {
        self.shape = shape
        self.values = values
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
        switch values {
        case .floats(let values): ONNXTensor(shape, .floats(places.map { values[$0] }))
        case .doubles(let values): ONNXTensor(shape, .doubles(places.map { values[$0] }))
        case .integers(let values): ONNXTensor(shape, .integers(places.map { values[$0] }))
        case .booleans(let values): ONNXTensor(shape, .booleans(places.map { values[$0] }))
        case .words(let values): ONNXTensor(shape, .words(places.map { values[$0] }))
        }
    }

    /// No elements, of the same type.
    var emptyValues: Values { gathered([], shape: [0]).values }

    func reshaped(_ shape: [Int]) -> ONNXTensor { ONNXTensor(shape, values) }

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

    /// Elements that the shape says; `nil` where they are more than can be counted.
    static func count(_ shape: [Int]) -> Int? {
        var count = 1
        for extent in shape {
            guard extent >= 0 else { return nil }
            let (product, isOver) = count.multipliedReportingOverflow(by: extent)
            guard !isOver else { return nil }
            count = product
        }
        return count
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
