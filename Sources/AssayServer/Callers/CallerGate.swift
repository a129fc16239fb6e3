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

    /// Callers with what is left to each, replaced together.
    private struct Book {
        /// In the order of the file.
        var callers: [GatewayCaller]
        var states: [State]
        private(set) var places: [Text: Int]

        init(_ callers: [GatewayCaller], _ states: [State]) {
            self.callers = callers
            self.states = states
            places = Dictionary(uniqueKeysWithValues: callers.enumerated().map { ($1.name, $0) })
        }
    }

    /// Whether a key is asked for.
    package let takesKeys: Bool
    private let now: @Sendable () -> Int64
    private let book: Mutex<Book>

    /// - Parameters:
    ///   - callers: with distinct names.
    ///   - now: milliseconds.
    package init(_ callers: [GatewayCaller], now: @escaping @Sendable () -> Int64) {
        takesKeys = true
        self.now = now
        book = Mutex(Book(callers, Self.states(callers, now())))
    }

    /// Of one caller without a name, who may ask every model.
    package init(anonymous limits: CallerLimits, now: @escaping @Sendable () -> Int64) {
        let callers = [GatewayCaller(name: Self.anonymous, keys: [], models: ["*"], limits: limits)]
        takesKeys = false
        self.now = now
        book = Mutex(Book(callers, Self.states(callers, now())))
    }

    private static func states(_ callers: [GatewayCaller], _ time: Int64) -> [State] {
        callers.map { caller in
            State(
                requests: caller.limits.requests.map { SpendingBudget($0, now: time) },
                rows: caller.limits.rows.map { SpendingBudget($0, now: time) },
                cost: caller.limits.cost.map { SpendingBudget($0, now: time) })
        }
    }

    /// In the order of the file.
    package var callers: [GatewayCaller] { book.withLock(\.callers) }

    /// Puts callers in place of those before. Who keeps their name keeps what was counted of them, and with the same limits what is left
    /// of their budgets.
    ///
    /// - Parameter callers: with distinct names.
    package func replace(with callers: [GatewayCaller]) {
        var states = Self.states(callers, now())
        book.withLock { book in
            for (place, caller) in callers.enumerated() {
                guard let before = book.places[caller.name] else { continue }
                var kept = book.states[before]
                if book.callers[before].limits != caller.limits {
                    (kept.requests, kept.rows, kept.cost) = (states[place].requests, states[place].rows, states[place].cost)
                }
                states[place] = kept
            }
            book = Book(callers, states)
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
        let callers = callers
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

    package func caller(named name: Text) -> GatewayCaller? { book.withLock { book in book.places[name].map { book.callers[$0] } } }

    // MARK: Whether

    /// Begins a request; ``end(_:cost:)`` has to follow.
    ///
    /// - Throws: `permissionDenied` for a model that the caller may not ask, `limitExceeded` for a body too large; ``Refusal``.
    package func begin(_ name: Text, model: Text, bodyBytes: Int) throws {
        let time = now()
        let refusal = try book.withLock { book -> Refusal? in
            guard let place = book.places[name] else { throw AssayError(.unauthenticated, "The caller '\(name)' is none of this gateway's any more.") }
            let caller = book.callers[place]
            guard caller.may(ask: model) else {
                book.states[place].counts.denied += 1
                throw AssayError(.permissionDenied, "The caller '\(name)' may not ask the model '\(model)'; its 'models' would have to name it.")
            }
            guard bodyBytes <= caller.limits.bodyBytes else {
                throw AssayError(.limitExceeded, "The body is larger than the \(caller.limits.bodyBytes) bytes that this caller may send. Send less at once.")
            }
            let refusal = Self.refusal(&book.states[place], caller.limits, time)
            if refusal != nil {
                book.states[place].counts.refused += 1
            } else {
                book.states[place].requests?.spend(1, at: time)
                book.states[place].throttle?.budget.spend(1, at: time)
                book.states[place].concurrent += 1
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
            return words("This caller's requests look as if a model were copied, and are answered one a second while they do and for an hour after", seconds)
        }
        if let seconds = state.requests?.wait(at: time) { return words("This caller sent too many requests at once", seconds) }
        if let seconds = state.rows?.wait(at: time) { return words("This caller sent too many rows", seconds) }
        if let seconds = state.cost?.wait(at: time) { return words("What this caller asked for cost too much", seconds) }
        return nil
    }

    /// Ends a request that was begun, however it was answered.
    package func end(_ name: Text, cost: AnswerCost) {
        change(name) { state, time in
            state.concurrent = max(0, state.concurrent - 1)
            Self.pay(&state, cost, time)
            state.counts.answered += 1
        }
    }

    /// After how many seconds a caller has something left of its rows and cost, for what is scored in pieces; `nil` where it has.
    package func wait(_ name: Text) -> Int64? {
        change(name) { state, time in [state.rows?.wait(at: time), state.cost?.wait(at: time)].compactMap(\.self).max() } ?? nil
    }

    /// Has a piece paid for.
    package func pay(_ name: Text, cost: AnswerCost) { change(name) { Self.pay(&$0, cost, $1) } }

    /// Answers a caller one request a second for so long.
    package func throttle(_ name: Text, seconds: Int64) {
        change(name) { state, time in
            let budget = state.throttle?.budget ?? SpendingBudget(.init(perSecond: 1, burst: 1), now: time)
            state.throttle = (budget, time + seconds * 1_000)
        }
    }

    /// By name, in the order of the file.
    package var counts: [(name: Text, counts: Counts)] {
        book.withLock { book in zip(book.callers, book.states).map { ($0.name, $1.counts) } }
    }

    private static func pay(_ state: inout State, _ cost: AnswerCost, _ time: Int64) {
        state.rows?.spend(cost.rows, at: time)
        state.cost?.spend(cost.units, at: time)
        state.counts.rows += UInt64(clamping: cost.rows)
        state.counts.cost += UInt64(clamping: cost.units)
    }

    /// Nothing for a caller that is none any more.
    @discardableResult
    private func change<Value: Sendable>(_ name: Text, _ body: (inout State, Int64) -> Value) -> Value? {
        let time = now()
        return book.withLock { book in book.places[name].map { body(&book.states[$0], time) } }
    }
}
