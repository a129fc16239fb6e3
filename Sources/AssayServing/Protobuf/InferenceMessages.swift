import AssayJSON
package import AssayTerms

/// The messages of `inference.GRPCInferenceService` beside those that infer.
///
/// - Source: kserve/open-inference-protocol, `specification/protocol/open_inference_grpc.proto`: names and numbers of fields.
package enum InferenceMessages {
    /// A request that names a model and perhaps a version: `ModelReady`, `ModelMetadata`; of `ModelInfer`, which has the two under the same
    /// numbers, what has to be known before anything of its tensors is read.
    package static func model(_ bytes: [UInt8]) throws(AssayError) -> (name: Text, version: Text) {
        var reader = ProtobufReader(bytes[...])
        var (name, version): (Text, Text) = ("", "")
        while let (field, value) = try reader.next() {
            switch field {
            case 1: name = try value.text("name")
            case 2: version = try value.text("version")
            default: break
            }
        }
        guard !name.isEmpty else { throw AssayError(.invalidArgument, "The request names no model.") }
        return (name, version)
    }

    /// A request without fields; what stands in it all the same is ignored, as fields of later versions are.
    package static func nothing(_ bytes: [UInt8]) throws(AssayError) {
        var reader = ProtobufReader(bytes[...])
        while try reader.next() != nil {}
    }

    /// `ServerLive`, `ServerReady`, `ModelReady`.
    package static func answer(_ value: Bool) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.bool(1, value)
        return writer.bytes
    }

    package static func server(name: Text, version: Text) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.text(1, name)
        writer.text(2, version)
        return writer.bytes
    }

    package static func metadata(_ metadata: InferenceMetadata, model: Text, versions: [Text]) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.text(1, model)
        for version in versions { writer.text(2, version) }
        writer.text(3, Text(metadata.platform))
        for (field, tensors) in [(4, metadata.inputs), (5, metadata.outputs)] {
            for tensor in tensors {
                writer.message(field) { writer in
                    writer.text(1, tensor.name)
                    writer.text(2, Text(tensor.type.rawValue))
                    writer.packed(3, tensor.shape.map { UInt64(bitPattern: Int64($0)) })
                }
            }
        }
        return writer.bytes
    }
}
