import AssayModels
import AssayTerms
import COnnxRuntime

/// An output of ONNX Runtime's with one element a row.
enum ONNXRuntimeAnswer {
    case numbers([Double])
    case integers([Int64])
    case truths([Bool])
    case words([Text])

    /// - Returns: `nil` for an output of another shape or type.
    init?(_ results: OpaquePointer, _ index: Int, _ rows: Int) {
        let tensor = onnxruntime_result(results, index)
        let shape = withUnsafeBytes(of: tensor.shape) { Array($0.bindMemory(to: Int64.self)) }.prefix(Int(tensor.rank))
        guard tensor.type != 0, tensor.rank > 0, shape.first == Int64(rows), shape.dropFirst().allSatisfy({ $0 == 1 }) else { return nil }
        let type = onnxruntime_type(UInt32(bitPattern: tensor.type))
        if type == onnxruntime_string {
            var words: [Text] = []
            for row in 0..<rows {
                var count = 0
                guard let start = onnxruntime_result_text(results, index, row, &count) else { return nil }
                words.append(Text(String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)))
            }
            self = .words(words)
            return
        }
        guard let data = tensor.data else { return nil }
        func values<Element>(_ type: Element.Type) -> [Element] {
            (0..<rows).map { data.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Element>.size, as: Element.self) }
        }
        switch type {
        case onnxruntime_float: self = .numbers(values(Float.self).map { Double($0) })
        case onnxruntime_double: self = .numbers(values(Double.self))
        case onnxruntime_int64: self = .integers(values(Int64.self))
        case onnxruntime_int32: self = .integers(values(Int32.self).map { Int64($0) })
        case onnxruntime_bool: self = .truths(values(UInt8.self).map { $0 != 0 })
        default: return nil
        }
    }

    /// The rows of several answers of one output, in order.
    static func joined(_ parts: [ONNXRuntimeAnswer]) throws(AssayError) -> ONNXRuntimeAnswer {
        var numbers: [Double] = []
        var integers: [Int64] = []
        var truths: [Bool] = []
        var words: [Text] = []
        for part in parts {
            switch part {
            case .numbers(let rows): numbers += rows
            case .integers(let rows): integers += rows
            case .truths(let rows): truths += rows
            case .words(let rows): words += rows
            }
        }
        guard [numbers.isEmpty, integers.isEmpty, truths.isEmpty, words.isEmpty].count(where: { !$0 }) <= 1, let first = parts.first else {
            throw AssayError(.unreadable, "an output is of one type for a row and of another for the next")
        }
        switch first {
        case .numbers: return .numbers(numbers)
        case .integers: return .integers(integers)
        case .truths: return .truths(truths)
        case .words: return .words(words)
        }
    }

    /// As an array on its way, words as codes beside the words.
    var written: (values: [UInt8], words: [String]?) {
        switch self {
        case .numbers(let rows): return (NumpyWriter.bytes(rows), nil)
        case .integers(let rows): return (NumpyWriter.bytes(rows), nil)
        case .truths(let rows): return (NumpyWriter.bytes(rows), nil)
        case .words(let rows):
            var words: [Text] = []
            var places: [Text: Int32] = [:]
            var codes: [Int32] = []
            for word in rows {
                if places[word] == nil {
                    places[word] = Int32(words.count)
                    words.append(word)
                }
                codes.append(places[word] ?? 0)
            }
            return (NumpyWriter.bytes(codes), words.map(\.string))
        }
    }
}
