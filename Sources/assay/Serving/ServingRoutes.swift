import AssayData
import AssayPolicy
import AssayServer
import AssayServing
import AssayTerms

/// The routes of one served model.
///
/// Every answer carries `Assay-Thresholds: sha256:…` where thresholds decide, and
/// `Assay-Governance`: `ungoverned`, or `statement` with the model and version in `Assay-Model`. After
/// the statement's end nothing is scored any more, and `/ping` says so.
struct ServingRoutes: Sendable {
    let service: ScoringService
    let governance: OpenedModel.Governance
    /// Of the thresholds that decide, where some do.
    var thresholds: SHA256Digest?

    /// What answers are held against; `nil` where its statement has no rules for single predictions.
    var book: RuleBook?

    var routes: [Route] {
        let service = service
        let book = book
        let plain = rules.explanations == .never ? service.silent : service.plain
        let rules = rules
        let chosen = { @Sendable (isAsked: Bool?) in rules.explains(isAsked: isAsked, isNeeded: book?.needsExplanation ?? false) ? service : plain }
        return [
            scoring("/invocations") { chosen($2).invocations($0, contentType: $1, rules: book, isAsked: $2 == true) },
            scoring("/predict") { chosen($2).predict($0, contentType: $1, rules: book) },
            health("/ping"), health("/health"),
            Route("GET", "/version", .open) { _ in
                var version = Reply.text(AssayVersion.mlflowCompatible)
                version.headers += headers
                return version
            },
        ]
    }

    private func scoring(
        _ path: String, _ answer: @escaping @Sendable ([UInt8], String?, Bool?) -> ServingAnswer
    ) -> Route {
        Route("POST", path, .open, body: .anyContentType(limit: Route.standardBodyLimit)) { exchange in
            try requireCurrent()
            let body = exchange.body
            let type = exchange.contentType
            let isAsked = try ExplanationWish.of(exchange)
            guard isAsked != true || service.isExplained || rules.explanations != nil else {
                throw AssayError(.invalidArgument, "Answers are not explained here; start assay serve with --explanations, or leave explain=true out.")
            }
            return reply(try await OwnThread.run { answer(body, type, isAsked) })
        }
    }

    /// What its statement says of explanations, where there is one.
    private var rules: ServingRules {
        guard case .statement(let statement, _) = governance else { return ServingRules() }
        return statement.rules
    }

    private func health(_ path: String) -> Route {
        Route("GET", path, .open) { _ in
            do throws(AssayError) {
                try requireCurrent()
            } catch {
                throw AssayError(.unavailable, error.message)
            }
            return reply(service.ping())
        }
    }

    private func requireCurrent() throws(AssayError) {
        guard case .statement(let statement, _) = governance else { return }
        try statement.requireCurrent(now: UTCTime.now())
    }

    private func reply(_ answer: ServingAnswer) -> Reply {
        let retry = answer.retrySeconds.map { [(name: "Retry-After", value: String($0))] } ?? []
        let all = headers + RuleFindings.headers(answer.scored) + AnsweredReasons.headers(answer.scored) + retry
        return Reply(status: answer.status, contentType: answer.contentType, headers: all, body: .bytes(answer.body))
    }

    private var headers: [(name: String, value: String)] {
        governanceHeaders + [thresholds.map { (name: "Assay-Thresholds", value: "sha256:\($0.hex)") }].compactMap { $0 }
    }

    private var governanceHeaders: [(name: String, value: String)] {
        switch governance {
        case .ungoverned: return [("Assay-Governance", "ungoverned")]
        case .statement(let statement, _):
            return Self.headers(of: statement)
        }
    }

    /// What every answer of a governed version says of it.
    static func headers(of statement: DeploymentStatement) -> [(name: String, value: String)] { headers(statement.model, version: statement.version) }

    static func headers(_ model: Text, version: Int) -> [(name: String, value: String)] {
        // Header values are ASCII; other characters stand percent-encoded.
        let name = model.utf8.map { byte in
            (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "%")
                ? String(UnicodeScalar(byte)) : "%" + Hex.encode([byte]).uppercased()
        }.joined()
        return [("Assay-Governance", "statement"), ("Assay-Model", "\(name)/\(version)")]
    }
}
