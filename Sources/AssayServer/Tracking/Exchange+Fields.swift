import AssayJSON
package import AssayTerms
import AssayWire
import HTTPTypes

extension Exchange {
    /// The request's fields: the query of a GET or HEAD, the body of anything else.
    func fields() throws(AssayError) -> RequestFields {
        if method == .get || method == .head, body.isEmpty || !query.isEmpty { return RequestFields(query: query) }
        return try RequestFields(body: body)
    }

    /// The value of a `{name}` segment.
    package func parameter(_ name: String) -> Text { Text(parameters[name] ?? "") }
}

extension Reply {
    /// The answer of a call that has nothing to say.
    static let nothing = Reply.json(Array("{}".utf8))

    static func json(_ value: JSONValue) -> Reply { .json(value.bytes()) }
}
