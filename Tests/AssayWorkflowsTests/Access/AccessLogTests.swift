import AssayCanonical
import AssayStore
import AssayTerms
import AssayWorkflows
import Dispatch
import Logging
import Synchronization
import Testing

/// What the access log promises: what is durable when, what is counted, and what shows when it is changed.
@Suite struct AccessLogTests {
    private static let otto = Principal(userID: String(repeating: "d", count: 32), name: "otto", roles: [.auditor])
    private static let ana = Principal(userID: String(repeating: "e", count: 32), name: "ana", roles: [.dataScientist])

    private func logged(_ house: House) -> UseCases {
        var useCases = house.useCases
        useCases.accessLog = AccessLog(
            store: house.store, keyring: useCases.keyring, effects: useCases.effects, logger: Logger(label: "test"))
        return useCases
    }

    /// As the server runs a route's handler.
    private func request<Value>(
        _ useCases: UseCases, _ permission: Permission, by principal: Principal, _ work: () async throws -> Value
    ) async throws -> Value {
        let access = AccessGuard(principal, permission, on: [], route: "TEST /", log: useCases.accessLog)
        do {
            let value = try await AccessGuard.$current.withValue(access) { try await work() }
            try await access.finish(nil)
            return value
        } catch {
            try await access.finish(error)
            throw error
        }
    }

    private func run(_ useCases: UseCases, by principal: Principal = ana) async throws -> Text {
        try await request(useCases, .log, by: principal) {
            try await useCases.createRun(experimentID: 0, name: "r", userID: "", startTime: 1, tags: [], by: principal).info.id
        }
    }

    private func open(_ house: House) async throws -> Int { try await house.store.read { try $0.openAccessState().count } }

