import AssayColumns
import AssayJSON
import AssayModels
import AssayTerms
import Testing

/// Goal: a hostile or unknown `model.skops` is refused by name, and never read as another model than skops would load.
/// Method: a committed model whose schema is changed in one place and zipped again; every truncation of a whole file.
@Suite struct SkopsFileTests {
    /// The fixture's members, the schema as text.
    static func parts(_ name: String) throws -> (schema: String, others: [ZipWriter.Member]) {
        let archive = try ZipArchive(Fixture(name).skops, name: name)
        var others: [ZipWriter.Member] = []
        for member in archive.members where member.name != "schema.json" {
            others.append(ZipWriter.Member(member.name.string, try archive.contents(of: member.name), deflated: true))
        }
        return (String(decoding: try archive.contents(of: "schema.json"), as: UTF8.self), others)
    }

    static func load(_ schema: String, _ others: [ZipWriter.Member]) throws -> ScoringModel {
        let writer = ZipWriter(members: [ZipWriter.Member("schema.json", Array(schema.utf8), deflated: true)] + others)
        return try ScoringModel.load(skops: writer.bytes(), name: "model.skops")
    }

    @Test func theMembersOfAFileMayBeNamedAndOrderedAnyhow() throws {
        let fixture = try Fixture("pipeline")
        var (schema, others) = try Self.parts("pipeline")
        for index in others.indices {
            let old = String(decoding: others[index].name, as: UTF8.self)
            schema = schema.replacing("\"\(old)\"", with: "\"m/\(index).npy\"")
            others[index].name = Array("m/\(index).npy".utf8)
        }
        let model = try Self.load(schema, others.reversed())
        let whole = try ScoringModel.load(skops: fixture.skops, name: "pipeline")
        #expect(try Scorer(model).scores(fixture.block()).scores == Scorer(whole).scores(fixture.block()).scores)
    }

    static let faults: [(what: String, fixture: String, find: String, put: String, code: AssayError.Code, message: String)] = [
        (
            "unknown classifier", "array-binary", "\"LogisticRegression\"", "\"RandomForestClassifier\"", .unsupported,
            "the model is sklearn.linear_model._logistic.RandomForestClassifier, which is not supported as a predictor; supported: LogisticRegression"
        ),
        (
            "own class of a known name", "array-binary", "\"sklearn.linear_model._logistic\"", "\"__main__\"", .unsupported,
            "__main__.LogisticRegression"
        ),
        ("unknown transformer", "pipeline", "\"StandardScaler\"", "\"KernelCenterer\"", .unsupported, "KernelCenterer"),
        ("function", "array-binary", "\"ObjectNode\"", "\"FunctionNode\"", .unsupported, "FunctionNode"),
        ("newer protocol", "array-binary", "\"protocol\": 2", "\"protocol\": 3", .unsupported, "protocol 3"),
        ("negative protocol", "array-binary", "\"protocol\": 2", "\"protocol\": -1", .unreadable, "names no skops protocol"),
        ("boolean protocol", "array-binary", "\"protocol\": 2", "\"protocol\": true", .unreadable, "names no skops protocol"),
        ("no weights", "array-binary", "\"coef_\"", "\"coeff\"", .unreadable, "has no coef_; is the estimator fitted?"),
        ("sparse weights", "array-binary", "\"NdArrayNode\"", "\"SparseMatrixNode\"", .unsupported, "sparse matrix"),
        ("pickled array", "array-binary", "\"type\": \"numpy\"", "\"type\": \"pickle\"", .unsupported, "array of Python objects"),
        ("absent member", "array-binary", ".npy\"", ".npz\"", .unreadable, "has no member"),
        ("member outside", "array-binary", "\"file\": \"", "\"file\": \"../", .unreadable, "has no member"),
        (
            "hidden keys", "array-binary", "\"__class__\": \"str\",\n", "\"__class__\": \"int\",\n", .unreadable,
            "other keys than text"
        ),
        ("not JSON", "array-binary", "\"__class__\"", "__class__", .unreadable, "schema.json is not valid JSON"),
        ("strategy", "impute-median", "\"statistics_\"", "\"statistic\"", .unreadable, "has no statistics_"),
        ("handling", "encode-drop-named", "\\\"error\\\"", "\\\"guess\\\"", .unsupported, "handle_unknown='guess'"),
        ("vector column", "select-names", "\"ColumnTransformer\"", "\"TransformedTargetRegressor\"", .unsupported, "TransformedTargetRegressor"),
        ("old rule", "old-one-versus-rest", "\\\"ovr\\\"", "\\\"sometimes\\\"", .unsupported, "multi_class='sometimes'"),
    ]

