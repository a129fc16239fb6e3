import AssayPages
import AssayTerms
import AssayWire
package import AssayWorkflows

/// The pages at `/`: read-only, from the same use cases as the routes.
package enum PageRoutes {
    package static func routes(_ governance: Governance, log: LogStatus) throws -> [Route] {
        let pages = Pages(
            library: try PageLibrary(), runs: RunPages(useCases: governance.useCases, governance: governance),
            models: ModelPages(useCases: governance.useCases, governance: governance))
        return [
            pages.route("/", .runs, "Runs") { try await pages.runs.list($0) },
            pages.route("/runs/{id}", .runs, "Run") { try await pages.runs.one(Text($0.parameters["id"] ?? "")) },
            pages.route("/models", .models, "Models") { _ in try await pages.models.list() },
            pages.route("/models/{name}", .models, "Model") {
                try await pages.models.one(Text($0.parameters["name"] ?? ""))
            },
            pages.route("/models/{name}/operations", .models, "Operation") {
                try await OperationPages(governance: governance).page(Text($0.parameters["name"] ?? ""))
            },
            pages.route("/models/{name}/{version}", .models, "Version") {
                try await pages.models.version(
                    Text($0.parameters["name"] ?? ""), number: $0.parameters["version"].flatMap { Int($0) })
            },
            pages.route("/requests", .requests, "Approvals") { _ in try await RequestPages(governance: governance).list() },
            pages.route("/log", .log, "Log") { _ in try await log.page() },
            pages.route("/audit/access", .log, "Access", .audit, on: .house) {
                try await AccessPages(useCases: governance.useCases).list($0)
            },
            Route("GET", "/assets/assay.css", .open, takesKey: true) { _ in
                Reply(
                    contentType: "text/css; charset=utf-8", headers: [(name: "Cache-Control", value: "max-age=600")],
                    body: .bytes(Array((StyleSheet.text + ChartStyle.text).utf8)))
            },
        ]
    }
}

/// What answering with pages needs.
private struct Pages: Sendable {
    let library: PageLibrary
    let runs: RunPages
    let models: ModelPages

    /// A page's route; an error becomes a page too, with its own status.
    func route(
        _ path: String, _ section: Section, _ title: String, _ permission: Permission = .read, on scope: Scope = .filtered,
        _ answer: @escaping @Sendable (Exchange) async throws -> any Page
    ) -> Route {
        Route(
            "GET", path, permission, on: scope, isPage: true,
            refused: { exchange, refusal in
                let page = RefusalPage(
                    title: title, section: section, person: exchange.principal.name.string,
                    hasNoRole: exchange.principal.mayNothing, message: refusal.message)
                return .html(library.render(page, for: exchange.viewer), status: WireErrorCode(refusal.code).httpStatus)
            }
        ) { exchange in
            do {
                return .html(library.render(try await answer(exchange), for: exchange.viewer))
            } catch let error as AssayError {
                let problem = ProblemPage(title: title, section: section, message: error.message)
                return .html(library.render(problem, for: exchange.viewer), status: WireErrorCode(error.code).httpStatus)
            }
        }
    }
}
