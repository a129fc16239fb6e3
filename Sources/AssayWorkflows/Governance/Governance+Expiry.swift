import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms

/// Requests that nobody came back to.
extension Governance {
    /// Closes requests in which nothing has happened for ``GateSettings/requestDays``; what was approved of them counts no more.
    ///
    /// - Returns: how many there were.
    package func expireRequests() async throws -> Int { try await store.write { try self.expireRequests($0) } }

    /// The same inside a change, so that no request that is over is decided on because nobody has swept yet.
    @discardableResult
    func expireRequests(_ tx: any StoreTransaction) throws -> Int {
        let now = effects.nowMilliseconds()
        let expired = try tx.requestsUntouched(since: now - Int64(settings.requestDays) * 86_400_000)
        for var request in expired {
            request.state = .expired
            request.updatedMilliseconds = now
            try tx.updateRequest(request)
            for approval in try tx.approvals(requestID: request.id) where approval.state == .standing {
                try tx.setApprovalState(.void, id: approval.id)
            }
            let model = try tx.seen(by: .whole).registeredModel(named: request.model)?.id
            let topics = [LedgerTopic.request(request.id)] + (model.map { [LedgerTopic.model($0)] } ?? [])
            try useCases.record(
                kind: "request.expired", by: .server, topics: topics, domain: topics.last ?? LedgerTopic.request(request.id),
                payload: [
                    "request": .string(request.id), "model": .string(request.model.string), "version": .integer(Int64(request.version)),
                    "action": .string(request.action.string), "target": .string(request.target.string),
                    "days": .integer(Int64(settings.requestDays)),
                ], in: tx)
        }
        return expired.count
    }
}
