import AssayModels
import AssayTerms
import Testing

/// Goal: a model's folder is read as MLflow wrote it, and what cannot be read says so.
@Suite struct MLmodelFileTests {
    static func description(_ changes: [(String, String)] = []) throws -> [UInt8] {
        var text = String(decoding: try Fixture.folderFiles("folder-loan").contents(of: "MLmodel", limit: 1 << 20), as: UTF8.self)
        for (find, put) in changes {
            #expect(text.contains(find))
            text = text.replacing(find, with: put)
        }
        return Array(text.utf8)
    }

    @Test func readsSignatureFlavorsAndExample() throws {
        let file = try MLmodelFile(Self.description())
        #expect(file.flavors["sklearn"]?["serialization_format"] == "skops")
        #expect(file.flavors["python_function"]?["predict_fn"] == "predict")
        #expect(file.mlflowVersion == "3.17.2")
        #expect(file.modelID == nil)
        #expect(file.inputExample?.file == "input_example.json")
        #expect(file.inputExample?.kind == "dataframe")
        guard case .columns(let columns)? = file.signature?.inputs else {
            Issue.record("no columns")
            return
        }
        #expect(columns.map(\.name) == ["age", "income", "dependents", "city", "owner", "term", "code"])
        #expect(columns.map(\.type) == [.double, .double, .long, .string, .boolean, .double, .long])
        #expect(columns.map(\.isRequired) == [true, false, true, false, true, false, true])
    }

    @Test func readsTensorSignatures() throws {
        let files = try Fixture.folderFiles("folder-array")
        let file = try MLmodelFile(files.contents(of: "MLmodel", limit: 1 << 20))
        guard case .tensors(let tensors)? = file.signature?.inputs else {
            Issue.record("no tensors")
            return
        }
        #expect(tensors.map(\.shape) == [[-1, 3]])
        #expect(tensors.map(\.type) == ["float64"])
        #expect(try ScoringModel.load(files).inputs == ["x0", "x1", "x2"])
    }

    @Test func scalarsAreTextWhateverYAMLWouldMakeOfThem() throws {
        let file = try MLmodelFile(
            Array("flavors: {sklearn: {pickled_model: NO, serialization_format: 'null', sklearn_version: 1.10}}".utf8))
        #expect(file.flavors["sklearn"]?["pickled_model"] == "NO")
        #expect(file.flavors["sklearn"]?["serialization_format"] == "null")
        #expect(file.flavors["sklearn"]?["sklearn_version"] == "1.10")
    }

    @Test func loadsAFolder() throws {
        let model = try ScoringModel.load(Fixture.folderFiles("folder-loan"))
        #expect(model.inputs.count == 7)
        #expect(model.inputsAreNamed)
        #expect(model.description == "sklearn 1.9.1 (skops)")
        #expect(model.predictFunction == .predict)
    }

