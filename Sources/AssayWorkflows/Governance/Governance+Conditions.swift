import AssayJSON
import AssayPolicy
package import AssayStore
package import AssayTerms

/// What approvers asked to be done by a day, and approved all the same.
extension Governance {
    package struct ConditionDraft: Hashable, Sendable {
        package let text: Text
        package let dueMilliseconds: Int64

        package init(text: Text, dueMilliseconds: Int64) {
            self.text = text
            self.dueMilliseconds = dueMilliseconds
        }
    }

    /// A condition, and whether the approval it belongs to was used by a promotion: before that it asks for nothing.
    package struct ConditionView: Sendable {
        package let condition: ApprovalCondition
        package let isInForce: Bool
        package let isOverdue: Bool
    }

    private static let conditionLimit = 20
    private static let longestDays: Int64 = 730

    func check(_ conditions: [ConditionDraft]) throws(AssayError) {
        guard conditions.count <= Self.conditionLimit else {
            throw AssayError(.invalidArgument, "An approval has at most \(Self.conditionLimit) conditions.")
        }
        let now = effects.nowMilliseconds()
        for condition in conditions {
            guard condition.text.utf8.contains(where: { $0 > 0x20 }), condition.text.utf8Count <= 1_024 else {
                throw AssayError(.invalidArgument, "A condition has 1 to 1024 bytes of text.")
            }
            guard condition.dueMilliseconds > now, condition.dueMilliseconds <= now + Self.longestDays * 86_400_000 else {
                throw AssayError(.invalidArgument, "A condition is due in the future, within \(Self.longestDays) days.")
            }
        }
    }

    /// Keeps the conditions of an approval.
    ///
    /// - Returns: what the approval's entry says of them.
    func keep(
        _ conditions: [ConditionDraft], of approval: ApprovalRecord, about version: GovernedVersion, _ tx: any StoreTransaction
    ) throws -> JSONValue {
        .array(
            try conditions.map { draft in
                let condition = ApprovalCondition(
                    id: effects.newID(), approvalID: approval.id, requestID: approval.requestID, modelID: version.modelID,
                    version: version.version, text: draft.text, dueMilliseconds: draft.dueMilliseconds)
                try tx.insertCondition(condition)
                return ["id": .string(condition.id), "text": .string(draft.text.string), "due_ms": .integer(draft.dueMilliseconds)]
            })
    }

    /// The conditions of a model's approvals, oldest first.
    ///
    /// - Throws: `notFound` for an unknown model.
    package func conditions(ofModel name: Text) async throws -> [ConditionView] {
        try await store.read { tx in
            guard let model = try tx.registeredModel(named: name) else {
                throw AssayError(.notFound, "There is no registered model '\(name)'.")
            }
            return try self.conditions(tx, modelID: model.id)
        }
    }

    func conditions(_ tx: any StoreSnapshot, modelID: String) throws -> [ConditionView] {
        let now = effects.nowMilliseconds()
        return try tx.conditions(modelID: modelID).map { condition in
            let isInForce = try tx.approval(id: condition.approvalID)?.state == .used
            return ConditionView(
                condition: condition, isInForce: isInForce,
                isOverdue: isInForce && condition.fulfilment == nil && condition.dueMilliseconds <= now)
        }
    }

    /// Finds a condition met.
    ///
    /// - Throws: `permissionDenied` for nobody named, for people who may not approve and for authors of the version; `notFound` for an
    ///   unknown condition; `conflict` for one that is met already, or whose approval led to no promotion.
    package func meetCondition(
        id: String, ofModel model: Text, comment: Text, by principal: Principal
    ) async throws -> ApprovalCondition {
        guard principal.isNamed, principal.may(.approve) else {
            throw AssayError(.permissionDenied, "A condition is found met by a named person with a role that approves (validator or compliance).")
        }
        guard comment.utf8Count <= 4_096 else { throw AssayError(.invalidArgument, "The comment is longer than 4096 bytes.") }
        try useCases.refuseInDoubt("A condition")
        try useCases.requireFreshLogin(principal, for: "Finding a condition met")
        return try await store.write { tx in
            guard let condition = try tx.condition(id: id), let request = try tx.request(id: condition.requestID),
                try tx.registeredModel(named: model)?.id == condition.modelID
            else {
                throw AssayError(.notFound, "There is no condition \(id.prefix(64)). List them with: assay model conditions NAME")
            }
            guard condition.fulfilment == nil else {
                throw AssayError(.conflict, "\(condition.fulfilment?.userName ?? "Somebody") has found the condition met already.")
            }
            guard try tx.approval(id: condition.approvalID)?.state == .used else {
                throw AssayError(.conflict, "The approval that asks for this has led to no promotion, so there is nothing to meet.")
            }
            let version = try self.version(tx, model: model, number: request.version)
            guard !version.authors.contains(Text(principal.id)) else {
                throw AssayError(.permissionDenied, "\(principal.name) is an author of \(version.title); somebody else finds its conditions met.")
            }
            let fulfilment = ApprovalCondition.Fulfilment(
                userID: principal.id, userName: principal.name, comment: comment, milliseconds: self.effects.nowMilliseconds())
            try tx.meetCondition(id: id, fulfilment)
            try self.record(
                tx, kind: "condition.met", about: version, requestID: condition.requestID, by: principal,
                payload: [
                    "condition": .string(id), "approval": .string(condition.approvalID), "request": .string(condition.requestID),
                    "due_ms": .integer(condition.dueMilliseconds), "met_by": .string(principal.id),
                    "met_by_name": .string(principal.name.string), "comment": .string(comment.string),
                ])
            return try tx.condition(id: id) ?? condition
        }
    }
}
