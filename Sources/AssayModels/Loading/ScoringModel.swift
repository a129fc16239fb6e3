package import AssayTerms

/// A model we can score and explain ourselves: the prepared form, what it declares, and where it came from.
package struct ScoringModel: Sendable {
    package let graph: Graph
    package let head: Head
    package let signature: ModelSignature?
    /// Input columns' means as fitted scalers remember them, by position.
    package let scalerMeans: [Int: Double]
    /// Whether ``inputs`` are the model's or its signature's own words; otherwise they are `x0`, `x1`, … and rows
    /// bind by position.
    package let inputsAreNamed: Bool
    /// What MLflow's `predict` answers with.
    package let predictFunction: PredictFunction
    /// The input example's file and kind, where `MLmodel` names one.
    package let inputExample: (file: Text, kind: String)?
    /// `sklearn 1.9.1 (skops)`, for people.
    package let description: String

    package enum PredictFunction: Sendable {
        case predict
        case predictProbabilities
        /// Of two classes, as boosters answer.
        case secondProbability

        /// By MLflow's `predict_fn`.
        init?(word: String) {
            switch word {
            case "predict": self = .predict
            case "predict_proba": self = .predictProbabilities
            default: return nil
            }
        }
    }

    /// The columns the model was fitted on.
    package var inputs: [Text] { graph.inputs }
    /// `nil` for a model that predicts numbers.
    package var classes: ClassLabels? { head.classes }

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
        let bytes = try files.contents(of: served.file, limit: fileByteLimit)
        let name = served.file.string
        let names = description.signature?.inputs?.columnNames
        let model: BoosterModel
        let words: String
        switch served.library {
        case .sklearn, .lightgbmObjects:
            return try ScoringModel(
                SkopsFile(bytes, name: name), signature: description.signature, predictFunction: served.predictFunction,
                inputExample: description.inputExample, version: served.version, library: served.library == .sklearn ? "sklearn" : "lightgbm")
        case .xgboost(let api):
            model = try XGBoostReader.read(bytes, name: name, names: names, api: api)
            words = "xgboost \(served.version ?? "model") (\(XGBoostReader.isUBJSON(bytes) ? "UBJSON" : "JSON"))"
        case .onnx:
            return try ScoringModel(
                ONNXReader.read(bytes, name: name, names: names, width: description.signature?.inputs?.width) { (other) throws(AssayError) in
                    let folder = name.split(separator: "/").dropLast().map { "\($0)/" }.joined()
                    return try files.contents(of: Text(folder + other), limit: fileByteLimit)
                },
                signature: description.signature, inputExample: description.inputExample)
        case .lightgbm(let api):
            model = try LightGBMReader.read(bytes, name: name, names: names, api: api)
            words = "lightgbm \(served.version ?? "model") (text)"
        }
        return try ScoringModel(model, signature: description.signature, inputExample: description.inputExample, description: words)
    }

    /// A single model file of XGBoost's or LightGBM's without a folder around it, asked as the library's own booster is.
    package static func load(booster bytes: [UInt8], name: String) throws(AssayError) -> ScoringModel {
        if bytes.starts(with: "tree".utf8) {
            return try ScoringModel(
                LightGBMReader.read(bytes, name: name, names: nil, api: .booster), signature: nil, inputExample: nil,
                description: "lightgbm model (text)")
        }
        guard bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else {
            throw AssayError(
                .unsupported,
                "\(name) is neither XGBoost's JSON or UBJSON nor LightGBM's text; save the model by save_model('model.ubj') or "
                    + "save_model('model.txt')")
        }
        return try ScoringModel(
            XGBoostReader.read(bytes, name: name, names: nil, api: .booster), signature: nil, inputExample: nil,
            description: "xgboost model (\(XGBoostReader.isUBJSON(bytes) ? "UBJSON" : "JSON"))")
    }

    /// A single ONNX file without a folder around it.
    package static func load(onnx bytes: [UInt8], name: String) throws(AssayError) -> ScoringModel {
        try ScoringModel(ONNXReader.read(bytes, name: name, names: nil), signature: nil, inputExample: nil)
    }

    /// A single PMML document.
    package static func load(pmml bytes: [UInt8], name: String) throws(AssayError) -> ScoringModel {
        let model = try PMMLReader.read(bytes, name: name)
        return try ScoringModel(
            program: model.program, graph: model.graph, namesAreFitted: true, predictFunction: .predict, signature: model.signature, inputExample: nil,
            description: "PMML\(model.producer.isEmpty ? "" : " of \(model.producer.prefix(40))")")
    }

    private init(
        _ model: ONNXReader.Model, signature: ModelSignature?, inputExample: (file: Text, kind: String)?
    ) throws(AssayError) {
        let producer = model.producer.isEmpty ? "" : " of \(model.producer.prefix(40))"
        try self.init(
            program: model.program, graph: model.graph, namesAreFitted: model.namesAreFitted, predictFunction: model.predictFunction,
            signature: signature ?? model.signature, inputExample: inputExample, description: "ONNX\(producer)")
    }

    /// A model that computes by itself.
    init(
        program: any RowProgram, graph: Graph, namesAreFitted: Bool, predictFunction: PredictFunction, signature: ModelSignature?,
        inputExample: (file: Text, kind: String)?, description: String
    ) throws(AssayError) {
        let names = signature?.inputs?.columnNames
        try Self.requireDeclared(graph, names)
        self.graph = graph
        head = .program(program)
        self.signature = signature
        scalerMeans = [:]
        inputsAreNamed = namesAreFitted || names?.count == graph.inputs.count
        self.predictFunction = predictFunction
        self.inputExample = inputExample
        self.description = description
    }

    /// A single `.skops` file without a folder around it.
    package static func load(skops bytes: [UInt8], name: String) throws(AssayError) -> ScoringModel {
        try ScoringModel(
            SkopsFile(bytes, name: name), signature: nil, predictFunction: .predict, inputExample: nil, version: nil)
    }

    private init(
        _ skops: SkopsFile, signature: ModelSignature?, predictFunction: PredictFunction,
        inputExample: (file: Text, kind: String)?, version: String?, library: String = "sklearn"
    ) throws(AssayError) {
        let names = signature?.inputs?.columnNames
        let result = try SklearnReader.read(skops, names: names)
        // After reading, whose errors say more of a class that is not supported.
        try SkopsAudit.check(skops)
        let graph = result.graph
        try Self.requireDeclared(graph, names)
        self.graph = graph
        head = result.head
        self.signature = signature
        scalerMeans = result.scalerMeans
        inputsAreNamed = result.namesAreFitted || names?.count == graph.inputs.count
        guard predictFunction == .predict || result.head.givesProbabilities else {
            throw AssayError(.unsupported, "the model's predict_fn is 'predict_proba', and it gives no probabilities; log it with pyfunc_predict_fn='predict'")
        }
        self.predictFunction = predictFunction
        self.inputExample = inputExample
        description = "\(library) \(version ?? "model") (skops)"
    }

    private init(
        _ model: BoosterModel, signature: ModelSignature?, inputExample: (file: Text, kind: String)?, description: String
    ) throws(AssayError) {
        let names = signature?.inputs?.columnNames
        try Self.requireDeclared(model.graph, names)
        graph = model.graph
        head = .trees(model.head)
        self.signature = signature
        scalerMeans = [:]
        inputsAreNamed = model.namesAreFitted || names?.count == graph.inputs.count
        predictFunction = model.predictFunction
        self.inputExample = inputExample
        self.description = description
    }

    /// MLflow hands a model the signature's columns and no others.
    private static func requireDeclared(_ graph: Graph, _ names: [Text]?) throws(AssayError) {
        guard let names else { return }
        let declared = Set(names)
        for input in graph.usedInputs where !declared.contains(graph.inputs[input]) {
            throw AssayError(.unreadable, "the model was fitted on a column '\(graph.inputs[input])' that its signature does not name")
        }
    }
}
