import AssayTerms
import AssayWorkflows

extension DossierRoutes {
    static func findings(_ governance: Governance) -> [Route] {
        [
            Route("POST", "/findings", .attest, on: .paperSubject, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let paper = try await governance.openFinding(
                    about: body.address(), body.members(without: GovernanceBody.addressNames), by: exchange.principal)
                return reply(paper, governance, status: 201)
            },
            list("/findings", "findings", .finding, governance),
            show("/findings/{id}", .finding, governance),
            Route("POST", "/findings/{id}/closure", .approve, on: .paperInPath(.finding), body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let paper = try await governance.closeFinding(
                    id: exchange.parameter("id").string, resolution: body.text("resolution"), reason: body.text("reason"),
                    by: exchange.principal)
                return reply(paper, governance)
            },
        ]
    }

    static func waivers(_ governance: Governance) -> [Route] {
        [
            Route("POST", "/waivers", .waive, on: .governedModel, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let paper = try await governance.proposeWaiver(
                    model: body.text("model"), version: Int64(body.number("version")),
                    body.members(without: GovernanceBody.addressNames), by: exchange.principal)
                return reply(paper, governance, status: 202)
            },
            list("/waivers", "waivers", .waiver, governance),
            show("/waivers/{id}", .waiver, governance),
            Route("POST", "/waivers/{id}/confirmation", .waive, on: .paperInPath(.waiver), body: Route.BodyRule.none) { exchange in
                reply(try await governance.confirmWaiver(id: exchange.parameter("id").string, by: exchange.principal), governance)
            },
            Route("POST", "/waivers/{id}/revocation", .waive, on: .paperInPath(.waiver), body: .json(limit: bodyLimit)) { exchange in
                let reason = try GovernanceBody(exchange).text("reason")
                return reply(
                    try await governance.revokeWaiver(id: exchange.parameter("id").string, reason: reason, by: exchange.principal), governance)
            },
        ]
    }
}