    @Test(arguments: faults.indices) func refuses(index: Int) throws {
        let fault = Self.faults[index]
        let (schema, others) = try Self.parts(fault.fixture)
        #expect(schema.contains(fault.find), "\(fault.what)")
        let error = try #require(throws: AssayError.self, "\(fault.what)") {
            try Self.load(schema.replacing(fault.find, with: fault.put), others)
        }
        #expect(error.code == fault.code, "\(fault.what): \(error.message)")
        #expect(error.message.contains(fault.message), "\(fault.what): \(error.message)")
    }

    @Test func twoObjectsUnderOneIdentityAreRefused() throws {
        let (schema, others) = try Self.parts("pipeline")
        // skops would take whichever copy of `false` it meets first.
        let json = try JSONValue(parsing: Array(schema.utf8))
        var identities: [Int64: String] = [:]
        var target: Int64?
        func visit(_ value: JSONValue) {
            if let object = value.object {
                if object["__loader__"]?.string == "JsonNode", let id = object["__id__"]?.integer,
                    let content = object["content"]?.string
                {
                    if content == "false", identities[id] != nil { target = id }
                    identities[id] = content
                }
                for member in object.members { visit(member.value) }
            }
            for element in value.array ?? [] { visit(element) }
        }
        visit(json)
        let id = try #require(target)
        var changed = false
        func rewrite(_ value: JSONValue) -> JSONValue {
            switch value {
            case .array(let elements): return .array(elements.map(rewrite))
            case .object(var object):
                if object["__id__"]?.integer == id, !changed {
                    changed = true
                    object["content"] = "true"
                }
                return .object(JSONObject(object.members.map { ($0.name, rewrite($0.value)) }))
            default: return value
            }
        }
        let hostile = String(decoding: rewrite(json).bytes(), as: UTF8.self)
        let error = try #require(throws: AssayError.self) { try Self.load(hostile, others) }
        #expect(error.message.contains("two different objects with the __id__ \(id)"))
    }

    @Test func selectionsThatDifferByNameAndPositionAreRefused() throws {
        let (schema, others) = try Self.parts("select-names")
        let json = try JSONValue(parsing: Array(schema.utf8))
        // Give every object an identity of its own, then swap one position in _transformer_to_input_indices.
        func strip(_ value: JSONValue, inIndices: Bool = false) -> JSONValue {
            switch value {
            case .array(let elements): return .array(elements.map { strip($0, inIndices: inIndices) })
            case .object(let object):
                return .object(
                    JSONObject(
                        object.members.compactMap { member in
                            if member.name == "__id__" { return nil }
                            if inIndices, member.name == "content", member.value.string == "2" {
                                return (member.name, "1")
                            }
                            return (
                                member.name,
                                strip(member.value, inIndices: inIndices || member.name == "_transformer_to_input_indices")
                            )
                        }))
            default: return value
            }
        }
        let hostile = String(decoding: strip(json).bytes(), as: UTF8.self)
        let error = try #require(throws: AssayError.self) { try Self.load(hostile, others) }
        #expect(error.message.contains("selects other columns by position than by name"), "\(error.message)")
    }

    @Test(arguments: ["array-binary", "encode-infrequent-drop"]) func everyTruncationIsAnError(name: String) throws {
        let bytes = try Fixture(name).skops
        for count in 0..<bytes.count {
            #expect(throws: AssayError.self) { try ScoringModel.load(skops: Array(bytes.prefix(count)), name: name) }
        }
    }

    @Test(arguments: ["array-binary", "encode-infrequent-drop", "impute-marker", "select-slice"])
    func noWordOfTheSchemaCanMakeTheReaderTrap(name: String) throws {
        let (schema, others) = try Self.parts(name)
        let fixture = try Fixture(name)
        let block = try fixture.block()
        // Each scalar of the schema replaced in turn by each of these.
        let json = try JSONValue(parsing: Array(schema.utf8))
        let replacements: [JSONValue] = [
            nil, true, -1, 0, 9_223_372_036_854_775_807, 1.5, "", "NaN", "-Infinity", "\"x\"", "9223372036854775807",
            "-9223372036854775808", [], [:],
        ]
        var leafCount = 0
        func count(_ value: JSONValue) {
            if let array = value.array { array.forEach(count) }
            else if let object = value.object { for member in object.members where member.name != "__id__" { count(member.value) } }
            else { leafCount += 1 }
        }
        count(json)
        func replace(_ target: Int, with replacement: JSONValue) -> JSONValue {
            var seen = 0
            func rewrite(_ value: JSONValue) -> JSONValue {
                if let array = value.array { return .array(array.map(rewrite)) }
                if let object = value.object {
                    return .object(
                        JSONObject(
                            object.members.compactMap { $0.name == "__id__" ? nil : ($0.name, rewrite($0.value)) }))
                }
                defer { seen += 1 }
                return seen == target ? replacement : value
            }
            return rewrite(json)
        }
        // A stride keeps the whole to seconds.
        for target in stride(from: 0, to: leafCount, by: max(1, leafCount / 37)) {
            for replacement in replacements {
                let schema = String(decoding: replace(target, with: replacement).bytes(), as: UTF8.self)
                guard let model = try? Self.load(schema, others) else { continue }
                _ = try? Scorer(model).scores(block)
            }
        }
    }
}
