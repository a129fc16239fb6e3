import AssayJSON
import AssayTerms
import AssayWorkflows

extension DossierRoutes {
    static func decisions(_ governance: Governance) -> [Route] {
        [
            Route("POST", "/decisions", .editDraft, on: .paperSubject, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let paper = try await governance.recordDecision(
                    about: body.address(), body.members(without: GovernanceBody.addressNames), by: exchange.principal)
                return reply(paper, governance, status: 201)
            },
            list("/decisions", "decisions", .decision, governance),
            show("/decisions/{id}", .decision, governance),
        ]
    }

    static func incidents(_ governance: Governance) -> [Route] {
        [
            Route("POST", "/incidents", .attest, on: .paperSubject, body: .json(limit: bodyLimit)) { exchange in
                let body = try GovernanceBody(exchange)
                let paper = try await governance.openIncident(
                    about: body.address(), body.members(without: GovernanceBody.addressNames), by: exchange.principal)
                return try incidentReply(paper, governance, status: 201)
            },
            Route("GET", "/incidents", .read, on: .filtered) { exchange in
                let now = try moment(exchange) ?? governance.now
                let papers = try await governance.papers(
                    .incident, about: exchange.paperAddress(), type: exchange.queryValue("type").map { Text($0) },
                    inForceOnly: exchange.queryFlag("in_force") ?? false, limit: exchange.resultLimit())
                return .json(JSONValue.object(["incidents": .array(try papers.map { try json(incident: $0, at: now) })]).bytes())
            },
            Route("GET", "/incidents/{id}", .read, on: .filtered) { exchange in
                let now = try moment(exchange) ?? governance.now
                let (paper, history) = try await governance.paper(id: exchange.parameter("id").string, .incident)
                guard case .object(var object) = PaperJSON.paper(paper, history: history, at: now) else { return .nothing }
                object["clocks"] = try json(clocksOf: paper, at: now)
                return .json(JSONValue.object(object).bytes())
            },
            Route("POST", "/incidents/{id}/reports", .fileReport, on: .paperInPath(.incident), body: .json(limit: bodyLimit)) { exchange in
                let paper = try await governance.reportIncident(
                    id: exchange.parameter("id").string, GovernanceBody(exchange).members(without: []), by: exchange.principal)
                return try incidentReply(paper, governance, status: 201)
            },
            Route("POST", "/incidents/{id}/closure", .approve, on: .paperInPath(.incident), body: .json(limit: bodyLimit)) { exchange in
                let action = try GovernanceBody(exchange).text("corrective_action")
                let paper = try await governance.closeIncident(
                    id: exchange.parameter("id").string, action: action, by: exchange.principal)
                return try incidentReply(paper, governance)
            },
            Route("GET", "/reporting-clocks", .read, on: .filtered) { _ in
                .json(JSONValue.object(["clocks": .array(ReportingClock.all.map(json))]).bytes())
            },
        ]
    }

    private static func moment(_ exchange: Exchange) throws -> Int64? {
        try exchange.queryValue("at").map { try UseCases.moment(Text($0)) }
    }

    private static func incidentReply(_ paper: Paper, _ governance: Governance, status: Int = 200) throws -> Reply {
        .json(try json(incident: paper, at: governance.now).bytes(), status: status)
    }

    private static func json(incident paper: Paper, at now: Int64) throws -> JSONValue {
        guard case .object(var object) = PaperJSON.paper(paper, at: now) else { return .null }
        object["clocks"] = try json(clocksOf: paper, at: now)
        return .object(object)
    }

    private static func json(clocksOf paper: Paper, at now: Int64) throws -> JSONValue {
        .array(
            try Governance.clocks(of: paper, at: now).map { running in
                [
                    "clock": .string(running.clock.id), "basis": .string(running.clock.basis), "state": .string(running.state.rawValue),
                    "start_ms": .integer(running.start), "warning_ms": running.warning.map { .integer($0) } ?? .null,
                    "due_ms": running.due.map { .integer($0) } ?? .null, "filed_ms": running.filed.map { .integer($0) } ?? .null,
                ]
            })
    }

    private static func json(_ clock: ReportingClock) -> JSONValue {
        let (unit, count): (String, Int64) =
            switch clock.limit {
            case .hours(let count): ("hours", count)
            case .days(let count): ("days", count)
            case .businessDays(let count): ("business-days", count)
            case .months(let count): ("months", count)
            }
        return [
            "clock": .string(clock.id), "start": .string(clock.start), "limit": .integer(count), "unit": .string(unit),
            "extension": clock.extensionWords.isEmpty ? .null : .string(clock.extensionWords), "basis": .string(clock.basis),
        ]
    }
}
