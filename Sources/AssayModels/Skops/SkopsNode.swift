import AssayJSON
import AssayTerms

/// One object of a skops file and where it stands, for messages.
struct SkopsNode: Sendable {
    let json: JSONValue
    /// For example `steps[1].coef_`.
    let path: String
    let file: SkopsFile

    /// A scalar of Python.
    enum Scalar: Hashable {
        case none
        case boolean(Bool)
        case integer(Int64)
        case number(Double)
        case text(Text)
    }

    var loader: String { json["__loader__"]?.string ?? "" }

    /// `sklearn.pipeline.Pipeline`; for classes, functions and types the thing itself.
    var className: String {
        guard let module = json["__module__"]?.string, let name = json["__class__"]?.string else { return "" }
        return module + "." + name
    }

    func damaged(_ why: String) -> AssayError {
        AssayError(.unreadable, "\(file.name): \(path) \(why)")
    }

    private func child(_ json: JSONValue, _ suffix: String) -> SkopsNode {
        let isRoot = path == "the model" && !suffix.isEmpty
        return SkopsNode(json: json, path: isRoot ? String(suffix.drop { $0 == "." }) : path + suffix, file: file)
    }

    // MARK: Objects

    /// The attribute of an object, or `nil` where it has none of that name.
    func attribute(_ name: String) throws(AssayError) -> SkopsNode? {
        guard loader == "ObjectNode" else { throw damaged("is not an object") }
        guard let content = json["content"] else { return nil }
        return try child(content, "").member(name)
    }

    /// The names of an object's attributes, in the order they were set.
    func attributeNames() throws(AssayError) -> [String] {
        guard let content = json["content"], !content.isNull else { return [] }
        // An object that has never had an attribute.
        if content["__loader__"]?.string == "JsonNode", content["content"]?.string == "null" { return [] }
        return try child(content, "").memberNames()
    }

    func required(_ name: String) throws(AssayError) -> SkopsNode {
        guard let node = try attribute(name) else {
            throw damaged("has no \(name); is the estimator fitted?")
        }
        return node
    }

    /// The value of a dictionary under a text key.
    func member(_ name: String) throws(AssayError) -> SkopsNode? {
        guard let value = try members()[name] else { return nil }
        return child(value, "." + name)
    }

    /// The keys of a dictionary of text keys, in their order.
    func memberNames() throws(AssayError) -> [String] { try members().members.map(\.name) }

    private func members() throws(AssayError) -> JSONObject {
        guard loader == "DictNode" || loader == "_DictWithDeprecatedKeysNode", let content = json["content"]?.object
        else { throw damaged("is not a dictionary") }
        // The keys' types stand beside them; a file may not hide a key by naming fewer types than keys.
        guard let types = json["key_types"]?["content"]?.array, types.count == content.count,
            types.allSatisfy({ $0["__module__"]?.string == "builtins" && $0["__class__"]?.string == "str" })
        else { throw damaged("is a dictionary with other keys than text") }
        return content
    }

    var isNone: Bool {
        get throws(AssayError) { loader == "JsonNode" ? try scalar() == .none : false }
    }

    // MARK: Sequences

    /// The items of a list, tuple or one-dimensional array of objects.
    func items() throws(AssayError) -> [SkopsNode] {
        let isSequence = loader == "ListNode" || loader == "TupleNode"
        let isObjects = loader == "NdArrayNode" && json["type"]?.string == "json"
        guard isSequence || isObjects, let content = json["content"]?.array else { throw damaged("is not a list") }
        if isObjects, json["shape"]?["content"]?.array?.count != 1 {
            throw AssayError(.unsupported, "\(file.name): \(path) is an array of objects with other than one axis")
        }
        return content.enumerated().map { child($1, "[\($0)]") }
    }

    /// The rows of an array of objects with two axes, or of a list of lists.
    func rows() throws(AssayError) -> [[SkopsNode]] {
        guard loader == "NdArrayNode" || loader == "ListNode", let content = json["content"]?.array else { throw damaged("is not a table of objects") }
        return try content.enumerated().map { (place, row) throws(AssayError) in try child(row, "[\(place)]").items() }
    }

    /// What a partial call calls, and with which words.
    var partialFunction: String? { json["content"]?["func"].map { child($0, ".func").className } }
    var partialSettings: SkopsNode? { json["content"]?["kwds"].map { child($0, ".keywords") } }

    /// Whether a partial call has neither arguments without words nor a namespace.
    var hasOnlyPartialSettings: Bool {
        func isEmpty(_ json: JSONValue?) -> Bool {
            guard let json else { return true }
            let content = json["content"]
            return content?.array?.isEmpty ?? content?.object?.isEmpty ?? (content?.string == "null")
        }
        return isEmpty(json["content"]?["args"]) && isEmpty(json["content"]?["namespace"])
    }

