import AssayJSON
import AssayTerms

/// The OpenAPI 3.1 document of every route below `/api/`, from the table that requests are answered by: paths, methods,
/// permissions and kinds of bodies cannot differ from it. What is in the fields comes from ``OpenAPIOperation`` for our own routes;
/// MLflow's are MLflow's, and its documentation says what they take.
package enum OpenAPIDocument {
    package static let path = "/api/assay/v1/openapi.json"
    private static let ownPrefix = "/api/assay/v1"

    /// The route that serves the document of `routes` and itself.
    ///
    /// - Precondition: no entry of ``OpenAPIOperation/own`` is without its route.
    package static func route(describing routes: [Route]) -> Route {
        let itself = Route("GET", path, .open) { _ in .json([:]) }
        let known = Set((routes + [itself]).map { Text("\($0.method) \($0.path.dropFirst(ownPrefix.count))") })
        for name in OpenAPIOperation.own.keys { precondition(known.contains(name), "\(name) is described and no route") }
        let bytes = json(routes + [itself]).bytes()
        return Route("GET", path, .open) { _ in .json(bytes) }
    }

    static func json(_ routes: [Route]) -> JSONValue {
        var paths: [Text: JSONObject] = [:]
        for route in routes where route.path.hasPrefix("/api/") {
            let path = Text(route.path.replacing("...}", with: "}"))
            paths[path, default: [:]][route.method.lowercased()] = operation(route)
        }
        let written = paths.sorted { $0.key < $1.key }.map { ($0.key.string, JSONValue.object($0.value)) }
        return [
            "openapi": "3.1.0",
            "info": ["title": "Assay", "version": .string(AssayVersion.current)],
            "paths": .object(JSONObject(written)),
            "components": ["securitySchemes": ["token": ["type": "http", "scheme": "bearer"]], "schemas": ["error": error]],
            "security": [["token": []]],
        ]
    }

    private static let error: JSONValue = [
        "type": "object", "required": ["error_code", "message"],
        "properties": ["error_code": ["type": "string"], "message": ["type": "string"]],
    ]

    private static func operation(_ route: Route) -> JSONValue {
        let known = described(route)
        var operation: JSONObject = [
            "operationId": .string("\(route.method) \(route.path)"),
            "x-permission": .string(route.permission.rawValue), "x-scope": .string(route.scope.name),
            "responses": [
                "2XX": ["description": "What was asked for."],
                "4XX": [
                    "description": "Why not; a member error_code and a message for people.",
                    "content": ["application/json": ["schema": ["$ref": "#/components/schemas/error"]]],
                ],
            ],
        ]
        if let known { operation["summary"] = .string(known.summary) }
        if route.permission == .open { operation["security"] = [] }
        let places = pathNames(route.path).map { parameter($0, in: "path", schema: ["type": "string", "minLength": 1], isRequired: true) }
        let fields = known?.query.map { parameter($0.name, in: "query", schema: schema($0), isRequired: $0.isRequired) } ?? []
        if !places.isEmpty || !fields.isEmpty { operation["parameters"] = .array(places + fields) }
        operation["requestBody"] = body(route, known)
        return .object(operation)
    }

    private static func described(_ route: Route) -> OpenAPIOperation? {
        guard route.path.hasPrefix(ownPrefix) else { return nil }
        return OpenAPIOperation.own[Text("\(route.method) \(route.path.dropFirst(ownPrefix.count))")]
    }

    private static func pathNames(_ path: String) -> [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()).replacing("...", with: "") }
    }

    private static func parameter(_ name: String, in place: JSONValue, schema: JSONValue, isRequired: Bool) -> JSONValue {
        ["name": .string(name), "in": place, "required": .bool(isRequired), "schema": schema]
    }

    private static func schema(_ field: OpenAPIOperation.Field) -> JSONValue {
        let item: JSONValue = ["type": .string(field.type)]
        return field.isList ? ["type": "array", "items": item] : item
    }

    private static func body(_ route: Route, _ known: OpenAPIOperation?) -> JSONValue? {
        if route.method == "GET" || route.method == "HEAD" { return nil }
        switch route.body {
        case .none, .form: return nil
        case .stream: return ["content": ["application/octet-stream": ["schema": [:]]]]
        case .json, .anyContentType:
            var schema: JSONObject = ["type": "object"]
            if let known, !known.body.isEmpty {
                schema["properties"] = .object(JSONObject(known.body.map { ($0.name, Self.schema($0)) }))
                let required = known.body.filter(\.isRequired)
                if !required.isEmpty { schema["required"] = .array(required.map { .string($0.name) }) }
            }
            return ["required": .bool(known.map { !$0.body.isEmpty } ?? true), "content": ["application/json": ["schema": .object(schema)]]]
        }
    }
}
