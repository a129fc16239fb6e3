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
        ("absent file", [("pickled_model: model.skops", "pickled_model: other.skops")], .notFound, "no file 'other.skops'"),
        ("outside", [("pickled_model: model.skops", "pickled_model: ../model.skops")], .notFound, "no file '../model.skops'"),
        ("column not declared", [("\"income\"", "\"salary\"")], .unreadable, "fitted on a column 'income' that its signature does not name"),
        ("broken signature", [("[{\"type\"", "{\"type\"")], .unreadable, "signature.inputs is not a JSON list"),
        ("column twice", [("\"code\"", "\"age\"")], .unreadable, "names a column twice"),
    ]

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
