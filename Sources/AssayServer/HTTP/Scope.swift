package import AssayWorkflows

/// How a route finds what it is about. Together with the route's permission it says everything about who may call it.
package struct Scope: Sendable {
    package enum Kind: Sendable {
        /// Nothing that could be told apart: the verb must be allowed on everything, and denied on nothing.
        case house
        /// What is answered is what the caller may read; the verb must be allowed on something.
        case filtered
        /// These objects, looked up in the transactions of the request.
        case objects(@Sendable (Exchange) throws -> [AccessObject])
    }

    /// As the reviewed table of permissions shows it.
    package let name: String
    package let kind: Kind

    private init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }

    package static let house = Scope("house", .house)
    package static let filtered = Scope("filtered", .filtered)

    /// A scope of its own.
    package static func objects(_ name: String, _ find: @escaping @Sendable (Exchange) throws -> [AccessObject]) -> Scope {
        Scope(name, .objects(find))
    }
}
