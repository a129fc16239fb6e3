import AssayJSON
import AssayModels
import AssayTerms
import COnnxRuntime
import Glibc

/// One model in ONNX Runtime. Of its outputs the first with one label or number a row is its answer.
final class ONNXRuntimeModel {
    private let model: OpaquePointer
    private static let columnLimit: Int64 = 100_000
    private var inputs: [Form] = []
    private let outputs: Int

    private struct Form {
        var name: String
        var type: onnxruntime_type
        var width: Int
        var isList: Bool
    }

    /// One column as it came.
    private enum Cells {
        case numbers([Double])
        case texts([String])

        func row(_ row: Int) -> Cells {
            switch self {
            case .numbers(let numbers): .numbers([numbers[row]])
            case .texts(let texts): .texts([texts[row]])
            }
        }
    }

    private let takesRowsAlone: Bool

    /// - Parameter takesRowsAlone: whether each row is asked by itself.
    init(library: String, path: String, takesRowsAlone: Bool) throws(AssayError) {
        self.takesRowsAlone = takesRowsAlone
        var reason = [CChar](repeating: 0, count: 800)
        var opened: OpaquePointer?
        guard onnxruntime_open(library, path, &opened, &reason, reason.count) == 0, let opened else {
            throw AssayError(.unreadable, Self.text(reason))
        }
        model = opened
        outputs = onnxruntime_count(opened, 1)
        for index in 0..<onnxruntime_count(opened, 0) {
            var form = onnxruntime_tensor()
            let name = String(cString: onnxruntime_form(opened, 0, index, &form))
            let shape = withUnsafeBytes(of: form.shape) { Array($0.bindMemory(to: Int64.self)) }
            let type = onnxruntime_type(UInt32(bitPattern: form.type))
            guard [onnxruntime_float, onnxruntime_double, onnxruntime_int32, onnxruntime_int64, onnxruntime_bool, onnxruntime_string].contains(type),
                form.rank == 1 || (form.rank == 2 && (1...Self.columnLimit).contains(shape[1]))
            else {
                throw AssayError(.unsupported, "input '\(name)' is no table of a known number of columns, or of a type that tables do not have")
            }
            inputs.append(Form(name: name, type: type, width: form.rank == 1 ? 1 : Int(shape[1]), isList: form.rank == 1))
        }
    }

    deinit { onnxruntime_close(model) }

