import AssayTerms

/// Finds the route of a request. Literal segments win over `{name}` ones, which win over a `{name...}` rest.
package struct RouteTable: Sendable {
    package enum Match: Sendable {
        case route(Route, parameters: [String: String])
        /// The path exists, with other methods.
        case otherMethods([String])
        case none

        var isPage: Bool { if case .route(let route, _) = self { route.isPage } else { false } }
        var takesKey: Bool { if case .route(let route, _) = self { route.takesKey } else { false } }
    }

    private final class Node: Sendable {
        let literals: [String: Node]
        let parameter: Node?
        let routes: [String: (route: Route, names: [String])]
        let rest: [String: (route: Route, names: [String])]

        init(_ builder: Builder) {
            literals = builder.literals.mapValues { Node($0) }
            parameter = builder.parameter.map { Node($0) }
            routes = builder.routes
            rest = builder.rest
        }
    }

    private final class Builder {
        var literals: [String: Builder] = [:]
        var parameter: Builder?
        var routes: [String: (route: Route, names: [String])] = [:]
        var rest: [String: (route: Route, names: [String])] = [:]
    }

    package let routes: [Route]
    private let root: Node

    /// - Precondition: no method and path twice.
    package init(_ routes: [Route]) {
        self.routes = routes
        let root = Builder()
        for route in routes {
            var node = root
            var names: [String] = []
            var takesRest = false
            for segment in route.path.split(separator: "/", omittingEmptySubsequences: true) {
                if segment.hasPrefix("{"), segment.hasSuffix("...}") {
                    names.append(String(segment.dropFirst().dropLast(4)))
                    takesRest = true
                } else if segment.hasPrefix("{") {
                    names.append(String(segment.dropFirst().dropLast()))
                    let next = node.parameter ?? Builder()
                    node.parameter = next
                    node = next
                } else {
                    let next = node.literals[String(segment)] ?? Builder()
                    node.literals[String(segment)] = next
                    node = next
                }
            }
            if takesRest {
                precondition(node.rest[route.method] == nil, "route declared twice")
                node.rest[route.method] = (route, names)
            } else {
                precondition(node.routes[route.method] == nil, "route declared twice")
                node.routes[route.method] = (route, names)
            }
        }
        self.root = Node(root)
    }

    /// `path` is as sent, percent-encoded; segments are decoded one by one, so an encoded slash stays inside its segment.
    package func match(method: String, path: String) -> Match {
        let segments = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        guard let found = find(root, segments[...], values: []) else { return .none }
        // HEAD is GET without the body, wherever there is a GET (RFC 9110, section 9.3.2).
        guard let (route, names) = found.routes[method] ?? (method == "HEAD" ? found.routes["GET"] : nil) else {
            let methods = Set(found.routes.keys)
            return .otherMethods((methods.contains("GET") ? methods.union(["HEAD"]) : methods).sorted())
        }
        var parameters: [String: String] = [:]
        for (name, value) in zip(names, found.values) {
            guard let decoded = PercentCoding.decode(value, plusIsSpace: false) else { return .none }
            parameters[name] = decoded.string
        }
        return .route(route, parameters: parameters)
    }

    private typealias Found = (routes: [String: (route: Route, names: [String])], values: [String])

    private func find(_ node: Node, _ segments: ArraySlice<String>, values: [String]) -> Found? {
        guard let first = segments.first else {
            if !node.routes.isEmpty { return (node.routes, values) }
            return node.rest.isEmpty ? nil : (node.rest, values + [""])
        }
        let remaining = segments.dropFirst()
        if let next = node.literals[first], let found = find(next, remaining, values: values) { return found }
        if let next = node.parameter, let found = find(next, remaining, values: values + [first]) { return found }
        return node.rest.isEmpty ? nil : (node.rest, values + [segments.joined(separator: "/")])
    }
}
