import AssayServer
import AssayTerms
import Synchronization
import Testing

/// Callers by their keys and within their limits, by a clock that the tests move.
struct CallerGateTests {
    private final class Clock: Sendable {
        private let time = Mutex<Int64>(1_000_000)
        var now: Int64 { time.withLock { $0 } }
        func move(_ milliseconds: Int64) { time.withLock { $0 += milliseconds } }
    }

    private static func key(_ seed: UInt8) -> (text: String, digest: SHA256Digest) {
        CallerKey.make { [UInt8](repeating: seed, count: $0) }
    }

    private static func caller(_ name: Text, _ seeds: [UInt8], models: [Text] = ["*"], _ change: (inout CallerLimits) -> Void = { _ in }) -> GatewayCaller {
        var limits = CallerLimits()
        change(&limits)
        return GatewayCaller(name: name, keys: seeds.map { key($0).digest }, models: models, limits: limits)
    }

    private func refusal(_ body: () throws -> Void) throws -> CallerGate.Refusal? {
        do {
            try body()
            return nil
        } catch let refusal as CallerGate.Refusal {
            return refusal
        }
    }

    @Test func keysHaveTheFormOfTokensAndAreRecognised() throws {
        let made = Self.key(7)
        #expect(made.text == "assay_caller_\(String(repeating: "07", count: 8))_\(String(repeating: "07", count: 32))")
        let gate = CallerGate([Self.caller("a", [1]), Self.caller("b", [2, 3])], now: { 0 })
        #expect(try gate.caller(authorization: "Bearer \(Self.key(1).text)").name == "a")
        #expect(try gate.caller(authorization: "bearer \(Self.key(3).text)").name == "b")
        for wrong in [nil, "", "Bearer", "Bearer ", "Basic \(Self.key(1).text)", "Bearer \(Self.key(9).text)", "Bearer \(Self.key(1).text)x"] {
            let error = #expect(throws: AssayError.self) { try gate.caller(authorization: wrong) }
            #expect(error?.code == .unauthenticated)
        }
        #expect(try CallerGate(anonymous: CallerLimits(), now: { 0 }).caller(authorization: nil).name == CallerGate.anonymous)
    }

    /// Every key is compared, and each once, wherever the right one stands: what is done does not depend on it.
    @Test(arguments: [1, 2, 3, 4, 5, 99] as [UInt8])
    func comparisonsDoNotDependOnTheKey(seed: UInt8) {
        let callers = [Self.caller("a", [1, 2]), Self.caller("b", [3]), Self.caller("c", [4, 5])]
        var compared: [SHA256Digest] = []
        let place = CallerGate.find(Self.key(seed).digest, in: callers) { key, sent in
            compared.append(key)
            return key == sent
        }
        #expect(compared == [1, 2, 3, 4, 5].map { Self.key($0).digest })
        #expect(place == [1: 0, 2: 0, 3: 1, 4: 2, 5: 2][seed])
    }

    @Test func modelsAndSizesAreHeld() throws {
        let gate = CallerGate([Self.caller("a", [1], models: ["loans", "cards-*"]) { $0.bodyBytes = 10 }], now: { 0 })
        for model in ["loans", "cards-1", "cards-"] as [Text] { try gate.begin("a", model: model, bodyBytes: 10) }
        for model in ["Loans", "loans2", "", "card"] as [Text] {
            let error = #expect(throws: AssayError.self) { try gate.begin("a", model: model, bodyBytes: 1) }
            #expect(error?.code == .permissionDenied)
        }
        let large = #expect(throws: AssayError.self) { try gate.begin("a", model: "loans", bodyBytes: 11) }
        #expect(large?.code == .limitExceeded)
        #expect(gate.counts[0].counts.denied == 4)
    }

    @Test func requestsComeBackWithTime() throws {
        let clock = Clock()
        let gate = CallerGate(
            [Self.caller("a", [1]) { $0.requests = .init(perSecond: 2, burst: 3) }, Self.caller("b", [2])], now: { clock.now })
        for _ in 0..<3 { try gate.begin("a", model: "m", bodyBytes: 0) }
        let refused = try refusal { try gate.begin("a", model: "m", bodyBytes: 0) }
        #expect(refused?.retrySeconds == 1)
        // Another one's budget is its own.
        for _ in 0..<100 { try gate.begin("b", model: "m", bodyBytes: 0) }
        clock.move(499)
        #expect(try refusal { try gate.begin("a", model: "m", bodyBytes: 0) } == nil)
        #expect(try refusal { try gate.begin("a", model: "m", bodyBytes: 0) } != nil)
        // A clock that goes back gives nothing.
        clock.move(-10_000)
        #expect(try refusal { try gate.begin("a", model: "m", bodyBytes: 0) } != nil)
        clock.move(100_000)
        for _ in 0..<3 { try gate.begin("a", model: "m", bodyBytes: 0) }
        #expect(try refusal { try gate.begin("a", model: "m", bodyBytes: 0) } != nil)
        #expect(gate.counts[0].counts.refused == 4)
    }