    private static func text(_ reason: [CChar]) -> String { String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) }

    /// As the other side reads it: names where each input is a column, else how many there are.
    var description: JSONObject {
        let isByColumn = inputs.count > 1 && inputs.allSatisfy { $0.width == 1 }
        var object: JSONObject = ["width": .integer(Int64(inputs.reduce(0) { $0 + $1.width }))]
        object["names"] = isByColumn ? .array(inputs.map { .string($0.name) }) : .null
        return object
    }

    // MARK: Rows

    func scored(_ frame: ForeignChannel.Frame) throws(AssayError) -> (JSONValue, [UInt8]) {
        let rows = frame.header["rows"]?.integer.flatMap { Int(exactly: $0) } ?? 0
        let columns = try self.columns(frame, rows: rows)
        guard columns.count == inputs.reduce(0, { $0 + $1.width }) else { throw AssayError(.invalidArgument, "ValueError: another number of columns") }
        let (values, words) = try (takesRowsAlone ? alone(columns, rows) : asked(columns, rows, from: nil).answer).written
        var part: JSONObject = ["size": .integer(Int64(values.count))]
        part["words"] = words.map { .array($0.map { .string($0) }) }
        return (.object(["number": frame.header["number"] ?? .null, "form": "values", "predictions": .object(part)]), values)
    }

    private func alone(_ columns: [Cells], _ rows: Int) throws(AssayError) -> ONNXRuntimeAnswer {
        guard rows > 0 else { return try asked(columns, 0, from: nil).answer }
        let (first, output) = try asked(columns.map { $0.row(0) }, 1, from: nil)
        var parts = [first]
        for row in 1..<rows { parts.append(try asked(columns.map { $0.row(row) }, 1, from: output).answer) }
        return try ONNXRuntimeAnswer.joined(parts)
    }

    /// The model's answer from an output, else from the first that has one, and which that is.
    private func asked(_ columns: [Cells], _ rows: Int, from chosen: Int?) throws(AssayError) -> (answer: ONNXRuntimeAnswer, output: Int) {
        var held: [UnsafeMutableRawPointer] = []
        defer { for pointer in held { free(pointer) } }
        var tensors: [onnxruntime_tensor] = []
        var place = 0
        for input in inputs {
            tensors.append(try tensor(input, Array(columns[place..<(place + input.width)]), rows, &held))
            place += input.width
        }
        var reason = [CChar](repeating: 0, count: 800)
        var results: OpaquePointer?
        guard onnxruntime_run(model, tensors, &results, &reason, reason.count) == 0, let results else {
            throw AssayError(.unreadable, Self.text(reason))
        }
        defer { onnxruntime_free(results) }
        for index in chosen.map({ $0..<($0 + 1) }) ?? 0..<outputs {
            if let answer = ONNXRuntimeAnswer(results, index, rows) { return (answer, index) }
        }
        throw AssayError(.unsupported, "it answers with no single label or number a row")
    }

    private func columns(_ frame: ForeignChannel.Frame, rows: Int) throws(AssayError) -> [Cells] {
        var place = 0
        func part(_ size: Int64?) throws(AssayError) -> NumpyArray {
            let count = size.flatMap { Int(exactly: $0) } ?? 0
            guard count >= 0, count <= frame.payload.count - place else { throw AssayError(.unreadable, "a column is cut") }
            defer { place += count }
            return try NumpyReader.read(Array(frame.payload[place..<(place + count)]), name: "a column")
        }
        var columns: [Cells] = []
        for column in frame.header["columns"]?.array ?? [] {
            let array = try part(column["size"]?.integer)
            var isMissing = [Bool](repeating: false, count: rows)
            if let size = column["missing"]?.integer, size > 0, case .boolean(let flags) = try part(size).values { isMissing = flags }
            guard array.count == rows, isMissing.count == rows else { throw AssayError(.unreadable, "a column has another number of rows") }
            if let words = column["words"]?.array, case .integer(let codes) = array.values {
                // A missing word is what Python makes of pandas' missing value.
                let known = words.map { $0.string ?? "" }
                columns.append(.texts(codes.map { known.indices.contains(Int($0)) ? known[Int($0)] : "nan" }))
                continue
            }
            guard let numbers = array.doubles else { throw AssayError(.unreadable, "a column is of a type that is not known") }
            columns.append(.numbers(numbers.enumerated().map { isMissing[$0] ? .nan : $1 }))
        }
        return columns
    }

    private func tensor(
        _ input: Form, _ columns: [Cells], _ rows: Int, _ held: inout [UnsafeMutableRawPointer]
    ) throws(AssayError) -> onnxruntime_tensor {
        var tensor = onnxruntime_tensor()
        tensor.type = Int32(bitPattern: input.type.rawValue)
        tensor.rank = input.isList ? 1 : 2
        tensor.shape.0 = Int64(rows)
        tensor.shape.1 = Int64(input.width)
        if input.type == onnxruntime_string {
            let pointers = try Self.memory(rows * input.width, UnsafePointer<CChar>?.self, &held)
            for (column, cells) in columns.enumerated() {
                guard case .texts(let texts) = cells else { throw AssayError(.invalidArgument, "ValueError: input '\(input.name)' takes words") }
                // The library takes words that end at the first NUL.
                guard !texts.contains(where: { $0.utf8.contains(0) }) else {
                    throw AssayError(.invalidArgument, "ValueError: input '\(input.name)' takes words without NUL")
                }
                for row in 0..<rows {
                    let copy = strdup(texts[row])
                    if let copy { held.append(UnsafeMutableRawPointer(copy)) }
                    pointers[row * input.width + column] = UnsafePointer(copy)
                }
            }
            tensor.strings = UnsafePointer(pointers)
            return tensor
        }
        func place<Element>(_ convert: (Double) -> Element) throws(AssayError) -> UnsafeRawPointer {
            let memory = try Self.memory(rows * input.width, Element.self, &held)
            for (column, cells) in columns.enumerated() {
                guard case .numbers(let numbers) = cells else { throw AssayError(.invalidArgument, "ValueError: input '\(input.name)' takes numbers") }
                for row in 0..<rows { (memory + row * input.width + column).initialize(to: convert(numbers[row])) }
            }
            return UnsafeRawPointer(memory)
        }
        let whole: Range<Double>? =
            switch input.type {
            case onnxruntime_int32: -0x1p31..<0x1p31
            // Beyond, a number of 64 bits may have been another whole number.
            case onnxruntime_int64: (-0x1p53).nextUp..<0x1p53
            case onnxruntime_bool: 0..<2
            default: nil
            }
        if let whole {
            for cells in columns {
                guard case .numbers(let numbers) = cells, numbers.allSatisfy({ $0 == $0.rounded() && whole.contains($0) }) else {
                    throw AssayError(
                        .invalidArgument, "ValueError: input '\(input.name)' takes \(input.type == onnxruntime_bool ? "truths" : "whole numbers of its width")")
                }
            }
        }
        switch input.type {
        case onnxruntime_double: tensor.data = try place { $0 }
        case onnxruntime_int64: tensor.data = try place { Int64($0) }
        case onnxruntime_int32: tensor.data = try place { Int32($0) }
        case onnxruntime_bool: tensor.data = try place { $0 != 0 }
        default: tensor.data = try place { Float($0) }
        }
        return tensor
    }

    /// Memory that lives until the model has run.
    private static func memory<Element>(
        _ count: Int, _ type: Element.Type, _ held: inout [UnsafeMutableRawPointer]
    ) throws(AssayError) -> UnsafeMutablePointer<Element> {
        guard let raw = malloc((count + 1) * MemoryLayout<Element>.stride) else {
            throw AssayError(.limitExceeded, "the rows want more memory than there is")
        }
        held.append(raw)
        return raw.bindMemory(to: Element.self, capacity: count + 1)
    }
}
