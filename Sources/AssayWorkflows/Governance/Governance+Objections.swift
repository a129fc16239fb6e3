import AssayCanonical
import AssayJSON
import AssayPolicy
package import AssayStore
package import AssayTerms

/// What people say about requests: comments, and objections that stop what they are about.
extension Governance {
    private static let textLimit = 4_096
    /// An objection does not run out by itself.
    private static let endOfTime: Int64 = 253_402_300_799_000
    /// Comments that a refusal repeats.
    private static let shownComments = 3

    /// Says something about a request; everybody who may read it reads that, and so does the client that asks next.
    ///
    /// - Throws: `permissionDenied` for nobody named; `invalidArgument` for no text or more than 4096 bytes; `notFound` for an
    ///   unknown request; `conflict` for one that is over.
    package func comment(requestID: String, _ text: Text, by principal: Principal) async throws -> RequestComment {
        guard principal.isNamed else { throw AssayError(.permissionDenied, "A comment needs a named person.") }
        let text = try Self.said(text, "comment")
        return try await store.write { tx in
            let (_, version) = try self.openRequest(tx, id: requestID)
            let comment = RequestComment(
                id: self.effects.newID(), requestID: requestID, authorID: principal.id, authorName: principal.name, text: text,
                saidMilliseconds: self.effects.nowMilliseconds())
            try tx.insertComment(comment)
            try self.record(
                tx, kind: "request.commented", about: version, requestID: requestID, by: principal,
                payload: ["comment": .string(comment.id), "request": .string(requestID), "text": .string(text.string)])
            return comment
        }
    }

    /// Says no to a request as it stands now. It stops the change until it is withdrawn, or files, policies or evidence are others.
    /// Where those who may approve vote, it is a vote that is not given and stops nothing.
    ///
    /// - Parameter seen: the binding digest of what was looked at, if they say.
    /// - Throws: as ``approve(requestID:seen:comment:conditions:by:)``, but that authors and publishers may object; `alreadyExists` while
    ///   an objection of theirs to the same stands.
    package func object(requestID: String, seen: SHA256Digest?, reason: Text, by principal: Principal) async throws -> ObjectionRecord {
        guard principal.isNamed, principal.may(.approve) else {
            throw AssayError(.permissionDenied, "An objection needs a named person with a role that approves (validator or compliance).")
        }
        let reason = try Self.said(reason, "reason")
        try useCases.refuseInDoubt("An objection")
        try useCases.requireFreshLogin(principal, for: "An objection")
        return try await store.write { tx in
            let (request, version) = try self.openRequest(tx, id: requestID)
            guard let evaluation = try self.evaluate(tx, request), let binding = evaluation.outcome.binding else {
                throw AssayError(.conflict, "The request \(request.id) is about a version that is no longer there.")
            }
            let present = try BindingJSON.digest(of: binding)
            guard seen == nil || seen == present else {
                throw AssayError(.conflict, "The request changed since you looked at it; look again. It now stands at \(present.hex).")
            }
            let now = self.effects.nowMilliseconds()
            // What was said of something else is over.
            for earlier in try tx.objections(requestID: requestID)
            where earlier.objectorID == principal.id && earlier.withdrawnMilliseconds == nil
                && (try? BindingJSON.binding(from: earlier.binding)) != binding
            { try self.withdraw(tx, earlier, version, by: principal, now) }
            let bound = BindingJSON.value(of: binding, expiresMilliseconds: Self.endOfTime)
            let objection = ObjectionRecord(
                id: self.effects.newID(), requestID: requestID, objectorID: principal.id, objectorName: principal.name, reason: reason,
                binding: try bound.canonicalBytes(), raisedMilliseconds: now)
            try tx.insertObjection(objection)
            try self.record(
                tx, kind: "objection.raised", about: version, requestID: requestID, by: principal,
                payload: [
                    "objection": .string(objection.id), "objector": .string(principal.id), "objector_name": .string(principal.name.string),
                    "reason": .string(reason.string), "binding": bound,
                ])
            try self.refresh(tx, request)
            return objection
        }
    }

    /// Takes back one's own objections to a request.
    ///
    /// - Returns: how many there were.
    package func withdrawObjections(requestID: String, by principal: Principal) async throws -> Int {
        try useCases.refuseInDoubt("An objection")
        try useCases.requireFreshLogin(principal, for: "Taking an objection back")
        return try await store.write { tx in
            let (request, version) = try self.openRequest(tx, id: requestID)
            let own = try tx.objections(requestID: requestID).filter { $0.objectorID == principal.id && $0.withdrawnMilliseconds == nil }
            for objection in own { try self.withdraw(tx, objection, version, by: principal, self.effects.nowMilliseconds()) }
            if !own.isEmpty { try self.refresh(tx, request) }
            return own.count
        }
    }

    private func withdraw(
        _ tx: any StoreTransaction, _ objection: ObjectionRecord, _ version: GovernedVersion, by principal: Principal, _ now: Int64
    ) throws {
        try tx.withdrawObjection(id: objection.id, atMilliseconds: now)
        try record(
            tx, kind: "objection.withdrawn", about: version, requestID: objection.requestID, by: principal,
            payload: [
                "objection": .string(objection.id), "objector": .string(objection.objectorID), "request": .string(objection.requestID),
                "binding_digest": .string(SHA256Hasher.digest(of: objection.binding).hex),
            ])
    }

    /// The request's newest comments, as a refusal repeats them.
    func commentNotes(_ tx: any StoreSnapshot, requestID: String) throws -> [String] {
        try tx.comments(requestID: requestID).suffix(Self.shownComments).map {
            "\($0.authorName) said on \(Self.time($0.saidMilliseconds).prefix(10)): \(Self.oneLine($0.text))"
        }
    }

    /// Objections to what stands now that stop nothing, as a refusal repeats them: whoever votes is heard too.
    static func objectionNotes(_ objections: [GateDeliberation.Objection], beside outcome: GateOutcome) -> [String] {
        let stopping = outcome.parts.flatMap(\.reasons).filter { $0.code == .objected }.map(\.text)
        return objections.filter { objection in
            objection.binding == outcome.binding && !stopping.contains { $0.hasPrefix("\(objection.name) objects:") }
        }.map { "\($0.name) objects, which stops nothing by itself: \(oneLine($0.reason))" }
    }

    private static func oneLine(_ text: Text) -> String {
        String(text.string.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(300))
    }

    /// An open request with its version.
    func openRequest(_ tx: any StoreSnapshot, id: String) throws -> (PromotionRequest, GovernedVersion) {
        guard let request = try tx.request(id: id) else { throw Self.unknownRequest(id) }
        guard request.state == .open else {
            throw AssayError(.conflict, "The request \(request.id) is over (\(request.state.rawValue)); ask for the promotion again.")
        }
        return (request, try version(tx, model: request.model, number: request.version))
    }

    /// Keeps with the request what the gate says of it now.
    func refresh(_ tx: any StoreTransaction, _ request: PromotionRequest) throws {
        guard let after = try evaluate(tx, request) else { return }
        var updated = request
        updated.decision = after.outcome.decision
        updated.detail = try after.detail.canonicalBytes()
        updated.updatedMilliseconds = effects.nowMilliseconds()
        try tx.updateRequest(updated)
    }

    private static func said(_ text: Text, _ what: String) throws(AssayError) -> Text {
        guard text.utf8.contains(where: { $0 > 0x20 }) else { throw AssayError(.invalidArgument, "The \(what) says nothing.") }
        guard text.utf8Count <= textLimit else { throw AssayError(.invalidArgument, "The \(what) is longer than \(textLimit) bytes.") }
        return text
    }
}