    /// What an object without attributes is restored from.
    var state: SkopsNode? { json["content"].map { child($0, ".state") } }

    /// A member of what a `Tree` of scikit-learn is restored from.
    func treeMember(_ name: String) throws(AssayError) -> SkopsNode? {
        guard let content = json["content"] else { return nil }
        return try child(content, "").member(name)
    }

    // MARK: Scalars

    /// A plain Python value or NumPy scalar.
    func scalar() throws(AssayError) -> Scalar {
        switch loader {
        case "JsonNode":
            guard let text = json["content"]?.string else { throw damaged("has no content") }
            return try scalar(fromJSON: text)
        case "NdArrayNode":
            let array = try self.array()
            guard array.count == 1, array.shape.isEmpty else { throw damaged("is not a single value") }
            return try Self.scalars(array, self)[0]
        default:
            throw damaged("is not a single value")
        }
    }

    private func scalar(fromJSON text: String) throws(AssayError) -> Scalar {
        // Python writes these three without quotes.
        switch text {
        case "NaN": return .number(.nan)
        case "Infinity": return .number(.infinity)
        case "-Infinity": return .number(-.infinity)
        default: break
        }
        guard let value = try? JSONValue(parsing: Array(text.utf8)) else { throw damaged("is not valid JSON") }
        switch value {
        case .null: return .none
        case .bool(let value): return .boolean(value)
        case .integer(let value): return .integer(value)
        case .number(let value): return .number(value)
        case .string(let value): return .text(Text(value))
        case .array, .object: throw damaged("is not a single value")
        }
    }

    func text() throws(AssayError) -> String {
        guard case .text(let text) = try scalar() else { throw damaged("is not text") }
        return text.string
    }

    func boolean() throws(AssayError) -> Bool {
        guard case .boolean(let value) = try scalar() else { throw damaged("is neither True nor False") }
        return value
    }

    func integer() throws(AssayError) -> Int {
        guard case .integer(let value) = try scalar(), let integer = Int(exactly: value) else {
            throw damaged("is not an integer")
        }
        return integer
    }

    // MARK: Arrays

    /// An array kept in NumPy's own format.
    func array() throws(AssayError) -> NumpyArray {
        guard loader == "NdArrayNode" else {
            if loader == "SparseMatrixNode" {
                throw AssayError(.unsupported, "\(file.name): \(path) is a sparse matrix, which is not read")
            }
            throw damaged("is not an array")
        }
        guard json["type"]?.string == "numpy", let member = json["file"]?.string else {
            throw AssayError(.unsupported, "\(file.name): \(path) is an array of Python objects where numbers are needed")
        }
        let bytes = try file.member(Text(member))
        return try NumpyReader.read(bytes, name: "\(file.name): \(path)")
    }

    /// A structured array.
    func records() throws(AssayError) -> NumpyRecords {
        guard loader == "NdArrayNode", json["type"]?.string == "numpy", let member = json["file"]?.string else {
            throw damaged("is not an array of records")
        }
        return try NumpyRecords(file.member(Text(member)), name: "\(file.name): \(path)")
    }

    /// An array of finite or missing numbers with the given number of axes.
    func numbers(axes: Int) throws(AssayError) -> (values: [Double], shape: [Int]) {
        let array = try self.array()
        guard array.shape.count == axes, let values = array.doubles else {
            throw damaged("is not an array of numbers with \(axes) \(axes == 1 ? "axis" : "axes")")
        }
        return (values, array.shape)
    }

    /// The elements of a one-dimensional array or list of any plain values.
    func scalars() throws(AssayError) -> [Scalar] {
        if loader == "SparseMatrixNode" || (loader == "NdArrayNode" && json["type"]?.string != "json") {
            let array = try self.array()
            guard array.shape.count == 1 else { throw damaged("is not an array with one axis") }
            return try Self.scalars(array, self)
        }
        var scalars: [Scalar] = []
        for item in try items() { scalars.append(try item.scalar()) }
        return scalars
    }

    private static func scalars(_ array: NumpyArray, _ node: SkopsNode) throws(AssayError) -> [Scalar] {
        switch array.values {
        case .float(let values): return values.map { .number($0) }
        case .integer(let values): return values.map { .integer($0) }
        case .boolean(let values): return values.map { .boolean($0) }
        case .text(let values): return values.map { .text($0) }
        case .bytes: throw AssayError(.unsupported, "\(node.file.name): \(node.path) holds bytes, which are not read")
        }
    }
}
