import ServiceLifecycle

/// A service that is described by its type's name alone: a group describes each of its services, and a listener described
/// member by member, with all its routes, takes a fifth of a second of every start.
struct NamedService: Service, CustomStringConvertible {
    let service: any Service

    var description: String { String(describing: type(of: service)) }

    func run() async throws { try await service.run() }
}
