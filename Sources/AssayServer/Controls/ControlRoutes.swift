import AssayControls
import AssayJSON
import AssayTerms
import AssayWire
package import AssayWorkflows

/// What is to be shown about a version: controls, model card, inventory; under `/api/assay/v1/models/{name}/versions/{version}`.
package func controlRoutes(_ governance: Governance) -> [Route] {
    let version = "\(GovernanceRoutes.prefix)/models/{name}/versions/{version}"
    return [
        Route("GET", version + "/coverage", .read, on: .filtered) { exchange in
            let fields = try exchange.fields()
            let (subject, coverage) = try await governance.coverage(
                model: exchange.parameter("name"), version: try number(exchange), framework: try fields.requiredText("framework"),
                asOf: try fields.text("as_of").map(day), roles: try fields.texts("role"), classes: try fields.texts("class"))
            return .json(CoverageJSON.value(of: coverage, about: subject))
        },
        Route("GET", version + "/card", .read, on: .filtered) { exchange in
            .json(try await governance.modelCard(model: exchange.parameter("name"), version: try number(exchange)).json)
        },
        Route("GET", version + "/inventory", .read, on: .filtered) { exchange in
            .json(try await governance.inventory(model: exchange.parameter("name"), version: try number(exchange)).json)
        },
    ]
}

private func number(_ exchange: Exchange) throws -> Int {
    try GovernanceBody.versionNumber(exchange.parameters["version"] ?? "")
}

private func day(_ text: Text) throws(AssayError) -> CalendarDate {
    if let day = CalendarDate(text) { return day }
    throw AssayError(.invalidArgument, "'as_of' is a day, 2027-12-02, not '\(text.string.prefix(64))'.")
}
