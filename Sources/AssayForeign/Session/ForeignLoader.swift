package import AssayModels
package import AssayTerms

/// By what a model is loaded that this build does not read itself.
package struct ForeignLoader: Sendable {
    /// The module the child imports: `mlflow.pyfunc`, `joblib` or `skops.io`.
    package let module: String
    /// The file within the staged folder; `nil` for the folder itself.
    package let file: Text?
    package let signature: ModelSignature?
    /// Whether each row is asked by itself, since nothing says that the model takes it so.
    let takesRowsAlone: Bool
    /// The input example's file and kind, where `MLmodel` names one.
    package let inputExample: (file: Text, kind: String)?

    /// A folder with an `MLmodel` file: what MLflow itself would serve.
    package static func folder(_ description: MLmodelFile) -> ForeignLoader {
        ForeignLoader(
            module: "mlflow.pyfunc", file: nil, signature: description.signature, inputExample: description.inputExample)
    }

    /// A single file; `nil` if its name does not say that it holds a model of Python's.
    package static func file(named name: Text) -> ForeignLoader? {
        let lower = name.string.lowercased()
        if lower.hasSuffix(".skops") { return ForeignLoader(module: "skops.io", file: name, signature: nil) }
        guard [".pkl", ".pickle", ".joblib"].contains(where: lower.hasSuffix) else { return nil }
        return ForeignLoader(module: "joblib", file: name, signature: nil)
    }

    /// A graph that ONNX Runtime may score: one file, or a folder of MLflow's `onnx` flavour; `nil` for anything else.
    ///
    /// - Parameter takesRowsAlone: whether each row is asked by itself.
    static func onnx(_ files: some ModelFiles, takesRowsAlone: Bool) throws(AssayError) -> ForeignLoader? {
        if files.names.count == 1, let only = files.names.first {
            guard only.string.lowercased().hasSuffix(".onnx") else { return nil }
            return ForeignLoader(module: "onnxruntime", file: only, signature: nil, takesRowsAlone: takesRowsAlone)
        }
        guard files.names.contains("MLmodel") else { return nil }
        let description = try MLmodelFile(files.contents(of: "MLmodel", limit: MLmodelFile.byteLimit))
        guard let served = try? ServedFile(description), served.isONNX else { return nil }
        return ForeignLoader(
            module: "onnxruntime", file: served.file, signature: description.signature, inputExample: description.inputExample, takesRowsAlone: takesRowsAlone)
    }

    private init(
        module: String, file: Text?, signature: ModelSignature?, inputExample: (file: Text, kind: String)? = nil, takesRowsAlone: Bool = false
    ) {
        self.takesRowsAlone = takesRowsAlone
        self.module = module
        self.file = file
        self.signature = signature
        self.inputExample = inputExample
    }

    /// The files that are handed to the model's library.
    ///
    /// - Throws: `notFound`, and what is wrong with `MLmodel`.
    package static func loader(of files: some ModelFiles) throws(AssayError) -> ForeignLoader {
        if files.names.count == 1, let only = files.names.first, let loader = file(named: only) { return loader }
        return folder(try MLmodelFile(files.contents(of: "MLmodel", limit: MLmodelFile.byteLimit)))
    }
}
