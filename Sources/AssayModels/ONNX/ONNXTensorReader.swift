import AssayTerms

/// Reads one `TensorProto`.
enum ONNXTensorReader {
    /// - Parameter external: the bytes of a file beside the model's, by name; `nil` where there is none to ask.
    static func read(
        _ message: ProtobufReader, _ store: inout ONNXStore, external: ONNXStore.External?
    ) throws(AssayError) -> (name: String, tensor: ONNXTensor) {
        var reader = message
        var name = ""
        var type: Int64 = 0
        var shape: [Int64] = []
        var (floats, doubles): ([Float], [Double]) = ([], [])
        var (integers, wide): ([Int64], [Int64]) = ([], [])
        var texts: [Int32] = []
        var raw: ArraySlice<UInt8>?
        var place: [Text: String] = [:]
        var isElsewhere = false
        while let field = try reader.next() {
            if [2, 3, 8, 9, 14].contains(field.number) { try reader.once(field, "a part of constant '\(name)'") }
            switch field.number {
            case 1: try reader.add(field.value, to: &shape, "a constant's shape")
            case 2: type = try reader.integer(field.value, "a constant's type")
            case 3: throw AssayError(.unsupported, "\(reader.name) keeps a constant in segments, which are not read")
            case 4: try reader.add(field.value, to: &floats, "a constant")
            case 5: try reader.add(field.value, to: &integers, "a constant")
            case 6: texts.append(store.words.place(of: Text(try reader.text(field.value, "a constant's word"))))
            case 7: try reader.add(field.value, to: &wide, "a constant")
            case 8: name = try reader.text(field.value, "a constant's name")
            case 9: raw = reader.bytes[try reader.range(field.value, "a constant's bytes")]
            case 10: try reader.add(field.value, to: &doubles, "a constant")
            case 11: try reader.add(field.value, to: &wide, "a constant")
            case 13: try readPlace(reader.message(reader.range(field.value, "a constant's place")), into: &place)
            case 14: isElsewhere = try reader.integer(field.value, "a constant's place") == 1
            default: continue
            }
        }
        let extents = shape.map { Int(clamping: $0) }
        guard let count = ONNXTensor.count(extents) else {
            throw reader.damaged("has constant '\(name)' of a shape beyond what is read")
        }
        let lists = [floats.isEmpty, doubles.isEmpty, integers.isEmpty, wide.isEmpty, texts.isEmpty, raw == nil, !isElsewhere]
        guard lists.count(where: { !$0 }) <= 1 else { throw reader.damaged("has constant '\(name)' twice, and readers differ in which one counts") }
        if isElsewhere { raw = try elsewhere(place, name, reader.name, &store, external) }
        let values: ONNXTensor.Values
        if let raw {
            values = try Self.raw(raw, type, name, reader.name)
        } else {
            switch type {
            case 1: values = .floats(floats)
            case 11: values = .doubles(doubles)
            case 7, 12, 13: values = .integers(wide)
            // The signs of narrower numbers stand in 32 bits.
            case 2, 3, 4, 5, 6: values = .integers(integers.map { Int64(Int32(truncatingIfNeeded: $0)) })
            case 9: values = .booleans(integers.map { $0 != 0 })
            case 8: values = .words(texts)
            default: throw unsupported(type, name, reader.name)
            }
        }
        let tensor = ONNXTensor(extents, values, integerType: [2, 3, 4, 5, 6, 12, 13].contains(type) ? type : 7)
        guard tensor.count == count else {
            throw reader.damaged("has constant '\(name)' with \(tensor.count) elements where its shape says \(count)")
        }
        try store.hold(tensor.byteCount)
        return (name, tensor)
    }

    private static func readPlace(_ message: ProtobufReader, into place: inout [Text: String]) throws(AssayError) {
        var reader = message
        var (key, value) = ("", "")
        while let field = try reader.next() {
            try reader.once(field, "a part of a constant's place")
            if field.number == 1 { key = try reader.text(field.value, "a constant's place") }
            if field.number == 2 { value = try reader.text(field.value, "a constant's place") }
        }
        guard place.updateValue(value, forKey: Text(key)) == nil else { throw reader.damaged("says twice where a constant is") }
    }

    /// Bytes of a file beside the model's: by offset and length, else the whole of it.
    private static func elsewhere(
        _ place: [Text: String], _ name: String, _ file: String, _ store: inout ONNXStore, _ external: ONNXStore.External?
    ) throws(AssayError) -> ArraySlice<UInt8> {
        guard let external else {
            throw AssayError(
                .unsupported,
                "\(file) keeps constant '\(name)' in another file; give MLflow's folder of the model, or save it with save_as_external_data=False")
        }
        let location = place["location"] ?? ""
        guard !location.isEmpty, location != ".", location != "..", location.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"/\\:".utf8.contains($0) }) else {
            throw AssayError(.unreadable, "\(file) keeps constant '\(name)' in a file that is not beside it")
        }
        let bytes = try store.file(location, external)
        let offset = place["offset"].map { Int($0) ?? -1 } ?? 0
        guard offset >= 0, offset <= bytes.count else { throw AssayError(.unreadable, "\(file): constant '\(name)' begins beyond its file") }
        let length = place["length"].map { Int($0) ?? -1 } ?? bytes.count - offset
        guard length >= 0, length <= bytes.count - offset else { throw AssayError(.unreadable, "\(file): constant '\(name)' ends beyond its file") }
        return bytes[offset..<(offset + length)]
    }

    private static func raw(_ bytes: ArraySlice<UInt8>, _ type: Int64, _ name: String, _ file: String) throws(AssayError) -> ONNXTensor.Values {
        let width =
            switch type {
            case 1, 6, 12: 4
            case 7, 11, 13: 8
            case 2, 3, 9: 1
            case 4, 5: 2
            default: 0
            }
        guard width > 0 else { throw unsupported(type, name, file) }
        guard bytes.count % width == 0 else { throw AssayError(.unreadable, "\(file) has constant '\(name)' with half a number") }
        switch type {
        case 1: return .floats(LittleEndian.floats(bytes))
        case 11: return .doubles(LittleEndian.doubles(bytes))
        case 7, 13: return .integers(LittleEndian.integers(bytes, as: Int64.self))
        case 6: return .integers(LittleEndian.integers(bytes, as: Int32.self))
        case 12: return .integers(LittleEndian.integers(bytes, as: UInt32.self))
        case 2: return .integers(LittleEndian.integers(bytes, as: UInt8.self))
        case 3: return .integers(LittleEndian.integers(bytes, as: Int8.self))
        case 4: return .integers(LittleEndian.integers(bytes, as: UInt16.self))
        case 5: return .integers(LittleEndian.integers(bytes, as: Int16.self))
        default: return .booleans(bytes.map { $0 != 0 })
        }
    }

    /// Names of `TensorProto.DataType`.
    static func typeName(_ type: Int64) -> String {
        let names = [
            "undefined", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16", "double", "uint32", "uint64",
            "complex64", "complex128", "bfloat16",
        ]
        return names.indices.contains(Int(clamping: type)) ? names[Int(type)] : "type \(type)"
    }

    private static func unsupported(_ type: Int64, _ name: String, _ file: String) -> AssayError {
        AssayError(.unsupported, "\(file): constant '\(name)' is of \(typeName(type)), which is not read")
    }
}
