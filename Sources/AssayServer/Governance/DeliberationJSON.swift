import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows

enum DeliberationJSON {
    static func comment(_ comment: RequestComment) -> JSONValue {
        [
            "id": .string(comment.id), "request": .string(comment.requestID), "author": .string(comment.authorName.string),
            "author_id": .string(comment.authorID), "text": .string(comment.text.string), "said_ms": .integer(comment.saidMilliseconds),
        ]
    }

    static func objection(_ objection: ObjectionRecord) -> JSONValue {
        [
            "id": .string(objection.id), "request": .string(objection.requestID), "objector": .string(objection.objectorName.string),
            "objector_id": .string(objection.objectorID), "reason": .string(objection.reason.string),
            "raised_ms": .integer(objection.raisedMilliseconds),
            "withdrawn_ms": objection.withdrawnMilliseconds.map { .integer($0) } ?? .null,
        ]
    }

    static func condition(_ condition: ApprovalCondition) -> JSONValue {
        var object: JSONObject = [
            "id": .string(condition.id), "approval": .string(condition.approvalID), "request": .string(condition.requestID),
            "version": .integer(Int64(condition.version)), "text": .string(condition.text.string),
            "due_ms": .integer(condition.dueMilliseconds), "state": .string(condition.fulfilment == nil ? "open" : "met"),
        ]
        if let fulfilment = condition.fulfilment {
            object["met_by"] = .string(fulfilment.userName.string)
            object["met_by_id"] = .string(fulfilment.userID)
            object["met_ms"] = .integer(fulfilment.milliseconds)
            object["comment"] = .string(fulfilment.comment.string)
        }
        return .object(object)
    }

    static func condition(_ view: Governance.ConditionView) -> JSONValue {
        guard case .object(var object) = condition(view.condition) else { return .null }
        object["in_force"] = .bool(view.isInForce)
        object["overdue"] = .bool(view.isOverdue)
        return .object(object)
    }

    static func delegation(_ delegation: DelegationRecord) -> JSONValue {
        [
            "id": .string(delegation.id), "from": .string(delegation.delegatorName.string), "from_id": .string(delegation.delegatorID),
            "to": .string(delegation.delegateName.string), "to_id": .string(delegation.delegateID), "role": .string(delegation.role.string),
            "reason": .string(delegation.reason.string), "from_ms": .integer(delegation.fromMilliseconds),
            "until_ms": .integer(delegation.untilMilliseconds),
            "revoked_ms": delegation.revokedMilliseconds.map { .integer($0) } ?? .null,
        ]
    }
}