    @Test func aChangeAndItsRecordAreDurableTogether() async throws {
        try await House.with { house in
            let useCases = logged(house)
            let run = try await run(useCases)
            // Without any flush: it came with the change.
            #expect(try await open(house) == 1)
            let found = try await useCases.accesses(AccessQuery(subject: .run(run)), by: Self.otto)
            #expect(found.records.map(\.record.verb) == [.log])
            #expect(found.records.map(\.record.principalID) == [Self.ana.id])
            // What fails leaves no record of a change.
            await #expect(throws: AssayError.self) {
                try await request(useCases, .log, by: Self.ana) { try await useCases.append(RunBatch(), to: "nothing") }
            }
            #expect(try await open(house) == 1)
        }
    }

    @Test func aReadWaitsATenthOfASecondAtMost() async throws {
        try await House.with { house in
            let useCases = logged(house)
            let run = try await run(useCases)
            _ = try await request(useCases, .read, by: Self.otto) { try await useCases.run(run) }
            #expect(try await open(house) == 1)
            await useCases.accessLog?.tick()
            #expect(try await open(house) == 2)
            #expect(AccessLog.flushMilliseconds == 100)
        }
    }

    /// Holds every write open until it is let go.
    private struct HeldStore: Store {
        let store: any Store
        let isOpen: Atomic
        let mayClose = DispatchSemaphore(value: 0)

        final class Atomic: Sendable {
            private let value = Mutex(false)
            var isSet: Bool { value.withLock { $0 } }
            func set() { value.withLock { $0 = true } }
        }

        func write<Value: Sendable>(
            _ useCase: @escaping @Sendable (any StoreTransaction) throws -> Value
        ) async throws -> Value {
            try await store.write { tx in
                let value = try useCase(tx)
                isOpen.set()
                mayClose.wait()
                mayClose.signal()
                return value
            }
        }

        func read<Value: Sendable>(_ query: @escaping @Sendable (any StoreSnapshot) throws -> Value) async throws -> Value {
            try await store.read(query)
        }

        func close() throws {}
    }

    @Test func whoAsksWaitsForWhatIsBeingWritten() async throws {
        try await House.with { house in
            let held = HeldStore(store: house.store, isOpen: HeldStore.Atomic())
            let log = AccessLog(
                store: held, keyring: house.useCases.keyring, effects: house.useCases.effects, logger: Logger(label: "test"))
            try await log.note(
                AccessRecord(principalID: Self.otto.id, verb: .read, route: "TEST /", objects: [], outcome: .allowed, address: nil),
                mustBeDurable: false)
            let first = Task { await log.tick() }
            while !held.isOpen.isSet { try await Task.sleep(for: .milliseconds(1)) }
            // The second finds nothing waiting, and yet nothing is written.
            let second = Task {
                try await log.flush()
                return try await open(house)
            }
            try await Task.sleep(for: .milliseconds(20))
            held.mayClose.signal()
            #expect(try await second.value == 1)
            await first.value
            #expect(try await open(house) == 1)
        }
    }

    @Test func aDenialIsDurableBeforeTheAnswer() async throws {
        try await House.with { house in
            let useCases = logged(house)
            let run = try await run(useCases)
            let blind = Principal(
                userID: String(repeating: "f", count: 32), name: "eve", roles: [Role](),
                grants: [Grant(.allow, [.read], on: .model("x"))])
            await #expect(throws: AssayError.self) {
                _ = try await request(useCases, .read, by: blind) { try await useCases.run(run) }
            }
            #expect(try await open(house) == 2)
            let found = try await useCases.accesses(AccessQuery(subject: .run(run)), by: Self.otto).records
            #expect(found.map(\.record.outcome) == [.denied, .allowed])
        }
    }

    @Test func repeatsOfAMinuteAreCounted() async throws {
        try await House.with { house in
            let useCases = logged(house)
            let run = try await run(useCases)
            for _ in 0..<50 {
                try await request(useCases, .log, by: Self.ana) {
                    try await useCases.append(RunBatch(tags: [KeyValue(key: "k", value: "v")]), to: run)
                }
            }
            #expect(try await open(house) == 2)
            house.advance(milliseconds: 61_000)
            await useCases.accessLog?.tick()
            let records = try await useCases.accesses(AccessQuery(subject: .run(run)), by: Self.otto).records
            #expect(records.reduce(0) { $0 + $1.count } == 51)
            #expect(records.count == 3)
        }
    }

    @Test func aFullBufferIsWrittenAndNotDropped() async throws {
        try await House.with { house in
            let useCases = logged(house)
            let log = try #require(useCases.accessLog)
            for number in 0..<AccessLog.bufferLimit {
                let object = TouchedObject(.run, Text("r\(number)"))
                try await log.note(
                    AccessRecord(principalID: "p", verb: .read, route: "r", objects: [object], outcome: .allowed, address: nil),
                    mustBeDurable: false)
            }
            #expect(try await open(house) == AccessLog.bufferLimit)
        }
    }

    @Test func onlyAuditorsAskAndAskingIsNoted() async throws {
        try await House.with { house in
            let useCases = logged(house)
            let run = try await run(useCases)
            for principal in [Self.ana, .anonymous, .localOperator] {
                _ = await refusal(.permissionDenied) { _ = try await useCases.accesses(AccessQuery(), by: principal) }
            }
            _ = try await request(useCases, .audit, by: Self.otto) {
                try await useCases.accesses(AccessQuery(subject: .run(run)), by: Self.otto)
            }
            let asked = try await useCases.accesses(AccessQuery(subject: .user(Text(Self.otto.id))), by: Self.otto).records
            #expect(asked.map(\.record.objects) == [[TouchedObject(.accessLog, Text("run \(run)"))]])
        }
    }

    @Test func segmentsAreChainedEnteredAndReadable() async throws {
        try await House.with { house in
            let useCases = logged(house)
            let first = try await run(useCases)
            #expect(try await useCases.sealAccessLog() == nil)
            house.advance(milliseconds: UseCases.segmentMilliseconds)
            let one = try #require(try await useCases.sealAccessLog())
            let second = try await run(useCases)
            let two = try #require(try await useCases.sealAccessLog(now: true))
            #expect((one.number, two.number, two.previous == one.digest) == (1, 2, true))
            #expect(try await open(house) == 0)
            for run in [first, second] {
                #expect(try await useCases.accesses(AccessQuery(subject: .run(run)), by: Self.otto).records.count == 1)
            }
            #expect(try await house.kinds().filter { $0 == "access.sealed" }.count == 2)
            // The bytes say nothing to somebody without the key.
            let sealed = try #require(one.sealed)
            #expect(!String(decoding: sealed, as: UTF8.self).contains(Self.ana.id))
        }
    }

    @Test(arguments: [
        "UPDATE accessSegment SET sealed = zeroblob(length(sealed)) WHERE number = 1",
        "UPDATE accessSegment SET digest = zeroblob(32) WHERE number = 1", "DELETE FROM accessSegment WHERE number = 1",
        "UPDATE accessSegment SET sealed = NULL WHERE number = 1",
        "UPDATE accessSegment SET previous = zeroblob(32) WHERE number = 2",
    ])
    func aChangedSegmentIsFound(_ sql: String) async throws {
        try await House.with(tampers: true) { house in
            let useCases = logged(house)
            for _ in 0..<2 {
                _ = try await run(useCases)
                _ = try await useCases.sealAccessLog(now: true)
            }
            #expect(try await useCases.checkAccessSegments().isEmpty)
            try house.tamper(sql)
            let byBytes = try await useCases.checkAccessSegments()
            let byLog = try #require(try await useCases.compareRecords()).differences
            #expect(!byBytes.isEmpty || !byLog.isEmpty)
        }
    }

    @Test func theTimeOfASegmentEndsAndItsDigestStays() async throws {
        try await House.with { house in
            let useCases = logged(house)
            let root = try await useCases.createFirstAdministrator(named: "root").user.principal
            let cleo = try await useCases.createUser(named: "cleo", roles: [.compliance], by: root).user.principal
            let run = try await run(useCases)
            let segment = try #require(try await useCases.sealAccessLog(now: true))
            _ = await refusal(.invalidArgument) { _ = try await useCases.setAccessLogRetention(days: 30, by: cleo) }
            _ = await refusal(.permissionDenied) { _ = try await useCases.setAccessLogRetention(days: 200, by: root) }
            #expect(try await useCases.setAccessLogRetention(days: 200, by: cleo) == nil)
            #expect(try await useCases.expireAccessSegments() == 0)
            house.advance(milliseconds: 200 * 86_400_000 + 1)
            #expect(try await useCases.expireAccessSegments() == 1)
            #expect(try await useCases.expireAccessSegments() == 0)
            #expect(try await useCases.accesses(AccessQuery(subject: .run(run)), by: Self.otto).records.isEmpty)
            let kept = try #require(try await house.store.read { try $0.accessSegment(segment.number) })
            #expect(kept.sealed == nil && kept.digest == segment.digest)
            #expect(try await useCases.checkAccessSegments().isEmpty)
            #expect(throws: AssayError.self) { try useCases.keyring.key(id: Array(try #require(segment.sealed)[1..<17])) }
        }
    }
}
