import AssayJSON
import AssayModels
import AssayTerms
import Testing

/// Goal: nothing that Python would obey and we would pass over stands in a file we score.
/// Method: an attribute set on one object of a committed model, or one node's kind changed; the file is otherwise
/// whole, and without the change it is read.
@Suite struct SkopsAuditTests {
    static let text: JSONValue = ["__class__": "str", "__module__": "builtins", "__loader__": "JsonNode", "content": "\"x\""]
    static let type: JSONValue = ["__class__": "str", "__module__": "builtins", "__loader__": "TypeNode"]

    /// The schema with `name` set on the first object of `className`, its key's type beside it.
    static func schema(_ fixture: String, setting name: String, to value: JSONValue, on className: String) throws -> String {
        let json = try JSONValue(parsing: Array(SkopsFileTests.parts(fixture).schema.utf8))
        var isSet = false
        func rewrite(_ json: JSONValue) -> JSONValue {
            if let array = json.array { return .array(array.map(rewrite)) }
            guard let object = json.object else { return json }
            var result = JSONObject(object.members.compactMap { $0.name == "__id__" ? nil : ($0.name, rewrite($0.value)) })
            if object["__class__"]?.string == className, object["__loader__"]?.string == "ObjectNode", !isSet,
                var state = result["content"]?.object, var attributes = state["content"]?.object,
                var types = state["key_types"]?.object
            {
                isSet = true
                if attributes[name] == nil { types["content"] = .array((types["content"]?.array ?? []) + [type]) }
                attributes[name] = value
                state["content"] = .object(attributes)
                state["key_types"] = .object(types)
                result["content"] = .object(state)
            }
            return .object(result)
        }
        let text = String(decoding: rewrite(json).bytes(), as: UTF8.self)
        #expect(isSet, "\(className)")
        return text
    }

    @Test(arguments: [
        "predict", "predict_proba", "predict_log_proba", "decision_function", "fit", "score", "transform",
        "fit_transform", "get_feature_names_out", "__class__", "__sklearn_tags__", "_final_estimator", "_iter",
        "_transform", "_validate_data", "named_steps",
    ])
    func shadowingIsRefused(attribute: String) throws {
        for className in ["Pipeline", "ColumnTransformer", "SimpleImputer", "StandardScaler", "OneHotEncoder", "LogisticRegression"] {
            let (_, others) = try SkopsFileTests.parts("pipeline")
            let schema = try Self.schema("pipeline", setting: attribute, to: Self.text, on: className)
            let error = try #require(throws: AssayError.self, "\(className)") { try SkopsFileTests.load(schema, others) }
            #expect(error.code == .unsupported)
            #expect(
                error.message.contains("\(className) with an attribute '\(attribute)'"), "\(error.message)")
        }
    }

    @Test func anAttributeScikitLearnGivesIsRead() throws {
        let (_, others) = try SkopsFileTests.parts("pipeline")
        let schema = try Self.schema("pipeline", setting: "memory", to: Self.text, on: "Pipeline")
        #expect(try SkopsFileTests.load(schema, others).inputs.isEmpty == false)
    }

    @Test func aPassthroughMayNotStandForAnotherTransformer() throws {
        let (schema, others) = try SkopsFileTests.parts("pipeline")
        let json = try JSONValue(parsing: Array(schema.utf8))
        func scaler(_ json: JSONValue) -> JSONValue? {
            if json["__class__"]?.string == "StandardScaler" { return json }
            for value in json.array ?? json.object?.members.map(\.value) ?? [] {
                if let found = scaler(value) { return found }
            }
            return nil
        }
        func dictionary(_ value: JSONValue?) -> JSONValue {
            let types: JSONValue = [
                "__class__": "list", "__module__": "builtins", "__loader__": "ListNode",
                "content": .array(value == nil ? [] : [Self.type]),
            ]
            return [
                "__class__": "dict", "__module__": "builtins", "__loader__": "DictNode", "key_types": types,
                "content": .object(JSONObject(value.map { [("rest", $0)] } ?? [])),
            ]
        }
        let name = "_name_to_fitted_passthrough"
        let empty = try Self.schema("pipeline", setting: name, to: dictionary(nil), on: "ColumnTransformer")
        _ = try SkopsFileTests.load(empty, others)
        let other = try #require(scaler(json))
        let hostile = try Self.schema("pipeline", setting: name, to: dictionary(other), on: "ColumnTransformer")
        let error = try #require(throws: AssayError.self) { try SkopsFileTests.load(hostile, others) }
        #expect(error.message.contains("another transformer than the identity for 'rest'"), "\(error.message)")
    }

    @Test(arguments: [
        ("MethodNode", "sklearn.pipeline", "Pipeline"), ("FunctionNode", "builtins", "exec"),
        ("OperatorFuncNode", "operator", "methodcaller"), ("PartialNode", "functools", "partial"),
        ("TypeNode", "subprocess", "Popen"), ("ObjectNode", "__main__", "Kind"), ("ReduceNode", "builtins", "eval"),
        ("ListNode", "__main__", "Kind"), ("TupleNode", "__main__", "Kind"), ("DictNode", "__main__", "Kind"),
        ("NdArrayNode", "numpy", "fromfile"), ("DefaultDictNode", "collections", "defaultdict"),
        ("ObjectNode", "sklearn.neighbors._nearest_centroid", "NearestCentroid"), ("", "builtins", "str"),
    ])
    func nodesThatCanStandForCodeAreRefusedEverywhere(loader: String, module: String, name: String) throws {
        let node: JSONValue = ["__class__": .string(name), "__module__": .string(module), "__loader__": .string(loader)]
        let (_, others) = try SkopsFileTests.parts("pipeline")
        // `memory` is an attribute that no reader of ours looks at.
        let list: JSONValue = [
            "__class__": "list", "__module__": "builtins", "__loader__": "ListNode", "content": .array([node]),
        ]
        for value in [node, list] {
            let schema = try Self.schema("pipeline", setting: "memory", to: value, on: "Pipeline")
            let error = try #require(throws: AssayError.self) { try SkopsFileTests.load(schema, others) }
            #expect(error.code == .unsupported)
            #expect(error.message.contains("memory"), "\(error.message)")
            #expect(error.message.contains("\(module).\(name)"), "\(error.message)")
        }
    }
}
