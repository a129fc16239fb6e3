import AssayJSON
import AssayTerms
package import AssayWorkflows

/// What people state by name about models, data sets and the organisation, under `/api/assay/v1`.
package enum DossierRoutes {
    static let bodyLimit = 1 << 20

    package static func routes(_ governance: Governance) -> [Route] {
        (records(governance) + findings(governance) + waivers(governance) + riskEvaluation(governance) + risks(governance)
            + decisions(governance) + incidents(governance) + lifeCycle(governance)).map { $0.prefixed(GovernanceRoutes.prefix) }
    }

    private static func records(_ governance: Governance) -> [Route] {
        [
            Route("POST", "/records", .attest, on: .paperSubject, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let paper = try await governance.signRecord(
                    type: body.text("type").string, about: body.address(),
                    body.members(without: GovernanceBody.addressNames + ["type"]), by: exchange.principal)
                return reply(paper, governance, status: 201)
            },
            list("/records", "records", .record, governance),
            Route("GET", "/record-types", .read, on: .filtered) { _ in
                .json(JSONValue.object(["types": .array(RecordType.all.map(json))]).bytes())
            },
            show("/records/{id}", .record, governance),
            Route("POST", "/records/{id}/withdrawal", .attest, on: .paperInPath(.record), body: .json(limit: bodyLimit)) { exchange in
                let reason = try GovernanceBody(exchange).text("reason")
                return reply(
                    try await governance.withdrawRecord(id: exchange.parameter("id").string, reason: reason, by: exchange.principal), governance)
            },
            Route("PUT", "/records/{id}/file", .attest, on: .paperInPath(.record), body: .stream) { exchange in
                try await governance.putFile(
                    ofRecord: exchange.parameter("id").string, exchange.bodyStream, expectedBytes: exchange.bodyStream.announcedBytes,
                    by: exchange.principal)
                return .nothing
            },
            Route("GET", "/records/{id}/file", .read, on: .filtered) { exchange in
                try await artifactReply(governance.useCases, exchange) {
                    try await governance.file(ofRecord: exchange.parameter("id").string)
                }
            },
        ]
    }

    private static func json(_ type: RecordType) -> JSONValue {
        [
            "type": .string(type.word), "title": .string(type.title), "evidence": .array(type.evidence.map { .string($0) }),
            "independent": .bool(type.isIndependent), "days": type.days.map { .integer($0) } ?? .null,
        ]
    }

    // MARK: - Of every kind

    /// The papers of a kind, the newest first.
    static func list(_ path: String, _ name: String, _ kind: PaperKind, _ governance: Governance) -> Route {
        Route("GET", path, .read, on: .filtered) { exchange in
            let papers = try await governance.papers(
                kind, about: exchange.paperAddress(), type: exchange.queryValue("type").map { Text($0) },
                inForceOnly: exchange.queryFlag("in_force") ?? false, limit: exchange.resultLimit())
            let now = governance.now
            return .json(JSONValue.object([name: .array(papers.map { PaperJSON.paper($0, at: now) })]).bytes())
        }
    }

    /// One paper with its history.
    static func show(_ path: String, _ kind: PaperKind, _ governance: Governance) -> Route {
        Route("GET", path, .read, on: .filtered) { exchange in
            let (paper, history) = try await governance.paper(id: exchange.parameter("id").string, kind)
            return .json(PaperJSON.paper(paper, history: history, at: governance.now).bytes())
        }
    }

    static func reply(_ paper: Paper, _ governance: Governance, status: Int = 200) -> Reply {
        .json(PaperJSON.paper(paper, at: governance.now).bytes(), status: status)
    }
}
