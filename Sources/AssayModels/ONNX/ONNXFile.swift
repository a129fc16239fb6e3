import AssayTerms

/// A model as the file has it: nodes in order, constants, inputs and outputs.
///
/// - Source: ONNX 1.23, `onnx.proto`.
struct ONNXFile: Sendable {
    struct ValueInfo: Sendable {
        var name: String
        /// `TensorProto.DataType`; 0 where it is no tensor.
        var elementType: Int64
        /// -1 where any extent is accepted; `nil` where the file says no shape.
        var shape: [Int]?
    }

    let name: String
    /// Versions by domain, `ai.onnx` written as "".
    private(set) var opsets: [Text: Int64] = [:]
    private(set) var producer = ""
    private(set) var nodes: [ONNXNode] = []
    private(set) var constants: [Text: ONNXTensor] = [:]
    private(set) var inputs: [ValueInfo] = []
    private(set) var outputs: [ValueInfo] = []
    private(set) var words = ONNXWords()
    /// Bytes of the constants, and of files beside the model's.
    private(set) var heldBytes = 0

    /// Nodes, constants, inputs of a graph; beyond it a file is refused.
    static let memberLimit = 100_000

    /// - Throws: `.unreadable` for a file that is damaged or no ONNX model, `.unsupported` naming what is not read, `.limitExceeded`.
    init(_ bytes: [UInt8], name: String, external: ONNXStore.External? = nil) throws(AssayError) {
        self.name = name
        var store = ONNXStore(name: name)
        var reader = ProtobufReader(bytes, name: name)
        var graph: Range<Int>?
        var version: Int64 = 0
        while let field = try reader.next() {
            if [1, 2, 3, 4, 5, 6].contains(field.number) { try reader.once(field, "a part of the model") }
            switch field.number {
            case 1: version = try reader.integer(field.value, "a version")
            case 2: producer = try reader.text(field.value, "a producer")
            case 7:
                guard graph == nil else { throw reader.damaged("has two graphs, and readers differ in which one counts") }
                graph = try reader.range(field.value, "a graph")
            case 8: try readOpset(reader.message(reader.range(field.value, "an operator set")))
            case 25: throw AssayError(.unsupported, "\(name) defines functions of its own, which are not read")
            default: continue
            }
        }
        guard let graph else { throw reader.damaged("is no ONNX model: it has no graph") }
        guard (1...20).contains(version) else { throw reader.damaged("is no ONNX model that is known: its format's version is \(version)") }
        for (domain, newest) in [(Text(""), Int64(28)), (Text("ai.onnx.ml"), 5)] {
            guard let version = opsets[domain], version > newest else { continue }
            throw AssayError(
                .unsupported, "\(name) uses operator set \(version) of \(domain.isEmpty ? "ai.onnx" : domain.string); up to \(newest) is read")
        }
        try readGraph(reader.message(graph), &store, external)
        (words, heldBytes) = (store.words, store.heldBytes)
    }

    private mutating func readOpset(_ message: ProtobufReader) throws(AssayError) {
        var reader = message
        var domain = ""
        var version: Int64 = 0
        while let field = try reader.next() {
            if field.number < 3 { try reader.once(field, "a part of an operator set") }
            if field.number == 1 { domain = try reader.text(field.value, "a domain") }
            if field.number == 2 { version = try reader.integer(field.value, "an operator set's version") }
        }
        if domain == "ai.onnx" { domain = "" }
        // skl2onnx writes one twice.
        guard opsets[Text(domain)].map({ $0 == version }) ?? true else { throw reader.damaged("names two versions of operator set '\(domain)'") }
        opsets[Text(domain)] = version
    }

    private mutating func readGraph(_ message: ProtobufReader, _ store: inout ONNXStore, _ external: ONNXStore.External?) throws(AssayError) {
        var reader = message
        while let field = try reader.next() {
            guard nodes.count + constants.count + inputs.count + outputs.count < Self.memberLimit else {
                throw AssayError(.limitExceeded, "\(name) has more than \(Self.memberLimit) nodes and constants")
            }
            switch field.number {
            case 1: nodes.append(try ONNXNode(reader.message(reader.range(field.value, "a node")), place: nodes.count, &store, external: external))
            case 2: try reader.once(field, "a graph's name")
            case 5:
                let (label, tensor) = try ONNXTensorReader.read(reader.message(reader.range(field.value, "a constant")), &store, external: external)
                guard constants.updateValue(tensor, forKey: Text(label)) == nil else { throw reader.damaged("has constant '\(label)' twice") }
            case 11: inputs.append(try readValue(reader.message(reader.range(field.value, "an input"))))
            case 12: outputs.append(try readValue(reader.message(reader.range(field.value, "an output"))))
            case 15: throw AssayError(.unsupported, "\(name) has sparse constants, which are not read")
            default: continue
            }
        }
        // Older files list constants among the inputs.
        inputs.removeAll { constants[Text($0.name)] != nil }
        guard opsets.values.allSatisfy({ $0 > 0 }) else { throw reader.damaged("names a version of an operator set that is none") }
    }

    private func readValue(_ message: ProtobufReader) throws(AssayError) -> ValueInfo {
        var reader = message
        var info = ValueInfo(name: "", elementType: 0, shape: nil)
        while let field = try reader.next() {
            if field.number < 3 { try reader.once(field, "a part of value '\(info.name.prefix(100))'") }
            if field.number == 1 { info.name = try reader.text(field.value, "a value's name") }
            guard field.number == 2 else { continue }
            var type = reader.message(try reader.range(field.value, "a type"))
            var kinds = 0
            while let part = try type.next() {
                // One of these; 6 says in words what it is for.
                if part.number != 6 { kinds += 1 }
                guard kinds <= 1 else { throw reader.damaged("has value '\(info.name.prefix(100))' of two types") }
                guard part.number == 1 else { continue }
                var tensor = type.message(try type.range(part.value, "a tensor's type"))
                while let member = try tensor.next() {
                    try tensor.once(member, "a part of the type of value '\(info.name.prefix(100))'")
                    if member.number == 1 { info.elementType = try tensor.integer(member.value, "an element's type") }
                    if member.number == 2 { info.shape = try shape(tensor.message(tensor.range(member.value, "a shape"))) }
                }
            }
        }
        return info
    }

    private func shape(_ message: ProtobufReader) throws(AssayError) -> [Int] {
        var reader = message
        var shape: [Int] = []
        while let field = try reader.next() {
            guard field.number == 1 else { continue }
            var extent = -1
            var dimension = reader.message(try reader.range(field.value, "an extent"))
            while let part = try dimension.next() {
                // Either a number or a name; 3 says what it is for.
                if part.number < 3 { try dimension.once(ProtobufReader.Field(number: 1, value: part.value), "an extent") }
                if part.number == 1 { extent = Int(clamping: try dimension.integer(part.value, "an extent")) }
            }
            guard shape.count < 16, extent < 1 << 40 else { throw reader.damaged("has a shape beyond what is read") }
            shape.append(extent <= 0 ? -1 : extent)
        }
        return shape
    }
}
