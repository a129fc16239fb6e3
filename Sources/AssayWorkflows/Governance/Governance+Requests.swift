import AssayCanonical
import AssayJSON
package import AssayPolicy
package import AssayStore
package import AssayTerms

extension Governance {
    /// A place a version can take.
    package enum Place: Hashable, Sendable {
        case stage(Text)
        case alias(Text)
        case registration
        case retirement

        package var target: GateTarget {
            switch self {
            case .stage(let name): .stage(name)
            case .alias(let name): .alias(name)
            case .registration: .registration
            case .retirement: .retirement
            }
        }
    }

    /// A request with what its newest evaluation says.
    package struct RequestView: Sendable {
        package var request: PromotionRequest
        package var approvals: [ApprovalRecord]
        package var conditions: [ApprovalCondition] = []
        package var objections: [ObjectionRecord] = []
        package var comments: [RequestComment] = []
        /// What an approval given now is bound to; `nil` where nothing can be approved.
        package var bindingDigest: SHA256Digest?
        /// The refusal, or `nil` where the gate says yes.
        package var refusal: String?
    }

    /// Asks the gate without changing a place: opens the request or updates the open one, and puts missing evidence into
    /// the queue.
    ///
    /// - Throws: `permissionDenied` for people without the right; `conflict` where no gate stands before the change, so that there is nothing to ask.
    package func openRequest(
        model: Text, version number: Int, target place: Place, by principal: Principal
    ) async throws -> RequestView {
        guard principal.isNamed, principal.may(.request) else {
            throw AssayError(.permissionDenied, "Asking for a protected place needs a named person who may request it.")
        }
        let target = place.target
        return try await store.write { tx in
            let version = try self.version(tx, model: model, number: number)
            try self.enqueueEvidence(tx, for: version)
            try self.expireRequests(tx)
            let evaluation = try self.evaluate(tx, version, action: Action.into(target), target: target)
            guard evaluation.isGated else {
                throw AssayError(
                    .conflict,
                    "No policy gates \(target.text) of \(model): make the change itself, there is nothing to ask for.")
            }
            let request = try self.keep(tx, evaluation, by: principal)
            let view = try self.view(tx, request, evaluation, isKept: true)
            if target == .registration { try self.settleAdmission(ofVersion: version.id, by: principal, tx) }
            return view
        }
    }

    /// A request as the gate sees it now. Closed requests are answered as they ended.
    package func request(id: String) async throws -> RequestView {
        try await store.read { tx in
            guard let request = try tx.request(id: id) else { throw Self.unknownRequest(id) }
            guard request.state == .open, let evaluation = try self.evaluate(tx, request) else {
                return try self.withDeliberation(
                    tx, RequestView(request: request, approvals: try tx.approvals(requestID: id), bindingDigest: nil, refusal: nil))
            }
            return try self.view(tx, request, evaluation)
        }
    }

    /// Newest first.
    package func requests(state: PromotionRequest.State?, model: Text?, limit: Int) async throws -> [PromotionRequest] {
        try await store.read { try $0.requests(state: state, model: model, limit: min(max(limit, 1), 1_000)) }
    }

    /// The words of ``PromotionRequest/action``.
    enum Action {
        static let promote: Text = "promote"
        static let delete: Text = "delete"
        static let register: Text = "register"
        static let retire: Text = "retire"
        /// What taking the place is called.
        static func into(_ target: GateTarget) -> Text {
            switch target {
            case .stage, .alias: promote
            case .registration: register
            case .retirement: retire
            }
        }
        static func rename(to name: Text) -> Text { Text("rename to \(name)") }
    }

    static func unknownRequest(_ id: String) -> AssayError {
        AssayError(.notFound, "There is no promotion request \(id.prefix(64)). List them with GET /api/assay/v1/requests.")
    }

