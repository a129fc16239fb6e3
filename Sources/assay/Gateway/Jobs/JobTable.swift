import AssayPolicy
import AssayServing
import AssayTerms

/// A job's data set as one version reads it: its inputs, what rules and feature views look at, and what is recorded beside.
struct JobTable {
    let service: ScoringService
    /// The rules of the statement as it is now.
    let book: RuleBook?
    let data: ModelTable

    /// - Throws: what ``ModelTable`` throws.
    init(_ descriptor: Int32, _ job: GatewayJob, _ version: GatewayTable.Version, furtherColumns: [Text]) throws(AssayError) {
        book = version.book
        let (rules, served) = (version.statement.rules, version.served)
        service = rules.explanations == .never ? served.silent : job.isExplained || book?.needsExplanation ?? false ? served.service : served.plain
        let features = service.features
        let further = furtherColumns + (features.map { $0.asked.map(\.name) + $0.filled.sorted() } ?? [])
        data = try ModelTable(
            descriptor: descriptor, name: "the data set", format: job.input, form: service.requestForm,
            further: further + (book?.requestColumns ?? []).filter { !further.contains($0) }, types: features?.askedTypes ?? [:])
    }
}
