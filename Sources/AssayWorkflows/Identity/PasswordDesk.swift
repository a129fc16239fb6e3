package import AssayCanonical
import AssayTerms

/// Everything this process remembers about passwords between two requests, and the threads that hash them.
///
/// So many are hashed at a time, so that guessing takes neither all memory nor all cores, and so many may wait.
package final class PasswordDesk: Sendable {
    package let throttle: LoginThrottle
    let remembered: RememberedPasswords
    private let cost: PasswordHash.Cost
    private let workers = BlockingWorkers(label: "passwords", count: 2)
    /// A directory is waited for, which takes no core.
    private let directoryWorkers = BlockingWorkers(label: "directory", count: 4)
    /// What the password of nobody is held against, so that it takes as long as somebody's.
    private let nobodysSalt: [UInt8]

    /// - Parameter cost: of hashes made from now on; stored ones keep theirs.
    package init(randomBytes: (Int) -> [UInt8], cost: PasswordHash.Cost = .standard) {
        throttle = LoginThrottle(key: randomBytes(32))
        remembered = RememberedPasswords(key: randomBytes(32))
        nobodysSalt = randomBytes(PasswordHash.saltBytes)
        self.cost = cost
    }

    func hash(_ password: [UInt8], salt: [UInt8]) async throws -> PasswordHash {
        let cost = cost
        return try await workers.run { try PasswordHash(of: password, salt: salt, cost: cost) }
    }

    /// Whether the stored text is that of `password`; without a stored one `false`, after the same work.
    func matches(_ password: [UInt8], stored: PasswordHash?) async throws -> Bool {
        let (cost, salt) = (cost, nobodysSalt)
        return try await workers.run {
            if let stored { return try stored.matches(password) }
            _ = try PasswordHash(of: password, salt: salt, cost: cost)
            return false
        }
    }

    func ask(_ directory: any PasswordDirectory, name: String, password: String) async throws -> ExternalLogin? {
        try await directoryWorkers.run { try directory.login(name: name, password: password) }
    }
}
