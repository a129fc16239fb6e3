import AssayCanonical
package import AssayTerms
import Synchronization

/// Who asks a gateway, and whether they may now: keys, models, rates, sizes and requests at a time, caller by caller.
///
/// Requests are paid for when they begin; rows and cost when their answer is there, since nobody knows them before; see
/// ``SpendingBudget``. Memory is one record a caller of the file, whatever is sent.
package final class CallerGate: Sendable {
    /// Why a request is not answered now though it may be later.
    package struct Refusal: Error, Hashable, Sendable {
        package let retrySeconds: Int64
        /// For the caller: what ran out.
        package let message: String
    }

    /// What is counted of a caller.
    package struct Counts: Hashable, Sendable {
        package var answered: UInt64 = 0
        package var rows: UInt64 = 0
        package var cost: UInt64 = 0
        /// For want of requests, rows, cost or room beside requests of its own.
        package var refused: UInt64 = 0
        /// For a model that it may not ask.
        package var denied: UInt64 = 0
    }

    private struct State {
        var requests: SpendingBudget?
        var rows: SpendingBudget?
        var cost: SpendingBudget?
        /// Beside ``requests``, until a time.
        var throttle: (budget: SpendingBudget, until: Int64)?
        var concurrent = 0
        var counts = Counts()
    }

    package static let anonymous: Text = "anonymous"

    /// In the order of the file.
    package let callers: [GatewayCaller]
    /// Whether a key is asked for.
    package let takesKeys: Bool
    private let places: [Text: Int]
    private let now: @Sendable () -> Int64
    private let states: Mutex<[State]>

    /// - Parameters:
    ///   - callers: with distinct names.
    ///   - now: milliseconds.
    package init(_ callers: [GatewayCaller], now: @escaping @Sendable () -> Int64) {
        self.callers = callers
        takesKeys = true
        self.now = now
        places = Dictionary(uniqueKeysWithValues: callers.enumerated().map { ($1.name, $0) })
        states = Mutex(Self.states(callers, now()))
    }

    /// Of one caller without a name, who may ask every model.
    package init(anonymous limits: CallerLimits, now: @escaping @Sendable () -> Int64) {
        callers = [GatewayCaller(name: Self.anonymous, keys: [], models: ["*"], limits: limits)]
        takesKeys = false
        self.now = now
        places = [Self.anonymous: 0]
        states = Mutex(Self.states(callers, now()))
    }

    private static func states(_ callers: [GatewayCaller], _ time: Int64) -> [State] {
        callers.map { caller in
            State(
                requests: caller.limits.requests.map { SpendingBudget($0, now: time) },
                rows: caller.limits.rows.map { SpendingBudget($0, now: time) },
                cost: caller.limits.cost.map { SpendingBudget($0, now: time) })
        }
    }

    /// The greatest body that any of them may send.
    package var bodyLimit: Int { callers.map(\.limits.bodyBytes).max() ?? CallerLimits.greatestBodyBytes }

    // MARK: Who

    /// Whose key stands in a request's `Authorization`; the caller without a name where no keys are asked for.
    ///
    /// The digest of what was sent is compared with every key there is, each in constant time, whether or not one was the right one
    /// before: how long that takes says nothing about keys.
    ///
    /// - Throws: `unauthenticated`.
    package func caller(authorization: String?) throws(AssayError) -> GatewayCaller {
        guard takesKeys else { return callers[0] }
        guard let authorization, let text = CallerKey.text(inAuthorization: authorization) else {
            throw AssayError(
                .unauthenticated,
                "This gateway answers callers it knows. Send 'Authorization: Bearer KEY' with the key that whoever runs it made by assay gateway-key.")
        }
        let found = Self.find(CallerKey.digest(of: text), in: callers) { ConstantTime.equal($0.bytes, $1.bytes) }
        guard let found else { throw AssayError(.unauthenticated, "The key is none of this gateway's callers.") }
        return callers[found]
    }

    /// - Parameter equal: asked about every key once.
    package static func find(
        _ digest: SHA256Digest, in callers: [GatewayCaller], equal: (SHA256Digest, SHA256Digest) -> Bool
    ) -> Int? {
        var found: Int?
        for (place, caller) in callers.enumerated() {
            for key in caller.keys where equal(key, digest) { found = place }
        }
        return found
    }

    package func caller(named name: Text) -> GatewayCaller? { places[name].map { callers[$0] } }

    // MARK: Whether

    /// Begins a request; ``end(_:cost:)`` has to follow.
    ///
    /// - Throws: `permissionDenied` for a model that the caller may not ask, `limitExceeded` for a body too large; ``Refusal``.
    package func begin(_ name: Text, model: Text, bodyBytes: Int) throws {
        guard let place = places[name] else { throw AssayError(.internalFault, "a caller is not known any more") }
        let caller = callers[place]
        guard caller.may(ask: model) else {
            states.withLock { $0[place].counts.denied += 1 }
            throw AssayError(.permissionDenied, "The caller '\(name)' may not ask the model '\(model)'; its 'models' would have to name it.")
        }
        guard bodyBytes <= caller.limits.bodyBytes else {
            throw AssayError(.limitExceeded, "The body is larger than the \(caller.limits.bodyBytes) bytes that this caller may send. Send less at once.")
        }
        let time = now()
        let refusal = states.withLock { states -> Refusal? in
            let refusal = Self.refusal(&states[place], caller.limits, time)
            if refusal != nil {
                states[place].counts.refused += 1
            } else {
                states[place].requests?.spend(1, at: time)
                states[place].throttle?.budget.spend(1, at: time)
                states[place].concurrent += 1
            }
            return refusal
        }
        if let refusal { throw refusal }
    }

    private static func refusal(_ state: inout State, _ limits: CallerLimits, _ time: Int64) -> Refusal? {
        func words(_ what: String, _ seconds: Int64) -> Refusal {
            Refusal(
                retrySeconds: seconds,
                message: "\(what). Send the next request in \(seconds) second\(seconds == 1 ? "" : "s"), and then more slowly.")
        }
        if let limit = limits.concurrentRequests, state.concurrent >= limit {
            return words("\(limit) request\(limit == 1 ? "" : "s") of this caller are being answered, as many as may be at a time", 1)
        }
        if let throttle = state.throttle, time >= throttle.until { state.throttle = nil }
        if let seconds = state.throttle?.budget.wait(at: time) {
            return words("This caller's requests look as if a model were copied, and are answered one a second until whoever runs this gateway says otherwise", seconds)
        }
        if let seconds = state.requests?.wait(at: time) { return words("This caller sent too many requests at once", seconds) }
        if let seconds = state.rows?.wait(at: time) { return words("This caller sent too many rows", seconds) }
        if let seconds = state.cost?.wait(at: time) { return words("What this caller asked for cost too much", seconds) }
        return nil
    }

    /// Ends a request that was begun, however it was answered.
    package func end(_ name: Text, cost: AnswerCost) {
        guard let place = places[name] else { return }
        let time = now()
        states.withLock { states in
            states[place].concurrent -= 1
            states[place].rows?.spend(cost.rows, at: time)
            states[place].cost?.spend(cost.units, at: time)
            states[place].counts.answered += 1
            states[place].counts.rows += UInt64(clamping: cost.rows)
            states[place].counts.cost += UInt64(clamping: cost.units)
        }
    }

    /// Answers a caller one request a second for so long.
    package func throttle(_ name: Text, seconds: Int64) {
        guard let place = places[name] else { return }
        let time = now()
        states.withLock { states in
            let budget = states[place].throttle?.budget ?? SpendingBudget(.init(perSecond: 1, burst: 1), now: time)
            states[place].throttle = (budget, time + seconds * 1_000)
        }
    }

    /// By name, in the order of the file.
    package var counts: [(name: Text, counts: Counts)] {
        states.withLock { states in callers.enumerated().map { ($1.name, states[$0].counts) } }
    }
}
