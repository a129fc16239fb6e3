import AssayPages
import AssayStore
import AssayTerms
import AssayWorkflows

/// The page of the access log.
struct AccessPages: Sendable {
    private static let rowLimit = 500
    private static let objectLimit = 12

    let useCases: UseCases

    func list(_ exchange: Exchange) async throws -> AccessPage {
        var query = try AccessQuery(exchange)
        query.limit = min(query.limit, Self.rowLimit)
        let answer = try await useCases.accesses(query, by: exchange.principal)
        let rows = answer.records.map { timed in
            let record = timed.record
            let objects = record.objects.prefix(Self.objectLimit).map(\.text.string)
            let more = record.objects.count - objects.count
            return AccessPage.Row(
                time: PageText.time(timed.milliseconds),
                who: answer.names[Text(record.principalID)]?.string ?? record.principalID, verb: record.verb.rawValue,
                outcome: record.outcome.rawValue, outcomeClass: record.outcome == .allowed ? "pass" : "fail",
                count: String(timed.count), route: record.route.string,
                objects: objects + (more > 0 ? ["and \(more) more"] : []))
        }
        func asked(_ name: Text) -> String { exchange.queryValue(name) ?? "" }
        return AccessPage(
            run: asked("run"), model: asked("model"), dataset: asked("dataset"), user: asked("user"), rows: rows,
            isCut: answer.isCut)
    }
}
