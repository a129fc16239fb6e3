/// What people say about promotion requests beside approving them, what they asked for with an approval, and whom they let stand in.
package protocol DeliberationSnapshot {
    /// Comments of a request, oldest first.
    func comments(requestID: String) throws -> [RequestComment]
    /// Objections to a request, oldest first.
    func objections(requestID: String) throws -> [ObjectionRecord]
    func objection(id: String) throws -> ObjectionRecord?
    /// Conditions of a model's approvals, oldest first.
    func conditions(modelID: String) throws -> [ApprovalCondition]
    func conditions(approvalID: String) throws -> [ApprovalCondition]
    func condition(id: String) throws -> ApprovalCondition?
    /// All that were ever given, oldest first.
    func delegations() throws -> [DelegationRecord]
}

package protocol DeliberationTransaction: DeliberationSnapshot {
    func insertComment(_ comment: RequestComment) throws
    /// - Throws: `alreadyExists` if the person's objection to the request stands.
    func insertObjection(_ objection: ObjectionRecord) throws
    func withdrawObjection(id: String, atMilliseconds: Int64) throws
    func insertCondition(_ condition: ApprovalCondition) throws
    func meetCondition(id: String, _ fulfilment: ApprovalCondition.Fulfilment) throws
    func insertDelegation(_ delegation: DelegationRecord) throws
    func revokeDelegation(id: String, atMilliseconds: Int64) throws
}
