import AssayJSON
@testable import AssayServing
import AssayTerms
import Testing

/// Messages of the Open Inference Protocol as bytes, written here by hand after the encoding's own description, and damaged in every place.
struct ProtobufTests {
    private static func join(_ parts: [UInt8]...) -> [UInt8] { parts.flatMap(\.self) }

    private static func varint(_ value: UInt64) -> [UInt8] {
        var (rest, bytes): (UInt64, [UInt8]) = (value, [])
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
        return bytes
    }

    private static func field(_ number: UInt64, _ content: [UInt8]) -> [UInt8] {
        join(varint(number << 3 | 2), varint(UInt64(content.count)), content)
    }

    private static func field(_ number: UInt64, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

    private static func doubles(_ values: Double...) -> [UInt8] {
        values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(8 * $0)) } }
    }

    private static func input(_ name: String, _ type: String, _ shape: [UInt64], _ contents: [UInt8]? = nil) -> [UInt8] {
        var tensor = join(field(1, name), field(2, type), field(3, shape.flatMap(varint)))
        if let contents { tensor.append(contentsOf: field(5, contents)) }
        return field(5, tensor)
    }

    private static let head = join(field(1, "loans"), field(2, "3"), field(3, "id"))

    @Test func typedAndRawContents() throws {
        let typed = try InferenceRequest.message(
            protobuf: Self.join(
                Self.head, Self.input("a", "FP64", [2, 1], Self.field(7, Self.doubles(1.5, .nan))), Self.field(6, Self.field(1, "predict"))))
        #expect(typed.model == "loans" && typed.version == "3" && typed.request.id == "id" && !typed.isRaw)
        #expect(typed.request.outputs == ["predict"])
        #expect(typed.request.inputs[0].shape == [2, 1])
        #expect(typed.request.inputs[0].values == [.number(1.5), .null])
        let raw = try InferenceRequest.message(
            protobuf: Self.join(
                Self.head, Self.input("a", "FP64", [2]), Self.input("t", "BYTES", [1]), Self.field(7, Self.doubles(1, -2)),
                Self.field(7, Self.join([2, 0, 0, 0], Array("hi".utf8)))))
        #expect(raw.isRaw)
        #expect(raw.request.inputs.map(\.values) == [[.number(1), .number(-2)], [.string("hi")]])
        // Numbers one by one, a negative one of 32 bits as 64, and fields of later versions.
        let numbers = Self.join([2 << 3], Self.varint(UInt64(bitPattern: -5)), [2 << 3, 7])
        let loose = try InferenceRequest.message(
            protobuf: Self.join(Self.head, Self.field(99, [1, 2, 3]), Self.input("a", "INT32", [2], numbers)))
        #expect(loose.request.inputs[0].values == [.integer(-5), .integer(7)])
    }

    private static func withInput(_ type: String, _ shape: [UInt64], _ contents: [UInt8]? = nil, after: [UInt8]...) -> [UInt8] {
        join(head, input("a", type, shape, contents), after.flatMap(\.self))
    }

    private static let wrong: [([UInt8], String)] = [
        ([], "model_name"),
        (head, "empty"),
        (withInput("FP64", [2]), "values"),
        (withInput("FP65", [1]), "datatype"),
        (join(head, input("", "FP64", [1])), "name"),
        (withInput("FP64", [UInt64(bitPattern: -1)]), "negative"),
        (withInput("FP64", [1 << 40, 1 << 40]), "more values"),
        (withInput("FP64", [1], field(6, [0, 0, 0, 0])), "contents"),
        (withInput("FP64", [1], field(7, doubles(1, 2, 3))), "more than 1"),
        (withInput("FP64", [1], field(7, [1, 2, 3])), "ends inside"),
        (withInput("UINT8", [1], field(4, varint(300))), "UINT8"),
        (withInput("INT8", [1], field(2, varint(200))), "INT8"),
        (withInput("UINT64", [1], field(5, varint(.max))), "UINT64"),
        (withInput("FP64", [1], after: field(7, doubles(1)), field(7, doubles(1))), "raw contents"),
        (withInput("FP64", [1], field(7, doubles(1)), after: field(7, doubles(1))), "both forms"),
        (withInput("FP64", [1], after: field(7, [1])), "takes 1 values"),
        (withInput("FP64", [UInt64](repeating: 1, count: 9)), "more than 8"),
        (field(1, [0xFF, 0xFE]), "UTF-8"),
        ([1 << 3 | 3], "kind"),
        ([1 << 3 | 2, 5, 1], "longer"),
        ([0], "no number"),
        ([8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255], "64 bits"),
        ([8, 0x80], "inside a number"),
    ]

    @Test(arguments: wrong)
    func whatIsNoRequest(bytes: [UInt8], expected: String) {
        let failure = #expect(throws: ServingFailure.self) { try InferenceRequest.message(protobuf: bytes) }
        guard case .badRequest(let message)? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(message.contains(expected), "\(message)")
    }

    /// Cut at every place and with every bit turned it is read or refused, and never more.
    @Test func damagedAnywhere() {
        let whole = Self.join(
            Self.head, Self.input("a", "FP64", [2]), Self.input("t", "BYTES", [1], Self.field(8, "x")), Self.field(7, Self.doubles(1, 2)))
        for place in whole.indices {
            _ = try? InferenceRequest.message(protobuf: Array(whole[..<place]))
            for bit in 0..<8 {
                var bytes = whole
                bytes[place] ^= 1 << UInt8(bit)
                _ = try? InferenceRequest.message(protobuf: bytes)
            }
        }
    }

    @Test func smallMessages() throws {
        #expect(InferenceMessages.answer(true) == [8, 1])
        #expect(InferenceMessages.answer(false) == [])
        #expect(InferenceMessages.server(name: "a", version: "b") == [10, 1, 97, 18, 1, 98])
        let model = try InferenceMessages.model(Self.join(Self.field(1, "m"), Self.field(2, "7")))
        #expect(model.name == "m" && model.version == "7")
        #expect(throws: AssayError.self) { try InferenceMessages.model([]) }
        try InferenceMessages.nothing(Self.field(4, "later"))
        #expect(throws: AssayError.self) { try InferenceMessages.nothing([7]) }
        let metadata = InferenceMetadata(platform: "p", inputs: [.init(name: "a", type: .fp64, shape: [-1, 1])], outputs: [])
        let minusOne = [UInt8](repeating: 0xFF, count: 9)
        let tensor = Self.join(Self.field(1, "a"), Self.field(2, "FP64"), Self.field(3, Self.join(minusOne, [1, 1])))
        let expected = Self.join(Self.field(1, "m"), Self.field(2, "1"), Self.field(3, "p"), Self.field(4, tensor))
        #expect(InferenceMessages.metadata(metadata, model: "m", versions: ["1"]) == expected)
    }
}
