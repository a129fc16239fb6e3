import AssayStore
import AssayTerms
import Synchronization

/// Wrapped keys in memory, for tests of what is above them.
final class MemoryKeyStore: WrappedKeyStore {
    private let keys = Mutex<[WrappedKey]>([])
    private let check = Mutex<[UInt8]?>(nil)

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

    func forEachKey(_ visit: (WrappedKey) throws -> Void) throws -> Int {
        let keys = keys.withLock { $0 }
        try keys.forEach(visit)
        return keys.count
    }

    func masterCheck() -> [UInt8]? { check.withLock { $0 } }
    func setMasterCheck(_ value: [UInt8]) { check.withLock { $0 = value } }

    func rewrap(check value: [UInt8], _ wrap: (WrappedKey) throws -> [UInt8]) throws -> Int {
        try keys.withLock { keys in
            keys = try keys.map { WrappedKey(id: $0.id, domain: $0.domain, wrapped: try wrap($0)) }
            setMasterCheck(value)
            return keys.count
        }
    }
}
