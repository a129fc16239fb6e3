import AssayJSON
package import AssayTerms

/// `inference.ModelInferResponse`.
extension InferenceAnswer {
    /// - Parameter isRaw: whether values stand as bytes beside the tensors, as the inputs did, and not inside them.
    package func protobuf(model: Text, version: Text, isRaw: Bool) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.text(1, model)
        writer.text(2, version)
        if let id { writer.text(3, id) }
        for output in outputs {
            writer.message(5) { writer in
                writer.text(1, output.name)
                writer.text(2, Text(output.type.rawValue))
                writer.packed(3, output.shape.map { UInt64(bitPattern: Int64($0)) })
                if !isRaw { writer.message(5) { Self.write(output, to: &$0) } }
            }
        }
        if isRaw { for output in outputs { writer.message(6, BinaryTensors.bytes(of: output)) } }
        return writer.bytes
    }

    /// `InferTensorContents`; answers have the four types below.
    private static func write(_ tensor: InferenceTensor, to writer: inout ProtobufWriter) {
        switch tensor.type {
        case .bool: writer.packed(1, tensor.values.map { UInt64($0.bool == true ? 1 : 0) })
        case .bytes: for value in tensor.values { writer.message(8, (value.string ?? "").utf8) }
        case .fp64: writer.packed(7, tensor.values.map { $0.number ?? .nan })
        default: writer.packed(3, tensor.values.map { UInt64(bitPattern: $0.integer ?? 0) })
        }
    }
}
