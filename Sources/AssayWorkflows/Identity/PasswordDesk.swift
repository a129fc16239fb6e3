package import AssayCanonical
import AssayLedger
import AssayTerms
import Synchronization

/// Everything this process remembers about passwords between two requests, and the threads that hash them.
///
/// So many are hashed at a time, so that guessing takes neither all memory nor all cores, and so many may wait.
package final class PasswordDesk: Sendable {
    private static let workerCount = 2
    private static let waitingLimit = 64

    package let throttle: LoginThrottle
    let remembered: RememberedPasswords
    private let cost: PasswordHash.Cost
    private let workers: [Worker]
    private let waiting = Mutex<(count: Int, next: Int)>((0, 0))
    /// What the password of nobody is held against, so that it takes as long as somebody's.
    private let nobodysSalt: [UInt8]

    /// - Parameter cost: of hashes made from now on; stored ones keep theirs.
    package init(randomBytes: (Int) -> [UInt8], cost: PasswordHash.Cost = .standard) {
        throttle = LoginThrottle(key: randomBytes(32))
        remembered = RememberedPasswords(key: randomBytes(32))
        nobodysSalt = randomBytes(PasswordHash.saltBytes)
        self.cost = cost
        workers = (0..<Self.workerCount).map { Worker(label: "assay.passwords.\($0)") }
    }

    func hash(_ password: [UInt8], salt: [UInt8]) async throws -> PasswordHash {
        let cost = cost
        return try await work { try PasswordHash(of: password, salt: salt, cost: cost) }
    }

    /// Whether the stored text is that of `password`; without a stored one `false`, after the same work.
    func matches(_ password: [UInt8], stored: PasswordHash?) async throws -> Bool {
        let (cost, salt) = (cost, nobodysSalt)
        return try await work {
            if let stored { return try stored.matches(password) }
            _ = try PasswordHash(of: password, salt: salt, cost: cost)
            return false
        }
    }

    private func work<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        let chosen = waiting.withLock { waiting -> Int? in
            guard waiting.count < Self.waitingLimit else { return nil }
            waiting.count += 1
            waiting.next = (waiting.next + 1) % workers.count
            return waiting.next
        }
        guard let chosen else {
            throw AssayError(.tooSoon, "Too many people are logging in at this moment. Try again in a few seconds.")
        }
        defer { waiting.withLock { $0.count -= 1 } }
        return try await workers[chosen].run(body)
    }

    private actor Worker {
        private let executor: BlockingExecutor

        init(label: String) { executor = BlockingExecutor(label: label) }

        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        func run<Value: Sendable>(_ body: @Sendable () throws -> Value) throws -> Value { try body() }
    }
}
