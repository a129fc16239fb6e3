import AssayCanonical
import AssayStore
import Foundation

/// A folder that goes away with the test, with a keyring of its own.
struct Scratch {
    let path: String
    let keyring: Keyring

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "assay-\(UUID().uuidString)").path
        try Disk.createDirectory(path)
        let master = MasterKey(randomBytes: SecureRandom.bytes)
        keyring = Keyring(store: MemoryKeyStore(), master: master, randomBytes: { SecureRandom.bytes($0) })
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
