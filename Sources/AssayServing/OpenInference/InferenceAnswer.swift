package import AssayJSON
package import AssayTerms

/// An answer of the Open Inference Protocol, as REST and gRPC both have it.
package struct InferenceAnswer: Sendable {
    package var id: Text?
    package var outputs: [InferenceTensor]

    /// The body of a REST answer.
    package func json(model: Text, version: Text) -> JSONValue {
        var object: JSONObject = ["model_name": .string(model.string), "model_version": .string(version.string)]
        object["id"] = id.map { .string($0.string) }
        object["outputs"] = .array(outputs.map(\.json))
        return .object(object)
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
