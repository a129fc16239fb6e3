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
    func sample(rows: Int) -> ONNXTensor {
        let count = rows * width
        switch type {
        case 11: return ONNXTensor(shape(rows: rows), .doubles([Double](repeating: 0, count: count)))
        case 6, 7: return ONNXTensor(shape(rows: rows), .integers([Int64](repeating: 0, count: count)), integerType: type)
        case 9: return ONNXTensor(shape(rows: rows), .booleans([Bool](repeating: false, count: count)))
        case 8: return ONNXTensor(shape(rows: rows), .words([Int32](repeating: ONNXWords.unknown, count: count)))
        default: return ONNXTensor(shape(rows: rows), .floats([Float](repeating: 0, count: count)))
        }
    }

    /// Rows of numbers and words of many kinds, the same each time.
    ///
    /// - Source: Knuth, The Art of Computer Programming, vol. 2, 3rd ed., section 3.3.4, MMIX's generator.
    func draw(rows: Int, _ state: inout UInt64, words: Int) -> ONNXTensor {
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        let numbers = (0..<(rows * width)).map { _ in Double(next() % 64) / 8 - 3 }
        switch type {
        case 11: return ONNXTensor(shape(rows: rows), .doubles(numbers))
        case 6, 7: return ONNXTensor(shape(rows: rows), .integers(numbers.map { Int64($0) }), integerType: type)
        case 9: return ONNXTensor(shape(rows: rows), .booleans(numbers.map { $0 > 0 }))
        case 8: return ONNXTensor(shape(rows: rows), .words(numbers.map { _ in Int32(next() % UInt64(words + 1)) + ONNXWords.unknown }))
        default: return ONNXTensor(shape(rows: rows), .floats(numbers.map { Float($0) }))
        }
    }
}
