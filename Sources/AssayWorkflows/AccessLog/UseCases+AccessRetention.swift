import AssayJSON
package import AssayStore
package import AssayTerms

/// For how long the access log is kept.
extension UseCases {
    /// The AI Act has logs of high-risk systems kept for at least six months (Articles 19 and 26(6)).
    package static let shortestRetentionDays: Int64 = 183
    private static let retentionName = "access-log.retention-days"

    /// The days for which segments are kept; `nil` for ever, as it is until somebody says otherwise.
    package func accessLogRetention() async throws -> Int64? {
        try await store.read { try Self.accessLogRetention($0) }
    }

    /// - Returns: the proposal, where a second person has to confirm it.
    package func setAccessLogRetention(days: Int64?, by actor: Principal) async throws -> Proposal? {
        try refuseInDoubt("A change of retention")
        return try await store.write { try changeOrPropose(.retainAccessLog(days: days), by: actor, in: $0) }
    }

    /// Erases segments whose time is over: their bytes, then their keys. Their digests stay, so the chain goes on to verify.
    ///
    /// - Returns: how many.
    package func expireAccessSegments() async throws -> Int {
        let time = effects.nowMilliseconds()
        let erased = try await store.write { tx -> [Int64] in
            guard let days = try Self.accessLogRetention(tx) else { return [] }
            let numbers = try tx.accessSegments(endedBefore: time - days * 86_400_000)
            for number in numbers {
                try tx.eraseAccessSegment(number)
                try record(
                    kind: "access.erased", by: .server, topics: [LedgerTopic.accessLog], domain: LedgerTopic.accessLog,
                    payload: ["segment": .integer(number), "days": .integer(days)], in: tx)
            }
            return numbers
        }
        for number in erased { try keyring.destroy(domain: Self.domain(ofAccessSegment: number)) }
        return erased.count
    }

    static func checkRetention(_ days: Int64?) throws(AssayError) {
        guard let days else { return }
        guard (shortestRetentionDays...36_500).contains(days) else {
            throw AssayError(
                .invalidArgument, "The access log is kept for \(shortestRetentionDays) to 36500 days, or for ever, not for \(days).")
        }
    }

    func retainAccessLog(
        days: Int64?, by actor: Principal, confirming proposal: Proposal?, in tx: any StoreTransaction
    ) throws {
        let before = try Self.accessLogRetention(tx)
        guard before != days else { return }
        try tx.setMetaValue(days.map(String.init) ?? "", for: Self.retentionName)
        try record(
            kind: "access.retention-set", by: actor, topics: [LedgerTopic.accessLog], domain: LedgerTopic.accessLog,
            payload: Self.payload(
                ["from": before.map { .integer($0) } ?? .null, "to": days.map { .integer($0) } ?? .null], confirming: proposal),
            in: tx)
    }

    private static func accessLogRetention(_ tx: any StoreSnapshot) throws -> Int64? {
        try tx.metaValue(retentionName).flatMap { Int64($0) }
    }
}
