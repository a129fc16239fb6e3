import AssayTerms

/// One operator of a graph with its attributes.
struct ONNXNode: Sendable {
    enum Attribute: Sendable {
        case float(Float)
        case integer(Int64)
        case word(Text)
        case floats([Float])
        case integers([Int64])
        case words([Text])
        case tensor(ONNXTensor)
        /// Of a kind that is not read: a graph, a type, a sparse tensor.
        case other
    }

    private(set) var name = ""
    private(set) var type = ""
    /// "" for `ai.onnx`.
    private(set) var domain = ""
    /// "" for one that is left out.
    private(set) var inputs: [String] = []
    private(set) var outputs: [String] = []
    private(set) var attributes: [Text: Attribute] = [:]
    let file: String

    /// - Parameter place: among the nodes, for one without a name.
    init(_ message: ProtobufReader, place: Int, _ store: inout ONNXStore, external: ONNXStore.External?) throws(AssayError) {
        var reader = message
        file = reader.name
        while let field = try reader.next() {
            guard inputs.count + outputs.count < ONNXFile.memberLimit else {
                throw AssayError(.limitExceeded, "\(reader.name) has a node with more than \(ONNXFile.memberLimit) inputs and outputs")
            }
            if [3, 4, 7, 8].contains(field.number) { try reader.once(field, "a part of node '\(name)'") }
            switch field.number {
            case 1: inputs.append(try reader.text(field.value, "a node's input"))
            case 2: outputs.append(try reader.text(field.value, "a node's output"))
            case 3: name = try reader.text(field.value, "a node's name")
            case 4: type = try reader.text(field.value, "an operator")
            case 5:
                let (label, value) = try Self.attribute(reader.message(reader.range(field.value, "an attribute")), &store, external)
                guard attributes.updateValue(value, forKey: Text(label)) == nil else {
                    throw reader.damaged("has attribute '\(label)' of a \(type) node twice")
                }
            case 7: domain = try reader.text(field.value, "a domain")
            default: continue
            }
        }
        if domain == "ai.onnx" { domain = "" }
        if name.isEmpty { name = "#\(place)" }
    }

    private static func attribute(
        _ message: ProtobufReader, _ store: inout ONNXStore, _ external: ONNXStore.External?
    ) throws(AssayError) -> (String, Attribute) {
        var reader = message
        var name = ""
        var type: Int64 = 0
        var (float, integer, word): (Float?, Int64?, Text?)
        var floats: [Float] = []
        var integers: [Int64] = []
        var texts: [Text] = []
        var tensor: ONNXTensor?
        while let field = try reader.next() {
            if [1, 2, 3, 4, 5, 6, 14, 20, 21, 22].contains(field.number) { try reader.once(field, "a part of attribute '\(name)'") }
            switch field.number {
            case 1: name = try reader.text(field.value, "an attribute's name")
            case 2:
                guard case .fixed32(let bits) = field.value else { throw reader.damaged("has attribute '\(name)' that is no number") }
                float = Float(bitPattern: bits)
            case 3: integer = try reader.integer(field.value, "attribute '\(name)'")
            case 4: word = Text(try reader.text(field.value, "attribute '\(name)'"))
            case 5: tensor = try ONNXTensorReader.read(reader.message(reader.range(field.value, "attribute '\(name)'")), &store, external: external).tensor
            case 7: try reader.add(field.value, to: &floats, "attribute '\(name)'")
            case 8: try reader.add(field.value, to: &integers, "attribute '\(name)'")
            case 9: texts.append(Text(try reader.text(field.value, "attribute '\(name)'")))
            case 20: type = try reader.integer(field.value, "an attribute's type")
            default: continue
            }
        }
        try store.hold(4 * floats.count + 8 * integers.count)
        // Numbers that are zero are left out by some writers.
        switch type {
        case 1: return (name, .float(float ?? 0))
        case 2: return (name, .integer(integer ?? 0))
        case 3: return (name, .word(word ?? ""))
        case 4:
            guard let tensor else { throw reader.damaged("has attribute '\(name)' without its tensor") }
            return (name, .tensor(tensor))
        case 6: return (name, .floats(floats))
        case 7: return (name, .integers(integers))
        case 8: return (name, .words(texts))
        default: return (name, .other)
        }
    }

    // MARK: Attributes

    /// `'scale' (Scaler of ai.onnx.ml)`.
    var label: String { "node '\(name.prefix(100))' (\(type.prefix(100)) of \(domain.isEmpty ? "ai.onnx" : String(domain.prefix(100))))" }

    func damaged(_ why: String) -> AssayError { AssayError(.unreadable, "\(file): \(label) \(why)") }
    func unsupported(_ why: String) -> AssayError { AssayError(.unsupported, "\(file): \(label) \(why)") }

    private func mismatch(_ attribute: String) -> AssayError { damaged("has attribute '\(attribute)' of another type than it must have") }

    func has(_ attribute: String) -> Bool { attributes[Text(attribute)] != nil }

    func integer(_ attribute: String) throws(AssayError) -> Int64? {
        guard let value = attributes[Text(attribute)] else { return nil }
        guard case .integer(let number) = value else { throw mismatch(attribute) }
        return number
    }

    func float(_ attribute: String) throws(AssayError) -> Float? {
        guard let value = attributes[Text(attribute)] else { return nil }
        guard case .float(let number) = value else { throw mismatch(attribute) }
        return number
    }

    func text(_ attribute: String) throws(AssayError) -> Text? {
        guard let value = attributes[Text(attribute)] else { return nil }
        guard case .word(let text) = value else { throw mismatch(attribute) }
        return text
    }

    /// Empty where it is not there.
    func floats(_ attribute: String) throws(AssayError) -> [Float] {
        guard let value = attributes[Text(attribute)] else { return [] }
        guard case .floats(let numbers) = value else { throw mismatch(attribute) }
        return numbers
    }

    func integers(_ attribute: String) throws(AssayError) -> [Int64] {
        guard let value = attributes[Text(attribute)] else { return [] }
        guard case .integers(let numbers) = value else { throw mismatch(attribute) }
        return numbers
    }

    func texts(_ attribute: String) throws(AssayError) -> [Text] {
        guard let value = attributes[Text(attribute)] else { return [] }
        guard case .words(let texts) = value else { throw mismatch(attribute) }
        return texts
    }

    func tensor(_ attribute: String) throws(AssayError) -> ONNXTensor? {
        guard let value = attributes[Text(attribute)] else { return nil }
        guard case .tensor(let tensor) = value else { throw mismatch(attribute) }
        return tensor
    }

    /// - Throws: `.unsupported` naming the first attribute that is none of these: what it asks for would be left out.
    func requireAttributes(_ known: [Text]) throws(AssayError) {
        for attribute in attributes.keys.sorted() where !known.contains(attribute) {
            throw unsupported("has attribute '\(attribute.string.prefix(100))', which is not read")
        }
    }
}
