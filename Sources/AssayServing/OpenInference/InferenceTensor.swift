package import AssayJSON
package import AssayTerms

/// One tensor of the Open Inference Protocol, version 2.
///
/// - Source: kserve/open-inference-protocol, `specification/protocol/inference_rest.md`, "Tensor Data".
package struct InferenceTensor: Sendable {
    package enum DataType: String, Sendable, CaseIterable {
        case bool = "BOOL"
        case uint8 = "UINT8"
        case uint16 = "UINT16"
        case uint32 = "UINT32"
        case uint64 = "UINT64"
        case int8 = "INT8"
        case int16 = "INT16"
        case int32 = "INT32"
        case int64 = "INT64"
        case fp16 = "FP16"
        case fp32 = "FP32"
        case fp64 = "FP64"
        case bytes = "BYTES"

        /// Whether a value is one of the type; a missing one is of every type but `BOOL` and the whole numbers.
        func holds(_ value: JSONValue) -> Bool {
            switch self {
            case .bool: value.bool != nil
            case .fp16, .fp32, .fp64: value.number?.isFinite ?? value.isNull
            case .bytes: value.string != nil || value.isNull
            default: value.integer.map { range.contains($0) } ?? false
            }
        }

        private var range: ClosedRange<Int64> {
            switch self {
            case .uint8: 0...255
            case .uint16: 0...65_535
            case .uint32: 0...4_294_967_295
            case .uint64: 0...Int64.max
            case .int8: -128...127
            case .int16: -32_768...32_767
            case .int32: Int64(Int32.min)...Int64(Int32.max)
            default: Int64.min...Int64.max
            }
        }
    }

    package var name: Text
    package var shape: [Int]
    package var type: DataType
    /// Row by row, the last dimension running fastest.
    package var values: [JSONValue]

    /// - Throws: ``ServingFailure`` where shape, type and values do not fit.
    package init(name: Text, shape: [Int], type: DataType, values: [JSONValue]) throws(ServingFailure) {
        let count = try Self.count(of: shape, name)
        guard count == values.count else {
            throw .badRequest("input '\(name)' has \(values.count) values, and its shape has \(count)")
        }
        guard values.allSatisfy(type.holds) else {
            throw .badRequest("input '\(name)' is said to be \(type.rawValue), and not all of its values are")
        }
        self.init(name, shape, type, values)
    }

    /// How many values a shape has.
    static func count(of shape: [Int], _ name: Text) throws(ServingFailure) -> Int {
        guard !shape.isEmpty, shape.count <= 8, shape.allSatisfy({ $0 >= 0 }) else {
            throw .badRequest("input '\(name)' has a shape that is none: 1 to 8 numbers that are not negative")
        }
        var count = 1
        for size in shape {
            let (product, overflows) = count.multipliedReportingOverflow(by: size)
            guard !overflows else { throw .badRequest("input '\(name)' has a shape of more values than there can be") }
            count = product
        }
        return count
    }

    /// An answer's, which fits.
    init(_ name: Text, _ shape: [Int], _ type: DataType, _ values: [JSONValue]) {
        self.name = name
        self.shape = shape
        self.type = type
        self.values = values
    }

    var json: JSONValue {
        var object = head
        object["data"] = .array(values)
        return .object(object)
    }

    /// Of a tensor whose `size` bytes stand behind the JSON.
    func json(binary size: Int) -> JSONValue {
        var object = head
        object["parameters"] = ["binary_data_size": .integer(Int64(size))]
        return .object(object)
    }

    private var head: JSONObject {
        ["name": .string(name.string), "shape": .array(shape.map { .integer(Int64($0)) }), "datatype": .string(type.rawValue)]
    }
}
