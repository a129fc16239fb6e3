import AssayJSON
package import AssayStore
package import AssayTerms
package import Logging
import Synchronization

/// Takes records of the access log and brings them into the store.
///
/// - A write's record goes into the transaction of the write itself: both are durable or neither is.
/// - A denial's record, and that of a read of a `raw-personal` data set, is durable before the answer is sent.
/// - Other reads wait in memory, at most ``flushMilliseconds`` or until ``bufferLimit`` of them wait; then the request that
///   comes next waits for the store. A crash loses the reads of that time. Nothing is ever dropped because there is much.
/// - The same by the same principal within a minute is one record with a count. A crash loses counts, never the first.
package final class AccessLog: Sendable {
    package static let flushMilliseconds: Int64 = 100
    package static let bufferLimit = 4_096
    static let repeatMilliseconds: Int64 = 60_000
    private static let knownLimit = 16_384
    /// Of records with more objects no repeats are counted, so that those known stay few bytes.
    private static let knownObjects = 64

    private struct Known {
        let since: Int64
        var repeats = 0
    }

    private struct State {
        var waiting: [TimedAccessRecord] = []
        /// Flushes under way: what they took is in no file yet.
        var flushes = 0
        var known: [AccessRecord: Known] = [:]
        var lastSweep: Int64 = 0
    }

    private let store: any Store
    private let cipher: AccessCipher
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private let keepsAddresses: Bool
    private let state = Mutex(State())

    /// - Parameters:
    ///   - store: the store itself, so that records are written whatever the writing request may see.
    ///   - keepsAddresses: whether records say where requests came from.
    package init(store: any Store, keyring: Keyring, effects: Effects, logger: Logger, keepsAddresses: Bool = false) {
        self.store = store
        cipher = AccessCipher(keyring: keyring, randomBytes: effects.randomBytes)
        now = effects.nowMilliseconds
        self.logger = logger
        self.keepsAddresses = keepsAddresses
    }

    /// What a record says of an address.
    package func kept(_ address: Text) -> Text? { keepsAddresses && !address.isEmpty ? address : nil }

    // MARK: - Taking records

    /// Enters a record in the transaction of the change it is about, unless it repeats one that is durable.
    ///
    /// - Returns: whether it was entered, to be told to ``didCommit(_:)`` afterwards.
    func enter(_ record: AccessRecord, in tx: any StoreTransaction) throws -> Bool {
        let time = now()
        if countsAsRepeat(record, at: time) { return false }
        try insert(TimedAccessRecord(record, milliseconds: time), in: tx)
        return true
    }

    /// Says that a record is durable, so that repeats of it are counted.
    func didCommit(_ record: AccessRecord) { remember(record, at: now()) }

    /// Takes the record of a request without a change.
    ///
    /// - Parameter mustBeDurable: returns only when it is.
    package func note(_ record: AccessRecord, mustBeDurable: Bool) async throws {
        let time = now()
        if countsAsRepeat(record, at: time) { return }
        let timed = TimedAccessRecord(record, milliseconds: time)
        if mustBeDurable {
            try await store.write { try self.insert(timed, in: $0) }
        } else {
            let isFull = state.withLock { state in
                state.waiting.append(timed)
                return state.waiting.count >= Self.bufferLimit
            }
            if isFull { try await flush() }
        }
        remember(record, at: time)
    }

    /// Notes that somebody may not do this at all, under what they asked it of as far as that is there; durable when it returns.
    package func noteDenial(
        of principal: Principal, _ verb: Permission, route: Text, on asked: [AccessObject], from address: Text
    ) async throws {
        var objects: [TouchedObject] = []
        if !asked.isEmpty { objects = try await store.read { tx in asked.flatMap { (try? $0.touched(in: tx)) ?? [] } } }
        let record = AccessRecord(
            principalID: principal.id, verb: verb, route: route, objects: objects, outcome: .denied, address: kept(address))
        try await note(record, mustBeDurable: true)
    }

    private func countsAsRepeat(_ record: AccessRecord, at time: Int64) -> Bool {
        state.withLock { state in
            guard let known = state.known[record], time >= known.since, time - known.since < Self.repeatMilliseconds else {
                return false
            }
            state.known[record]?.repeats += 1
            return true
        }
    }

    private func remember(_ record: AccessRecord, at time: Int64) {
        guard record.objects.count <= Self.knownObjects else { return }
        state.withLock { state in
            if state.known.count >= Self.knownLimit { Self.forget(olderThan: Int64.max, &state) }
            if state.known[record] == nil { state.known[record] = Known(since: time) }
        }
    }

    /// Counts of what is forgotten become records.
    private static func forget(olderThan limit: Int64, _ state: inout State) {
        for (record, known) in state.known where known.since < limit {
            if known.repeats > 0 {
                state.waiting.append(TimedAccessRecord(record, milliseconds: known.since, count: known.repeats))
            }
            state.known[record] = nil
        }
    }

    // MARK: - Bringing them into the store

    /// Brings what waits into the store; returns when that is durable, and what a flush before this one took. What cannot be
    /// written goes on waiting.
    package func flush() async throws {
        let isNeeded = state.withLock { state in
            guard !state.waiting.isEmpty || state.flushes > 0 else { return false }
            state.flushes += 1
            return true
        }
        guard isNeeded else { return }
        // Taken in the transaction, which stands behind that of a flush before; kept, as a transaction can be tried again alone.
        let taken = Mutex<[TimedAccessRecord]>([])
        do {
            try await store.write { tx in
                let records = taken.withLock { taken in
                    if taken.isEmpty {
                        self.state.withLock { state in swap(&taken, &state.waiting) }
                    }
                    return taken
                }
                for record in records { try self.insert(record, in: tx) }
            }
            state.withLock { $0.flushes -= 1 }
        } catch {
            let records = taken.withLock { $0 }
            state.withLock { state in
                state.flushes -= 1
                state.waiting.insert(contentsOf: records, at: 0)
            }
            throw error
        }
    }

    /// What the service does every ``flushMilliseconds``: turns old counts into records and flushes.
    package func tick() async {
        let time = now()
        state.withLock { state in
            guard time - state.lastSweep >= 1_000 || time < state.lastSweep else { return }
            state.lastSweep = time
            Self.forget(olderThan: time - Self.repeatMilliseconds, &state)
        }
        await flushOrSay()
    }

    /// Everything, counts included: for the end of the process.
    package func finish() async {
        state.withLock { Self.forget(olderThan: Int64.max, &$0) }
        await flushOrSay()
    }

    private func flushOrSay() async {
        do {
            try await flush()
        } catch {
            logger.error("records of the access log wait, because the store cannot be written", metadata: ["reason": "\(error)"])
        }
    }

    private func insert(_ record: TimedAccessRecord, in tx: any StoreTransaction) throws {
        try tx.insertAccessRecord(
            atMilliseconds: record.milliseconds,
            sealed: try cipher.seal(record.json.bytes(), context: Self.recordContext))
    }

    static let recordContext: Text = "access record 1"
}
