import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows

/// The records of governance as our own routes answer them.
enum GovernanceJSON {
    static func policy(_ policy: PublishedPolicy, withText: Bool) -> JSONValue {
        var object: JSONObject = [
            "name": .string(policy.name.string), "version": .string(policy.version.string),
            "digest": .string(policy.digest.hex), "published_ms": .integer(policy.publishedMilliseconds),
            "publisher": .string(policy.publisherName.string), "publisher_id": .string(policy.publisherID),
        ]
        if withText {
            object["text"] = .string(String(decoding: policy.source, as: UTF8.self))
            object["canonical"] = .string(String(decoding: policy.canonical, as: UTF8.self))
        }
        return .object(object)
    }

    /// As ``policy(_:withText:)``, and what waits for a second person; before that there are name, version and digest alone.
    static func publication(_ publication: Governance.Publication) -> JSONValue {
        var object: JSONObject = [
            "name": .string(publication.name.string), "version": .string(publication.version.string),
            "digest": .string(publication.digest.hex),
        ]
        if let published = publication.published, let standing = policy(published, withText: false).object { object = standing }
        object["waiting"] = AccessJSON.waiting(publication.waiting)
        return .object(object)
    }

    static func request(_ request: PromotionRequest) throws -> JSONValue {
        [
            "id": .string(request.id), "model": .string(request.model.string),
            "version": .integer(Int64(request.version)), "manifest": .string(request.manifest.hex),
            "action": .string(request.action.string), "target": .string(request.target.string),
            "state": .string(request.state.rawValue), "decision": .string(request.decision.rawValue),
            "detail": try kept(request.detail), "asked": .integer(Int64(request.asked)),
            "opened_by": .string(request.openedByName.string), "opened_by_id": .string(request.openedByID),
            "opened_ms": .integer(request.openedMilliseconds), "updated_ms": .integer(request.updatedMilliseconds),
        ]
    }

    static func request(_ view: Governance.RequestView) throws -> JSONValue {
        guard case .object(var object) = try request(view.request) else { return .null }
        object["approvals"] = .array(try view.approvals.map(approval))
        object["seen"] = view.bindingDigest.map { .string($0.hex) } ?? .null
        object["conditions"] = .array(view.conditions.map(DeliberationJSON.condition))
        object["objections"] = .array(view.objections.map(DeliberationJSON.objection))
        object["comments"] = .array(view.comments.map(DeliberationJSON.comment))
        object["refusal"] = view.refusal.map { .string($0) } ?? .null
        return .object(object)
    }

    static func approval(_ approval: ApprovalRecord) throws -> JSONValue {
        [
            "id": .string(approval.id), "request": .string(approval.requestID),
            "approver": .string(approval.approverName.string), "approver_id": .string(approval.approverID),
            "comment": .string(approval.comment.string), "binding": try kept(approval.binding),
            "approved_ms": .integer(approval.approvedMilliseconds), "expires_ms": .integer(approval.expiresMilliseconds),
            "state": .string(approval.state.rawValue),
        ]
    }

    static func adoption(_ adoption: AdoptionRecord) -> JSONValue {
        [
            "model": .string(adoption.model.string), "version": .integer(Int64(adoption.version)),
            "manifest": .string(adoption.manifest.hex), "adopter": .string(adoption.adopterName.string),
            "adopter_id": .string(adoption.adopterID), "adopted_ms": .integer(adoption.adoptedMilliseconds),
        ]
    }

    static func evidence(_ view: Governance.EvidenceView) throws -> JSONValue {
        [
            "manifest": .string(view.manifest.hex),
            "evidence": .array(
                try view.evidence.map { record in
                    [
                        "id": .string(record.id), "claim": .string(record.claim.hex),
                        "provenance": .string(record.provenance.rawValue), "key_id": .string(record.keyID),
                        "job": record.jobID.map { .string($0) } ?? .null,
                        "recorded_ms": .integer(record.recordedMilliseconds), "envelope": try kept(record.envelope),
                    ]
                }),
            "jobs": .array(view.jobs.map(job)),
        ]
    }

    static func job(_ job: EvidenceJobRecord) -> JSONValue {
        [
            "id": .string(job.id), "state": .string(job.state.rawValue), "model": .string(job.model.string),
            "version": .integer(Int64(job.version)), "manifest": .string(job.subject.hex),
            "inputs": .string(job.inputs.hex), "attempts": .integer(Int64(job.attempts)),
            "error": job.error.map { .string($0) } ?? .null, "may_retry": .bool(job.mayRetry),
            "evidence": job.evidenceID.map { .string($0) } ?? .null, "created_ms": .integer(job.createdMilliseconds),
            "updated_ms": .integer(job.updatedMilliseconds),
        ]
    }

    /// Stored JSON as JSON again.
    private static func kept(_ bytes: [UInt8]) throws -> JSONValue {
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw AssayError(.corrupt, "A stored record is no JSON any more.", cause: error)
        }
    }
}
