import AssayCanonical
import AssayJSON
package import AssayStore
import AssayTerms

/// Brings a store of another tracker over, with its ids, names, times and users.
///
/// The work goes in transactions of some dozen records. What was brought over is noted with them, so a run of it that was cut
/// short is finished by the next one, and another one changes nothing. What changed at the source since is brought over as
/// well: a record that nobody changed here follows its source in everything, one that was changed here only gets what it
/// lacks. At the end everything is read again, there and here, and compared.
///
/// It is the work of whoever holds the data directory, entered as the local operator, who passes no gate: a version does not
/// take a place that a policy protects.
package struct StoreImport: Sendable {
    let source: any ImportSource
    let useCases: UseCases
    let report = ImportReport()
    let progress: @Sendable (ImportProgress) -> Void

    /// Records brought over in one transaction.
    static let pageCount = 50
    private static let kind = "import.completed"

    package init(
        from source: any ImportSource, into useCases: UseCases, progress: @escaping @Sendable (ImportProgress) -> Void = { _ in }
    ) {
        self.source = source
        self.useCases = useCases
        self.progress = progress
    }

    var store: any Store { useCases.store }

    /// - Throws: what makes going on impossible: a source that cannot be read any more, a full disk. Whatever concerns one
    ///   record only is in the report.
    package func run() async throws -> ImportReport {
        let inventory = try await store.read { _ in try source.inventory() }
        report.keep(inventory)
        let experiments = try await importExperiments()
        try await importRuns(experiments, total: inventory.counts[.runs])
        try await importLoggedModels(experiments, total: inventory.counts[.loggedModels])
        try await importFiles()
        try await importRegistry()
        try await verify(experiments)
        try await enter()
        return report
    }

    /// One entry of the log says what was brought over, and the digest of it; none if nothing changed since that was said.
    /// An import that is killed before it gets here leaves its changes to the next one, which finds nothing to change.
    private func enter() async throws {
        let topics = report.digest.map { [LedgerTopic.importResult($0.hex)] } ?? []
        let (created, updated) = (report.created, report.updated)
        var payload: JSONObject = [
            "source": .string(source.title.string), "created": Self.json(created), "updated": Self.json(updated),
            "compared": .integer(report.verifiedRecords), "problems": .integer(Int64(report.problems.count)),
            "withheld": .array(report.withheld.map { .string($0.string) }),
            "different": .array(report.differences.prefix(1_000).map { .string("\($0.object): \($0.message)") }),
        ]
        payload["digest"] = report.digest.map { .string($0.hex) }
        let entry = JSONValue.object(payload)
        try await store.write { tx in
            let isEntered = try topics.first.map { try tx.newestLedgerEntry(about: $0, kind: Self.kind) != nil } ?? true
            guard report.hasChanges || !isEntered else { return }
            try useCases.record(
                kind: Self.kind, by: .localOperator, topics: topics, domain: "import", payload: entry, in: tx)
        }
    }

    private static func json(_ tally: ImportTally) -> JSONValue {
        .object(JSONObject(ImportKind.allCases.filter { tally[$0] > 0 }.map { ($0.rawValue, .integer(tally[$0])) }))
    }
}
