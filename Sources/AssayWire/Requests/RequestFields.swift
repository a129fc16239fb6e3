import AssayJSON
package import AssayTerms

/// The fields of a request as MLflow's protobuf messages read them, from a JSON body or a query string.
///
/// A field may be written in snake case or in camel case, not both. `null` is the same as leaving it out. A field of the
/// wrong type is an error that names it: MLflow zeroes such fields and goes on, which loses what the client meant.
package struct RequestFields: Sendable {
    private enum Source: Sendable {
        case body(JSONObject)
        case query([(name: Text, value: Text)])
    }

    /// Where an object stands in a request; its text is made when a message asks for it.
    private enum Place: Sendable {
        case root
        case field(String)
        case element(of: String, index: Int)
    }

    private let source: Source
    private let place: Place
    private let mayHaveCamelCase: Bool

    /// Where this object stands in the request: empty, or like `metrics[3]`.
    package var path: String {
        switch place {
        case .root: ""
        case .field(let name): name
        case .element(let list, let index): "\(list)[\(index)]"
        }
    }

    /// The fields of a JSON body; an empty body and `null` are an empty object, and an object written as a JSON string, as
    /// old clients do, is read again.
    ///
    /// - Throws: `unreadable` for what is no JSON object, with the field and the byte where it stops being one.
    package init(body: [UInt8]) throws(AssayError) {
        try self.init(value: body.isEmpty ? .null : Self.parse(body), isNested: false)
    }

    package init(query: [(name: Text, value: Text)]) {
        source = .query(query)
        place = .root
        mayHaveCamelCase = false
    }

    private init(value: JSONValue, isNested: Bool) throws(AssayError) {
        switch value {
        case .object(let object): self.init(object, at: .root)
        case .null: self.init([:], at: .root)
        case .string(let text) where !isNested:
            try self.init(value: Self.parse(Array(text.utf8)), isNested: true)
        default:
            throw AssayError(.unreadable, "Bad Request. The body must be a JSON object, not \(value.kind).")
        }
    }

    private init(_ object: JSONObject, at place: Place) {
        source = .body(object)
        self.place = place
        mayHaveCamelCase = object.members.contains { $0.name.utf8.contains { (65...90).contains($0) } }
    }

    /// What a body may hold: a tenth of a gigabyte once it is read, and many times what any request of a client has.
    static let limits = JSONLimits(bytes: 64 << 20, depth: 100, members: 1_000_000)

    private static func parse(_ bytes: [UInt8]) throws(AssayError) -> JSONValue {
        do {
            return try JSONValue(parsing: bytes, limits: limits)
        } catch {
            let field = JSONPlace.field(at: error.offset, in: bytes)
            let place = field.map { "'\($0)'" } ?? "the body"
            let hint = "numbers that are not finite are written \"NaN\", \"Infinity\", \"-Infinity\""
            throw AssayError(.unreadable, "Bad Request. In \(place): \(error.message), at byte \(error.offset) (\(hint)).")
        }
    }

    /// The name of `field` with the place of its object, as messages show it.
    package func name(_ field: String) -> String { path.isEmpty ? field : "\(path).\(field)" }

    // MARK: - Raw values

    /// The value of a field, `nil` if it is absent or null. Of a query the first value, as text.
    private func value(_ field: String) throws(AssayError) -> JSONValue? {
        switch source {
        case .query(let pairs):
            return pairs.first { $0.name.string == field }.map { .string($0.value.string) }
        case .body(let object):
            var value = object[field]
            if mayHaveCamelCase {
                let camel = Self.camelCase(field)
                if camel != field, let other = object[camel] {
                    guard value == nil else {
                        throw AssayError(
                            .invalidArgument, "Request specifies both '\(field)' and '\(camel)'; provide only one of them.")
                    }
                    value = other
                }
            }
            if case .null = value { return nil }
            return value
        }
    }

    package func has(_ field: String) throws(AssayError) -> Bool { try value(field) != nil }

    private static func camelCase(_ field: String) -> String {
        var camel = ""
        for part in field.split(separator: "_") {
            camel += camel.isEmpty ? String(part) : part.prefix(1).uppercased() + part.dropFirst()
        }
        return camel
    }

    // MARK: - Typed values

    package func text(_ field: String) throws(AssayError) -> Text? {
        guard let value = try value(field) else { return nil }
        return try text(value, name(field))
    }

    /// - Throws: `invalidArgument` when the field is absent or empty.
    package func requiredText(_ field: String) throws(AssayError) -> Text {
        guard let text = try text(field), !text.isEmpty else { throw Self.missing(name(field)) }
        return text
    }

    /// Demands these fields in this order, so that what is missing is named before what is wrong.
    ///
    /// - Throws: `invalidArgument` for the first that is absent or empty.
    package func require(_ names: String...) throws(AssayError) {
        for name in names { _ = try requiredText(name) }
    }

    /// The run a request is about: `run_id`, or `run_uuid` of old clients where there is none.
    ///
    /// - Parameter orUUID: whether the request's message has a `run_uuid`. MLflow demands one of the two in any case and then
    ///   looks for a run without id.
    package func runID(orUUID: Bool = true) throws(AssayError) -> Text {
        if let id = try text("run_id") {
            guard !id.isEmpty else { throw Self.missing(name("run_id")) }
            return id
        }
        guard let id = try text("run_uuid"), !id.isEmpty else { throw Self.missing(name("run_id")) }
        return orUUID ? id : ""
    }

    package func integer(_ field: String) throws(AssayError) -> Int64? {
        guard let value = try value(field) else { return nil }
        guard let integer = WireNumber.integer(value) else { throw Self.invalid(name(field), value) }
        return integer
    }

    package func number(_ field: String) throws(AssayError) -> Double? {
        guard let value = try value(field) else { return nil }
        guard let number = WireNumber.number(value) else { throw Self.invalid(name(field), value) }
        return number
    }

    /// - Throws: `invalidArgument` when the field is absent or an empty text.
    func requiredInteger(_ field: String) throws(AssayError) -> Int64 {
        guard try !isEmptyText(field), let integer = try integer(field) else { throw Self.missing(name(field)) }
        return integer
    }

    /// - Throws: `invalidArgument` when the field is absent or an empty text.
    func requiredNumber(_ field: String) throws(AssayError) -> Double {
        guard try !isEmptyText(field), let number = try number(field) else { throw Self.missing(name(field)) }
        return number
    }

    private func isEmptyText(_ field: String) throws(AssayError) -> Bool {
        guard case .string("")? = try value(field) else { return false }
        return true
    }

    package func bool(_ field: String) throws(AssayError) -> Bool? {
        guard let value = try value(field) else { return nil }
        switch (source, value) {
        case (.body, .bool(let bool)): return bool
        case (.query, .string(let text)):
            guard ["true", "false"].contains(text.lowercased()) else {
                throw AssayError(.invalidArgument, "Invalid boolean value: \(text), must be 'true' or 'false'.")
            }
            return text.lowercased() == "true"
        default: throw Self.invalid(name(field), value)
        }
    }

    /// A repeated text field.
    package func texts(_ field: String) throws(AssayError) -> [Text] {
        if case .query(let pairs) = source { return pairs.filter { $0.name.string == field }.map(\.value) }
        guard let value = try value(field) else { return [] }
        guard case .array(let elements) = value else { throw Self.invalid(name(field), value) }
        var texts: [Text] = []
        for (index, element) in elements.enumerated() { texts.append(try text(element, "\(name(field))[\(index)]")) }
        return texts
    }

    /// A repeated field of objects, each knowing its place.
    package func objects(_ field: String) throws(AssayError) -> [RequestFields] {
        guard let value = try value(field) else { return [] }
        guard case .array(let elements) = value else { throw Self.invalid(name(field), value) }
        let list = name(field)
        var objects: [RequestFields] = []
        objects.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            guard case .object(let object) = element else { throw Self.invalid("\(list)[\(index)]", element) }
            objects.append(RequestFields(object, at: .element(of: list, index: index)))
        }
        return objects
    }

    /// A field that is one object.
    package func object(_ field: String) throws(AssayError) -> RequestFields? {
        guard let value = try value(field) else { return nil }
        guard case .object(let object) = value else { throw Self.invalid(name(field), value) }
        return RequestFields(object, at: .field(name(field)))
    }

    /// A repeated field of keys and values, the key required.
    package func pairs(_ field: String) throws(AssayError) -> [KeyValue] {
        var pairs: [KeyValue] = []
        for object in try objects(field) {
            pairs.append(KeyValue(key: try object.requiredText("key"), value: try object.text("value") ?? ""))
        }
        return pairs
    }

    private func text(_ value: JSONValue, _ name: @autoclosure () -> String) throws(AssayError) -> Text {
        guard case .string(let string) = value else { throw Self.invalid(name(), value) }
        let text = Text(string)
        guard !text.utf8.contains(0) else {
            throw AssayError(.invalidArgument, "Invalid value for parameter '\(name())' supplied: it contains the character U+0000.")
        }
        return text
    }

    // MARK: - Errors

    package static func missing(_ name: String) -> AssayError {
        AssayError(
            .invalidArgument,
            "Missing value for required parameter '\(name)'. See the API docs for more information about request parameters.")
    }

    /// That the value of this field is not one that may stand there.
    func invalid(_ field: String) throws(AssayError) -> AssayError { Self.invalid(name(field), try value(field) ?? .null) }

    static func invalid(_ name: String, _ value: JSONValue) -> AssayError {
        AssayError(
            .invalidArgument,
            "Invalid value \(WireText.quoted(value)) for parameter '\(name)' supplied:  Hint: Value was of type '\(WireText.pythonType(value))'. See the API docs for more information about request parameters.")
    }
}
