import AssayPages
import AssayStore
import AssayTerms
import AssayWorkflows

/// The list of promotion requests.
struct RequestPages: Sendable {
    private static let limit = 100

    let governance: Governance

    func list() async throws -> RequestsPage {
        var rows: [RequestsPage.Row] = []
        for request in try await governance.requests(state: nil, model: nil, limit: Self.limit) {
            let view = try await governance.request(id: request.id)
            rows.append(
                RequestsPage.Row(
                    model: "\(request.model) version \(request.version)",
                    address: "/models/\(PageText.segment(request.model))/\(request.version)", target: request.target.string,
                    state: Self.words(view.request), stateClass: Self.style(view.request),
                    openedBy: request.openedByName.isEmpty ? "anonymous" : request.openedByName.string,
                    opened: PageText.time(request.openedMilliseconds),
                    approvals: view.approvals.map { "\($0.approverName)" + ($0.state == .standing ? "" : " (\($0.state.rawValue))") },
                    missing: request.state == .open ? GateReasons.unmet(view.request.detail) : []))
        }
        return RequestsPage(rows: rows)
    }

    static func words(_ request: PromotionRequest) -> String {
        switch request.state {
        case .promoted: "promoted"
        case .void: "void"
        case .expired: "expired"
        case .open: request.decision.rawValue
        }
    }

    static func style(_ request: PromotionRequest) -> String {
        switch request.state {
        case .promoted: "pass"
        case .void, .expired: ""
        case .open: request.decision.rawValue
        }
    }
}
