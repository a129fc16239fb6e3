package import AssayJSON
package import AssayTerms

/// An answer of the Open Inference Protocol, as REST and gRPC both have it.
package struct InferenceAnswer: Sendable {
    package var id: Text?
    package var outputs: [InferenceTensor]
    package var scored: [ScoredRows] = []
    /// Those that stand as bytes behind the JSON.
    var binary: Set<Text> = []

    /// The body of a REST answer, and how many of its bytes are JSON, where others follow.
    package func body(model: Text, version: Text) -> (bytes: [UInt8], headerLength: Int?) {
        var object: JSONObject = ["model_name": .string(model.string), "model_version": .string(version.string)]
        object["id"] = id.map { .string($0.string) }
        var tail: [UInt8] = []
        var tensors: [JSONValue] = []
        for output in outputs {
            guard binary.contains(output.name) else {
                tensors.append(output.json)
                continue
            }
            let bytes = BinaryTensors.bytes(of: output)
            tensors.append(output.json(binary: bytes.count))
            tail += bytes
        }
        object["outputs"] = .array(tensors)
        let json = JSONValue.object(object).bytes()
        return (json + tail, binary.isEmpty ? nil : json.count)
    }
}

/// What a model takes and gives, as the protocol's metadata says it.
package struct InferenceMetadata: Sendable {
    package struct Tensor: Sendable {
        package var name: Text
        package var type: InferenceTensor.DataType
        package var shape: [Int]

        var json: JSONValue {
            [
                "name": .string(name.string), "datatype": .string(type.rawValue), "shape": .array(shape.map { .integer(Int64($0)) }),
            ]
        }
    }

    package var platform: String
    package var inputs: [Tensor]
    package var outputs: [Tensor]

    package func json(model: Text, versions: [Text]) -> JSONValue {
        [
            "name": .string(model.string), "versions": .array(versions.map { .string($0.string) }), "platform": .string(platform),
            "inputs": .array(inputs.map(\.json)), "outputs": .array(outputs.map(\.json)),
        ]
    }
}
