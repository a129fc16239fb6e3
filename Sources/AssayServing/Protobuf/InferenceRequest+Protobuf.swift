import AssayJSON
package import AssayTerms

/// `inference.ModelInferRequest`.
extension InferenceRequest {
    package struct Message: Sendable {
        package var model: Text = ""
        /// Empty for whichever serves.
        package var version: Text = ""
        package var request: InferenceRequest
        /// Whether the inputs were raw bytes, so that the outputs are to be too.
        package var isRaw: Bool
    }

    private struct Input {
        var name: Text = ""
        var type: Text = ""
        var shape: [UInt64] = []
        var contents: ArraySlice<UInt8>?
    }

    /// - Throws: ``ServingFailure/badRequest(_:)`` for bytes that are no such message, and for tensors that do not fit.
    package static func message(protobuf bytes: [UInt8]) throws(ServingFailure) -> Message {
        let result: Result<Message, ServingFailure>
        do throws(AssayError) {
            result = try read(bytes)
        } catch {
            throw .badRequest(error.message)
        }
        return try result.get()
    }

    private static func read(_ bytes: [UInt8]) throws(AssayError) -> Result<Message, ServingFailure> {
        var reader = ProtobufReader(bytes[...])
        var (model, version, id): (Text, Text, Text) = ("", "", "")
        var inputs: [Input] = []
        var outputs: [Text] = []
        var raw: [ArraySlice<UInt8>] = []
        while let (field, value) = try reader.next() {
            switch field {
            case 1: model = try value.text("model_name")
            case 2: version = try value.text("model_version")
            case 3: id = try value.text("id")
            case 5: inputs.append(try input(value.message("inputs")))
            case 6: outputs.append(try output(value.message("outputs")))
            case 7: raw.append(try value.message("raw_input_contents"))
            default: break
            }
        }
        guard !model.isEmpty else { return .failure(.badRequest("'model_name' is empty")) }
        do throws(ServingFailure) {
            guard raw.isEmpty || raw.count == inputs.count else {
                throw ServingFailure.badRequest("there are \(inputs.count) inputs and \(raw.count) raw contents; each input has its own")
            }
            var tensors: [InferenceTensor] = []
            for (place, input) in inputs.enumerated() {
                tensors.append(try tensor(input, raw.isEmpty ? nil : raw[place]))
            }
            let request = try InferenceRequest(id: id.isEmpty ? nil : id, inputs: tensors, outputs: outputs)
            return .success(Message(model: model, version: version, request: request, isRaw: !raw.isEmpty))
        } catch {
            return .failure(error)
        }
    }

    private static func input(_ bytes: ArraySlice<UInt8>) throws(AssayError) -> Input {
        var reader = ProtobufReader(bytes)
        var input = Input()
        while let (field, value) = try reader.next() {
            switch field {
            case 1: input.name = try value.text("name")
            case 2: input.type = try value.text("datatype")
            case 3: try value.appendVarint(to: &input.shape, "shape", limit: 8)
            case 5: input.contents = try value.message("contents")
            default: break
            }
        }
        return input
    }

    private static func output(_ bytes: ArraySlice<UInt8>) throws(AssayError) -> Text {
        var reader = ProtobufReader(bytes)
        var name: Text = ""
        while let (field, value) = try reader.next() {
            if field == 1 { name = try value.text("name") }
        }
        return name
    }

    private static func tensor(_ input: Input, _ raw: ArraySlice<UInt8>?) throws(ServingFailure) -> InferenceTensor {
        guard !input.name.isEmpty else { throw .badRequest("each of 'inputs' needs a 'name'") }
        guard let type = InferenceTensor.DataType(rawValue: input.type.string) else {
            throw .badRequest(
                "input '\(input.name)' needs a 'datatype', one of \(InferenceTensor.DataType.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let shape = input.shape.map { Int(truncatingIfNeeded: Int64(bitPattern: $0)) }
        let count = try InferenceTensor.count(of: shape, input.name)
        if let raw {
            guard input.contents == nil else { throw .badRequest("input '\(input.name)' has contents of both forms") }
            return try InferenceTensor(
                name: input.name, shape: shape, type: type, values: BinaryTensors.values(raw, type, count: count, of: input.name))
        }
        let values: [JSONValue]
        do throws(AssayError) {
            values = try contents(input.contents ?? [], type, limit: count)
        } catch {
            throw .badRequest("input '\(input.name)': \(error.message)")
        }
        return try InferenceTensor(name: input.name, shape: shape, type: type, values: values)
    }

    /// `InferTensorContents`: the list that belongs to the type; values in any other are too many or too few, and refused as that.
    ///
    /// - Parameter limit: how many values there may be; more are not read.
    private static func contents(
        _ bytes: ArraySlice<UInt8>, _ type: InferenceTensor.DataType, limit: Int
    ) throws(AssayError) -> [JSONValue] {
        var reader = ProtobufReader(bytes)
        var values: [JSONValue] = []
        let own = field(of: type)
        while let (field, value) = try reader.next() {
            guard field == own else {
                guard (1...8).contains(field) else { continue }
                throw ProtobufReader.damaged("its contents stand in field \(field), and those of \(type.rawValue) in \(own)")
            }
            switch type {
            case .bytes: values.append(.string(try value.text("bytes_contents").string))
            case .fp32, .fp16:
                var numbers: [UInt32] = []
                try value.append(to: &numbers, "fp32_contents", limit: limit) { if case .fixed32(let bits) = $0 { bits } else { nil } } packed: {
                    (reader) throws(AssayError) in try reader.fixed32()
                }
                values += numbers.map { BinaryTensors.number(Double(Float(bitPattern: $0))) }
            case .fp64:
                var numbers: [UInt64] = []
                try value.append(to: &numbers, "fp64_contents", limit: limit) { if case .fixed64(let bits) = $0 { bits } else { nil } } packed: {
                    (reader) throws(AssayError) in try reader.fixed64()
                }
                values += numbers.map { BinaryTensors.number(Double(bitPattern: $0)) }
            default:
                var numbers: [UInt64] = []
                try value.appendVarint(to: &numbers, "contents", limit: limit)
                values += numbers.map { whole($0, type) }
            }
            guard values.count <= limit else { throw ProtobufReader.damaged("it has more values than its shape") }
        }
        return values
    }

    private static func field(of type: InferenceTensor.DataType) -> Int {
        switch type {
        case .bool: 1
        case .int8, .int16, .int32: 2
        case .int64: 3
        case .uint8, .uint16, .uint32: 4
        case .uint64: 5
        // The protocol has no list of half-precision numbers; they come as single ones, or raw.
        case .fp16, .fp32: 6
        case .fp64: 7
        case .bytes: 8
        }
    }

    private static func whole(_ bits: UInt64, _ type: InferenceTensor.DataType) -> JSONValue {
        switch type {
        case .bool: .bool(bits != 0)
        // Beyond what a signed number holds it is no whole number of ours, and refused as such.
        case .uint8, .uint16, .uint32, .uint64: Int64(exactly: bits).map { .integer($0) } ?? .number(Double(bits))
        default: .integer(Int64(bitPattern: bits))
        }
    }
}
