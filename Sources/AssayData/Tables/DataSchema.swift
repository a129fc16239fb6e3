package import AssayColumns
internal import AssayJSON
package import AssayTerms

/// Types that someone states for columns instead of having them found.
///
/// As a file: `{"columns": {"age": "int64", "approved": "boolean", "day": "timestamp"}}` with the names of `ColumnType`.
package struct DataSchema: Sendable, Hashable {
    package var types: [Text: ColumnType]

    package init(_ types: [Text: ColumnType] = [:]) { self.types = types }

    /// - Throws: `unreadable` for what is no such JSON, with line and column; `invalidArgument` for an unknown type or
    ///   a column named twice.
    package init(json bytes: [UInt8]) throws(AssayError) {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: bytes, limits: JSONLimits(bytes: 16_777_216))
        } catch {
            throw AssayError(.unreadable, "the schema is not valid JSON: \(error.text(in: bytes))", cause: error)
        }
        guard let object = document.object, let columns = object["columns"]?.object,
            object.members.allSatisfy({ $0.name == "columns" })
        else {
            throw AssayError(
                .invalidArgument,
                "a schema is one JSON object {\"columns\": {\"NAME\": \"TYPE\", …}} and has no other members")
        }
        types = [:]
        for (name, value) in columns.members {
            let known = ColumnType.allCases.map(\.rawValue).joined(separator: ", ")
            guard let text = value.string, let type = ColumnType(rawValue: text) else {
                throw AssayError(
                    .invalidArgument,
                    "the schema gives column \(ValueList.quoted(Text(name))) a type that is none of \(known)")
            }
            types[Text(name)] = type
        }
    }
}
