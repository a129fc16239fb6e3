/// What was counted during one step of a rollout. Counts only grow, so that a newer report of the same gateway takes the place of an
/// older one, and reports of several gateways add up.
///
/// What is tested counts requests, not rows: a request with a thousand rows is one observation, of which one row is drawn by the
/// request's digest. Rows are counted beside, for people and for what a policy asks. In a batch a job is what a request is elsewhere.
package struct RolloutTally: Hashable, Sendable {
    package typealias Path = any WritableKeyPath<RolloutTally, Int64> & Sendable

    /// One of the two versions.
    package struct Arm: Hashable, Sendable {
        /// Requests it answered, well or not.
        package var requests: Int64 = 0
        /// Of them, those with status 400 or more.
        package var errors: Int64 = 0
        /// Of them, those that took longer than the guard of latency says.
        package var slow: Int64 = 0
        /// Requests with a prediction, of which one row was looked at.
        package var drawn: Int64 = 0
        /// Of them, those whose row has the label that the guard of the outcome names.
        package var hits: Int64 = 0
        /// Recorded requests of whose drawn row a label came later. Counted by the registry, not by gateways.
        package var labelled: Int64 = 0
        /// Of them, those that were predicted wrongly.
        package var mistaken: Int64 = 0

        package init() {}
    }

    package var candidate = Arm()
    package var baseline = Arm()
    /// Rows that both predicted.
    package var compared: Int64 = 0
    /// Of them, those in which they agree.
    package var agreed: Int64 = 0
    /// Requests that both predicted, of which one row was looked at.
    package var judged: Int64 = 0
    /// Of them, those in whose row they agree.
    package var judgedAgreed: Int64 = 0
    /// Requests that were to be asked of the candidate too and were not, because too many waited.
    package var dropped: Int64 = 0

    package init() {}

    /// Every count with its name, in the order in which they are written.
    package static let fields: [(name: String, path: Path)] = [
        ("candidate_requests", \.candidate.requests), ("candidate_errors", \.candidate.errors), ("candidate_slow", \.candidate.slow),
        ("candidate_drawn", \.candidate.drawn), ("candidate_hits", \.candidate.hits), ("baseline_requests", \.baseline.requests),
        ("baseline_errors", \.baseline.errors), ("baseline_slow", \.baseline.slow), ("baseline_drawn", \.baseline.drawn),
        ("baseline_hits", \.baseline.hits), ("compared", \.compared), ("agreed", \.agreed), ("judged", \.judged),
        ("judged_agreed", \.judgedAgreed), ("dropped", \.dropped),
        ("candidate_labelled", \.candidate.labelled), ("candidate_mistaken", \.candidate.mistaken),
        ("baseline_labelled", \.baseline.labelled), ("baseline_mistaken", \.baseline.mistaken),
    ]

    /// Parts that are no larger than their wholes: what cannot have been counted is no tally.
    private static let parts: [(part: Path, whole: Path)] = [
        (\.candidate.errors, \.candidate.requests), (\.candidate.slow, \.candidate.requests), (\.candidate.drawn, \.candidate.requests),
        (\.candidate.hits, \.candidate.drawn), (\.baseline.errors, \.baseline.requests), (\.baseline.slow, \.baseline.requests),
        (\.baseline.drawn, \.baseline.requests), (\.baseline.hits, \.baseline.drawn), (\.agreed, \.compared), (\.judgedAgreed, \.judged),
        (\.judged, \.compared), (\.candidate.mistaken, \.candidate.labelled), (\.baseline.mistaken, \.baseline.labelled),
    ]

    /// What one gateway can have counted at most; sums of a thousand such still fit.
    package static let limit: Int64 = 1 << 50

    /// Why this can be nobody's count; `nil` where it can.
    package var impossibility: String? {
        if let field = Self.fields.first(where: { !(0...Self.limit).contains(self[keyPath: $0.path]) }) {
            return "'\(field.name)' lies outside 0...\(Self.limit)"
        }
        guard let pair = Self.parts.first(where: { self[keyPath: $0.part] > self[keyPath: $0.whole] }) else { return nil }
        return "'\(Self.name(pair.part))' is more than '\(Self.name(pair.whole))', of which it is a part"
    }

    private static func name(_ path: WritableKeyPath<RolloutTally, Int64>) -> String { fields.first { $0.path == path }?.name ?? "?" }

    /// Whether every count is at least that of `earlier`.
    package func isAtLeast(_ earlier: RolloutTally) -> Bool {
        Self.fields.allSatisfy { self[keyPath: $0.path] >= earlier[keyPath: $0.path] }
    }

    package mutating func add(_ other: RolloutTally) {
        for field in Self.fields { self[keyPath: field.path] += other[keyPath: field.path] }
    }
}
