import AssayStore
import AssayTerms
import Synchronization

/// Wrapped keys in memory, for tests of what is above them.
final class MemoryKeyStore: WrappedKeyStore {
    private let keys = Mutex<[WrappedKey]>([])

    func key(domain: Text) -> WrappedKey? { keys.withLock { $0.first { $0.domain == domain } } }
    func key(id: [UInt8]) -> WrappedKey? { keys.withLock { $0.first { $0.id == id } } }
    func destroy(domain: Text) { keys.withLock { $0.removeAll { $0.domain == domain } } }

    func insert(_ key: WrappedKey) -> WrappedKey {
        keys.withLock { keys in
            if let kept = keys.first(where: { $0.domain == key.domain }) { return kept }
            keys.append(key)
            return key
        }
    }
}
