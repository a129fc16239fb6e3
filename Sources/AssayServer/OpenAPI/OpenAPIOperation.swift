/// What a route's own code knows and its declaration does not: in words what it does, and which fields it reads.
struct OpenAPIOperation: Sendable {
    /// A field of a query or of a JSON body, written `name:type`, with `!` where it must be there and `[]` for a list.
    struct Field: Sendable, ExpressibleByStringLiteral {
        let name: String
        /// `string`, `integer`, `boolean`, `object`.
        let type: String
        let isList: Bool
        let isRequired: Bool

        init(stringLiteral text: String) {
            let parts = text.split(separator: ":", maxSplits: 1)
            precondition(parts.count == 2, "a field is name:type, not \(text)")
            var type = parts[1]
            isRequired = type.hasSuffix("!")
            if isRequired { type.removeLast() }
            isList = type.hasSuffix("[]")
            if isList { type.removeLast(2) }
            precondition(["string", "integer", "boolean", "object"].contains(type), "\(text) has no type of JSON")
            name = String(parts[0])
            self.type = String(type)
        }
    }

    let summary: String
    var query: [Field] = []
    var body: [Field] = []

    init(_ summary: String, query: [Field] = [], body: [Field] = []) {
        self.summary = summary
        self.query = query
        self.body = body
    }
}