    static let faults: [(what: String, changes: [(String, String)], code: AssayError.Code, message: String)] = [
        ("cloudpickle", [("serialization_format: skops", "serialization_format: cloudpickle")], .unsupported, "saved as cloudpickle"),
        ("pickle by default", [("    serialization_format: skops\n", "")], .unsupported, "saved as pickle"),
        ("other flavor", [("  sklearn:", "  pytorch:")], .unsupported, "flavors are python_function, pytorch"),
        ("other function", [("predict_fn: predict", "predict_fn: transform")], .unsupported, "predict_fn is 'transform'"),
        ("absent file", [("model.skops", "other.skops")], .notFound, "no file 'other.skops'"),
        ("outside", [("model.skops", "../model.skops")], .unsupported, "pickled_model is '../model.skops', not a plain path"),
        ("another file is served", [("model_path: model.skops", "model_path: other.skops")], .unsupported, "model_path is 'other.skops' and flavors.sklearn.pickled_model 'model.skops'"),
        ("another file is read", [("pickled_model: model.skops", "pickled_model: other.skops")], .unsupported, "both must name one file"),
        ("another spelling", [("model_path: model.skops", "model_path: ./model.skops")], .unsupported, "both must name one file"),
        (
            "another spelling of an accent",
            [
                ("model_path: model.skops", "model_path: mod\u{E9}l.skops"),
                ("pickled_model: model.skops", "pickled_model: mode\u{301}l.skops"),
            ], .unsupported, "both must name one file"
        ),
        ("no file served", [("    model_path: model.skops\n", "")], .unsupported, "model_path is 'null'"),
        ("no file read", [("    pickled_model: model.skops\n", "")], .unsupported, "pickled_model is 'null'"),
        ("rooted", [("model.skops", "/model.skops")], .unsupported, "not a plain path"),
        ("dot", [("model.skops", "./model.skops")], .unsupported, "not a plain path"),
        ("backslash", [("model.skops", "a\\model.skops")], .unsupported, "not a plain path"),
        ("own loader", [("loader_module: mlflow.sklearn", "loader_module: kindly\n    code: code")], .unsupported, "flavors.python_function.code is set"),
        ("own loader alone", [("loader_module: mlflow.sklearn", "loader_module: kindly")], .unsupported, "loader_module is 'kindly'"),
        ("no loader", [("    loader_module: mlflow.sklearn\n", "")], .unsupported, "loader_module is 'null'"),
        ("code of sklearn", [("code: null", "code: code")], .unsupported, "flavors.sklearn.code is set"),
        ("code of the folder itself", [("code: null", "code: ''")], .unsupported, "flavors.sklearn.code is set"),
        ("code as a list", [("code: null", "code: [code]")], .unsupported, "flavors.sklearn.code is set"),
        ("code by a bare tag", [("code: null", "code: ! null")], .unsupported, "YAML tag, anchor or alias in line 11"),
        ("data", [("predict_fn: predict", "data: model.skops")], .unsupported, "flavors.python_function.data is set"),
        ("configuration", [("predict_fn: predict", "config: {a: b}")], .unsupported, "flavors.python_function.config is set"),
        ("unknown setting", [("code: null", "later: x")], .unsupported, "flavors.sklearn.later is set"),
        ("file as a list", [("model_path: model.skops", "model_path: [model.skops]")], .unsupported, "model_path is set"),
        ("third flavor", [("flavors:\n", "flavors:\n  onnx: {data: model.onnx}\n")], .unsupported, "flavor 'onnx' beside sklearn"),
        ("not served", [("  python_function:", "  other:")], .unsupported, "no python_function flavor"),
        ("merge key", [("    pickled_model: model.skops\n", "    <<: {pickled_model: other.skops}\n")], .unsupported, "merge key '<<'"),
        ("merge key and key", [("  sklearn:\n", "  sklearn:\n    <<: {code: code}\n")], .unsupported, "merge key '<<'"),
        ("tag", [("code: null", "code: !!str null")], .unsupported, "tag, anchor or alias"),
        ("tag on a key", [("code: null", "!!str code: null")], .unsupported, "tag, anchor or alias"),
        ("tag on a mapping", [("  sklearn:\n", "  sklearn: !!omap\n")], .unsupported, "tag, anchor or alias"),
        ("anchor", [("code: null", "code: &none null")], .unsupported, "tag, anchor or alias"),
        ("alias", [("model_path: model.skops", "model_path: &file model.skops"), ("pickled_model: model.skops", "pickled_model: *file")], .unsupported, "tag, anchor or alias"),
        ("key twice", [("code: null", "pickled_model: other.skops")], .unreadable, "pickled_model"),
        ("quoted key twice", [("code: null", "'pickled_model': other.skops")], .unreadable, "pickled_model"),
        ("flavor twice", [("signature:\n", "flavors: {}\nsignature:\n")], .unreadable, "flavors"),
        ("key that is a list", [("code: null", "[code]: null")], .unsupported, "a key that is not a word"),
        ("two documents", [("signature:\n", "---\nsignature:\n")], .unreadable, "not valid YAML"),
        ("other line break", [("code: null", "code: 'a\u{2028}b'")], .unreadable, "line break or mark"),
        ("column not declared", [("\"income\"", "\"salary\"")], .unreadable, "fitted on a column 'income' that its signature does not name"),
        ("broken signature", [("[{\"type\"", "{\"type\"")], .unreadable, "signature.inputs is not a JSON list"),
        ("column twice", [("\"code\"", "\"age\"")], .unreadable, "names a column twice"),
    ]

    /// What MLflow writes or once wrote, and what says nothing.
    @Test(arguments: [
        ("code: null", "code: ~"), ("    code: null\n", ""), ("predict_fn: predict", "config: {}"),
        ("loader_module: mlflow.sklearn", "loader_module: mlflow.sklearn\n    code: null"),
        ("    env:\n      conda: conda.yaml\n      virtualenv: python_env.yaml\n", "    env: conda.yaml\n"),
        ("model.skops", "parts/model.skops"), ("prompts: null", "metadata: {owner: 'a & b! *c'}"), ("\n", "\r\n"),
    ])
    func accepts(find: String, put: String) throws {
        let skops = try Fixture.folderFiles("folder-loan").contents(of: "model.skops", limit: 1 << 20)
        let model = try ScoringModel.load(
            MemoryModelFiles([
                "MLmodel": Self.description([(find, put)]), "model.skops": skops, "parts/model.skops": skops,
            ]))
        #expect(model.predictFunction == .predict)
    }

    @Test(arguments: faults.indices) func refuses(index: Int) throws {
        let fault = Self.faults[index]
        var files: [Text: [UInt8]] = ["MLmodel": try Self.description(fault.changes)]
        files["model.skops"] = try Fixture.folderFiles("folder-loan").contents(of: "model.skops", limit: 1 << 20)
        let error = try #require(throws: AssayError.self, "\(fault.what)") {
            try ScoringModel.load(MemoryModelFiles(files))
        }
        #expect(error.code == fault.code, "\(fault.what): \(error.message)")
        #expect(error.message.contains(fault.message), "\(fault.what): \(error.message)")
    }

    @Test(arguments: [
        ("not YAML", "a: [", "is not valid YAML"),
        ("not UTF-8", "\u{0}", "YAML"),
        ("a list", "[1]", "is not a YAML mapping"),
        ("empty", "", "is not a YAML mapping"),
        ("no flavors", "a: b", "names no flavors"),
        ("deep", String(repeating: "[", count: 100_000), "is not valid YAML"),
        ("deep blocks", "flavors: " + String(repeating: "{a: ", count: 50_000), "is not valid YAML"),
        (
            "laughs", "a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c]",
            "more than 16 YAML aliases"
        ),
    ])
    func refusesText(what: String, text: String, message: String) throws {
        let error = try #require(throws: AssayError.self) { try MLmodelFile(Array(text.utf8)) }
        #expect(error.message.contains(message), "\(what): \(error.message)")
    }

    @Test func aFolderWithoutMLmodelSaysWhatIsMissing() throws {
        let error = try #require(throws: AssayError.self) { try ScoringModel.load(MemoryModelFiles([:])) }
        #expect(error.code == .notFound)
        #expect(error.message.hasPrefix("there is no MLmodel file"))
    }
}
