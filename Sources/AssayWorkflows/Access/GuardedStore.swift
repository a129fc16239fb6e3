import AssayStore

/// A store that shows each request what its principal may see, and checks what it may do; see ``AccessGuard``. Work that
/// serves no request (sealing, evidence, webhooks, commands on the directory) is not guarded.
struct GuardedStore: Store {
    private let store: any Store

    init(_ store: any Store) { self.store = store }

    func write<Value: Sendable>(
        _ useCase: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        guard let access = AccessGuard.current else { return try await store.write(useCase) }
        let (value, record, count) = try await store.write { whole in
            let seen = whole.writable(by: access.view)
            try access.check(seen)
            let value = try useCase(seen)
            return (value, try access.enter(in: whole), access.view.trail.unrecorded.count)
        }
        access.didCommit(record, objects: count)
        return value
    }

    func read<Value: Sendable>(_ query: @escaping @Sendable (any StoreSnapshot) throws -> Value) async throws -> Value {
        guard let access = AccessGuard.current else { return try await store.read(query) }
        return try await store.read { whole in
            let seen = whole.seen(by: access.view)
            try access.check(seen)
            return try query(seen)
        }
    }

    func close() throws { try store.close() }
}