    /// Evaluates with the open request's approvals, or with a new id where none is open.
    func evaluate(
        _ tx: any StoreSnapshot, _ version: GovernedVersion, action: Text, target: GateTarget, newName: Text? = nil
    ) throws -> Evaluation {
        let open = try version.frozenManifest.flatMap {
            try tx.openRequest(
                model: version.model, version: version.version, manifest: $0, action: action, target: target.text)
        }
        return try evaluate(
            tx, version, action: action, target: target, requestID: open?.id ?? effects.newID(), newName: newName)
    }

    /// Evaluates an open request again; `nil` if its version is gone or no longer what it was about.
    func evaluate(_ tx: any StoreSnapshot, _ request: PromotionRequest) throws -> Evaluation? {
        guard let target = GateTarget(text: request.target),
            let version = try findVersion(tx, model: request.model, number: request.version),
            version.frozenManifest == request.manifest
        else { return nil }
        let newName = request.action.string.hasPrefix("rename to ")
            ? Text(String(request.action.string.dropFirst("rename to ".count))) : nil
        return try evaluate(
            tx, version, action: request.action, target: target, requestID: request.id, newName: newName)
    }

    /// Opens the evaluation's request or updates it, with an entry when it is new or the answer changed.
    ///
    /// - Parameter hasOwnEntry: whether to make one; the decision that lets a change through stands in the change's entry.
    ///
    /// A version that is not frozen has no manifest to bind anything to, and gets no request.
    @discardableResult
    func keep(
        _ tx: any StoreTransaction, _ evaluation: Evaluation, by principal: Principal, hasOwnEntry: Bool = true
    ) throws -> PromotionRequest? {
        let facts = evaluation.facts
        guard case .frozen(let manifest) = facts.manifest else { return nil }
        let now = effects.nowMilliseconds()
        let detail = try evaluation.detail.canonicalBytes()
        var request: PromotionRequest
        var isNews = true
        if let standing = try tx.request(id: facts.request.string) {
            request = standing
            isNews = standing.detail != detail
            request.decision = evaluation.outcome.decision
            request.detail = detail
            request.asked += 1
            request.updatedMilliseconds = now
            try tx.updateRequest(request)
        } else {
            request = PromotionRequest(
                id: facts.request.string, model: facts.model, version: evaluation.version.version, manifest: manifest,
                action: facts.action, target: facts.target.text, state: .open, decision: evaluation.outcome.decision,
                detail: detail, asked: 1, openedByID: principal.id, openedByName: principal.name,
                openedMilliseconds: now, updatedMilliseconds: now)
            try tx.insertRequest(request)
        }
        if isNews, hasOwnEntry {
            try record(
                tx, kind: "request.decided", about: evaluation.version, requestID: request.id, by: principal,
                payload: [
                    "request": .string(request.id), "action": .string(request.action.string),
                    "target": .string(request.target.string), "asked": .integer(Int64(request.asked)),
                    "decision": evaluation.detail,
                ])
        }
        return request
    }

    /// - Parameter isKept: whether the request was just kept with this evaluation.
    func view(
        _ tx: any StoreSnapshot, _ request: PromotionRequest?, _ evaluation: Evaluation, isKept: Bool = false
    ) throws -> RequestView {
        guard var request else {
            throw AssayError(.permissionDenied, evaluation.refusal)
        }
        // What is shown is what an approval given now is bound to.
        if !isKept {
            request.decision = evaluation.outcome.decision
            request.detail = try evaluation.detail.canonicalBytes()
        }
        return try withDeliberation(
            tx,
            RequestView(
                request: request, approvals: try tx.approvals(requestID: request.id),
                bindingDigest: try evaluation.outcome.binding.map { try BindingJSON.digest(of: $0) },
                refusal: evaluation.outcome.decision.allows ? nil : evaluation.refusal))
    }

    private func withDeliberation(_ tx: any StoreSnapshot, _ view: RequestView) throws -> RequestView {
        var view = view
        view.conditions = try view.approvals.flatMap { try tx.conditions(approvalID: $0.id) }
        view.objections = try tx.objections(requestID: view.request.id)
        view.comments = try tx.comments(requestID: view.request.id)
        return view
    }
}