    @Test func rowsAndCostArePaidAfterwards() throws {
        let clock = Clock()
        let gate = CallerGate(
            [
                Self.caller("rows", [1]) { $0.rows = .init(perSecond: 10, burst: 10) },
                Self.caller("cost", [2]) { $0.cost = .init(perSecond: 1_000, burst: 1_000) },
            ], now: { clock.now })
        // One request may go below nothing; then all wait until it is paid.
        try gate.begin("rows", model: "m", bodyBytes: 0)
        gate.end("rows", cost: AnswerCost(rows: 60))
        #expect(try refusal { try gate.begin("rows", model: "m", bodyBytes: 0) }?.retrySeconds == 6)
        clock.move(5_000)
        #expect(try refusal { try gate.begin("rows", model: "m", bodyBytes: 0) }?.retrySeconds == 1)
        clock.move(1)
        #expect(try refusal { try gate.begin("rows", model: "m", bodyBytes: 0) } == nil)
        #expect(AnswerCost(rows: 5, explainedRows: 5, modelMilliseconds: 7).units == 27)
        try gate.begin("cost", model: "m", bodyBytes: 0)
        gate.end("cost", cost: AnswerCost(rows: 1, modelMilliseconds: 120_000))
        #expect(try refusal { try gate.begin("cost", model: "m", bodyBytes: 0) }?.retrySeconds == 120)
        gate.end("cost", cost: AnswerCost(rows: .max / 2))
        #expect(try refusal { try gate.begin("cost", model: "m", bodyBytes: 0) } != nil)
    }

    @Test func requestsAtATimeAreGivenBack() throws {
        let gate = CallerGate([Self.caller("a", [1]) { $0.concurrentRequests = 2 }], now: { 0 })
        try gate.begin("a", model: "m", bodyBytes: 0)
        try gate.begin("a", model: "m", bodyBytes: 0)
        #expect(try refusal { try gate.begin("a", model: "m", bodyBytes: 0) }?.retrySeconds == 1)
        gate.end("a", cost: AnswerCost())
        try gate.begin("a", model: "m", bodyBytes: 0)
        #expect(gate.counts[0].counts.answered == 1)
    }

    @Test func whoIsThrottledIsAnsweredOnceASecond() throws {
        let clock = Clock()
        let gate = CallerGate([Self.caller("a", [1])], now: { clock.now })
        gate.throttle("a", seconds: 10)
        gate.throttle("nobody", seconds: 10)
        try gate.begin("a", model: "m", bodyBytes: 0)
        #expect(try refusal { try gate.begin("a", model: "m", bodyBytes: 0) }?.message.contains("copied") == true)
        clock.move(1_001)
        // To be throttled again gives nothing back.
        try gate.begin("a", model: "m", bodyBytes: 0)
        gate.throttle("a", seconds: 10)
        #expect(try refusal { try gate.begin("a", model: "m", bodyBytes: 0) } != nil)
        clock.move(11_000)
        for _ in 0..<10 { try gate.begin("a", model: "m", bodyBytes: 0) }
    }

    /// Over any stretch no more is let through than the burst and what came back, beside one price.
    @Test(arguments: 0..<20)
    func spendingIsBounded(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: UInt64) -> Int64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int64(state % bound)
        }
        let rate = CallerLimits.Rate(perSecond: 1 + next(50), burst: 1 + next(200))
        var budget = SpendingBudget(rate, now: 0)
        var (time, spent, last): (Int64, Int64, Int64) = (0, 0, 0)
        for _ in 0..<2_000 {
            time += next(300)
            guard budget.wait(at: time) == nil else { continue }
            last = next(100)
            budget.spend(last, at: time)
            spent += last
            #expect(spent - last < rate.burst + rate.perSecond * time / 1_000 + 1)
        }
    }
}
