import AssayJSON
import AssayTerms
import AssayWire
package import AssayWorkflows

/// What `assay audit export` asks a running server for, beside the public log.
package func exportRoutes(_ governance: Governance) -> [Route] {
    let useCases = governance.useCases
    let prefix = "/api/assay/v1/log/exports"
    return [
        Route("POST", prefix, .audit, body: .json(limit: 1 << 16)) { exchange in
            let body = try JSONValue(parsing: exchange.body)
            guard let from = body["from"]?.string, let through = body["to"]?.string else {
                throw AssayError(.invalidArgument, "Name the period: 'from' and 'to', as times.")
            }
            let period = try await useCases.beginExport(
                from: try UseCases.moment(Text(from)), through: try UseCases.moment(Text(through)), by: exchange.principal)
            try await useCases.awaitPublication(ofEntryAt: period.export)
            let answer: JSONValue = [
                "start": .integer(period.entries.lowerBound), "end": .integer(period.entries.upperBound),
                "export": .integer(period.export),
            ]
            return .json(answer.bytes(), status: 201)
        },
        Route("POST", "/api/assay/v1/log/erasures", .administer, body: .json(limit: 1 << 16)) { exchange in
            let body = try GovernanceBody(exchange)
            let reason = try body.text("reason")
            switch (try body.optionalText("entry"), try body.optionalText("user")) {
            case (let entry?, nil): try await useCases.erasePayload(ofEntry: entry.string, reason: reason, by: exchange.principal)
            case (nil, let user?): try await useCases.erasePerson(named: user, reason: reason, by: exchange.principal)
            default: throw AssayError(.invalidArgument, "Name what is erased: either 'entry' or 'user'.")
            }
            return .json(JSONValue.object([:]).bytes())
        },
        Route("GET", prefix + "/payloads", .audit) { exchange in
            let after = try exchange.fields().integer("after") ?? 0
            let (entries, next) = try await useCases.exportedPayloads(try period(of: exchange), after: after)
            return .json(["entries": .array(entries), "next_after": next.map { .integer($0) } ?? .null])
        },
        Route("GET", prefix + "/documents", .audit) { exchange in
            // Erasures are asked for after the payloads, so that each that was met is among them.
            try await useCases.awaitErasures()
            return .json(try await governance.exportedDocuments(try period(of: exchange)))
        },
    ]
}

private func period(of exchange: Exchange) throws -> Range<Int64> {
    let fields = try exchange.fields()
    guard let start = try fields.integer("start"), let end = try fields.integer("end"), start >= 0, start <= end else {
        throw AssayError(.invalidArgument, "Name the period as POST /api/assay/v1/log/exports answered it: start and end.")
    }
    return start..<end
}
