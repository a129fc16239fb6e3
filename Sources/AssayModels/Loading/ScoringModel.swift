package import AssayTerms

/// A model we can score and explain ourselves: the prepared form, what it declares, and where it came from.
package struct ScoringModel: Sendable {
    package let graph: Graph
    package let head: LinearHead
    package let signature: ModelSignature?
    /// Input columns' means as fitted scalers remember them, by position.
    package let scalerMeans: [Int: Double]
    /// Whether ``inputs`` are the model's or its signature's own words; otherwise they are `x0`, `x1`, … and rows
    /// bind by position.
    package let inputsAreNamed: Bool
    /// What MLflow's `predict` calls: `predict` or `predict_proba`.
    package let predictFunction: PredictFunction
    /// The input example's file and kind, where `MLmodel` names one.
    package let inputExample: (file: Text, kind: String)?
    /// `sklearn 1.9.1 (skops)`, for people.
    package let description: String

    package enum PredictFunction: String, Sendable {
        case predict
        case predictProbabilities = "predict_proba"
    }

    /// The columns the model was fitted on.
    package var inputs: [Text] { graph.inputs }
    package var classes: ClassLabels { head.classes }

    /// Bytes of one file of a model.
    package static let fileByteLimit = 256 << 20

    /// Reads a folder with an `MLmodel` file.
    ///
    /// - Throws: `.notFound` without `MLmodel`, `.unsupported` naming flavour, format or class where it cannot be
    ///   scored, `.unreadable` where a file is damaged, `.limitExceeded` at a stated limit.
    package static func load(_ files: some ModelFiles) throws(AssayError) -> ScoringModel {
        let description: MLmodelFile
        do {
            description = try MLmodelFile(files.contents(of: "MLmodel", limit: MLmodelFile.byteLimit))
        } catch where error.code == .notFound {
            throw AssayError(.notFound, "there is no MLmodel file; give the folder that mlflow's save_model or log_model wrote")
        }
        let served = try ServedModel(description)
        let skops = try SkopsFile(files.contents(of: served.file, limit: fileByteLimit), name: served.file.string)
        return try ScoringModel(
            skops, signature: description.signature, predictFunction: served.predictFunction,
            inputExample: description.inputExample, version: served.sklearnVersion)
    }

    /// A single `.skops` file without a folder around it.
    package static func load(skops bytes: [UInt8], name: String) throws(AssayError) -> ScoringModel {
        try ScoringModel(
            SkopsFile(bytes, name: name), signature: nil, predictFunction: .predict, inputExample: nil, version: nil)
    }

    private init(
        _ skops: SkopsFile, signature: ModelSignature?, predictFunction: PredictFunction,
        inputExample: (file: Text, kind: String)?, version: String?
    ) throws(AssayError) {
        let names = signature?.inputs?.columnNames
        let result = try SklearnReader.read(skops, names: names)
        // After reading, whose errors say more of a class that is not supported.
        try SkopsAudit.check(skops)
        let graph = result.graph
        if let names {
            // MLflow hands a model the signature's columns and no others.
            let declared = Set(names)
            for input in graph.usedInputs where !declared.contains(graph.inputs[input]) {
                throw AssayError(
                    .unreadable,
                    "the model was fitted on a column '\(graph.inputs[input])' that its signature does not name")
            }
        }
        self.graph = graph
        head = result.head
        self.signature = signature
        scalerMeans = result.scalerMeans
        inputsAreNamed = result.namesAreFitted || names?.count == graph.inputs.count
        self.predictFunction = predictFunction
        self.inputExample = inputExample
        description = "sklearn \(version ?? "model") (skops)"
    }
}
