/// What one caller of a gateway may ask of it.
package struct CallerLimits: Hashable, Sendable {
    /// Amounts a second for ever, and how much at once after a while without any.
    package struct Rate: Hashable, Sendable {
        package let perSecond: Int64
        package let burst: Int64

        package static let greatest: Int64 = 1_000_000_000

        /// - Precondition: both from 1 to ``greatest``.
        package init(perSecond: Int64, burst: Int64) {
            precondition((1...Self.greatest).contains(perSecond) && (1...Self.greatest).contains(burst), "a rate is out of bounds")
            self.perSecond = perSecond
            self.burst = burst
        }
    }

    package static let greatestBodyBytes = 32 << 20
    package static let greatestRowsPerRequest = 1_000_000

    /// `nil` as many as they like, here and below.
    package var requests: Rate?
    package var rows: Rate?
    /// In units; see ``AnswerCost``.
    package var cost: Rate?
    package var bodyBytes = greatestBodyBytes
    package var rowsPerRequest = greatestRowsPerRequest
    /// Requests at a time.
    package var concurrentRequests: Int?

    package init() {}
}

/// What an answer costs: 1 a row that is predicted, 4 a row that is explained as well, and 1 a millisecond for which a model in a process
/// of its own was kept busy, however many rows that was for.
package struct AnswerCost: Hashable, Sendable {
    package var rows: Int64
    package var explainedRows: Int64
    package var modelMilliseconds: Int64

    package init(rows: Int64 = 0, explainedRows: Int64 = 0, modelMilliseconds: Int64 = 0) {
        self.rows = rows
        self.explainedRows = explainedRows
        self.modelMilliseconds = modelMilliseconds
    }

    package var units: Int64 { rows + 3 * explainedRows + modelMilliseconds }
}

/// Somebody who may ask a gateway, by a name and the digests of their keys.
package struct GatewayCaller: Hashable, Sendable {
    package let name: Text
    /// SHA-256 of each key's text; two while one takes the other's place.
    package let keys: [SHA256Digest]
    /// Patterns of names; see ``GlobPattern``.
    package let models: [Text]
    package let limits: CallerLimits

    package init(name: Text, keys: [SHA256Digest], models: [Text], limits: CallerLimits) {
        self.name = name
        self.keys = keys
        self.models = models
        self.limits = limits
    }

    package func may(ask model: Text) -> Bool { models.contains { GlobPattern($0, regardsCase: true).matches(model) } }
}
