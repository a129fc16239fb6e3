import ArgumentParser
import AssayColumns
import AssayEvidence
import AssayTerms

struct FairnessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fairness",
        abstract: "Compare predictions, or the labels themselves, between groups.",
        discussion: """
            With --prediction or --score the predictions are assessed; with neither, the bias of the data: the labels \
            stand in the predictions' place. fairness.* are Fairlearn's measures over all groups of a column, aif360.* \
            AIF360's signed measures of unprivileged against privileged rows; the latter need --privileged.
            """)

    @OptionGroup var data: DataArguments

    @Option(
        help: """
            The columns whose values are groups, separated by commas (a comma in a name is \\,). 'age:10' cuts numbers into ten \
            bins of equally many rows, 'age:25,40,60' at these edges.
            """)
    var sensitive: [String]

    @Option(help: "The privileged rows, for aif360.*: 'C=V', 'C>V', 'C>=V', 'C<V' or 'C<=V'. May be given again.")
    var privileged: [String] = []

    @Option(help: "Make rows without a sensitive value a group of this name instead of leaving them out.")
    var missingGroup: String?

    @Option(help: "Columns within whose values groups are compared, separated by commas; the worst value is answered.")
    var control: [String] = []

    @Flag(help: "Also compare the combinations of all sensitive columns.")
    var intersect = false

    @Option(help: "Measures to compare instead of the usual ones, separated by commas: f1, roc_auc, rmse, ….")
    var measure: [String] = []

    @Option(help: "A reference group for aequitas.*: 'C=V', or 'C' for its largest. May be given again.")
    var reference: [String] = []

    @Option(help: "Columns of numbers, separated by commas, that say which rows are alike: gives aif360.consistency.")
    var features: String?

    @OptionGroup var report: ReportArguments

    func run() throws {
        var request = try data.request()
        let isPredicted =
            request.prediction != nil || request.score != nil || !request.predictions.isEmpty || !request.classScores.isEmpty
        request.outcome = isPredicted ? .prediction : .label
        request.missingGroup = missingGroup.map { Text($0) }
        let columns = try Self.names(sensitive, "--sensitive")
        request.control = try Self.names(control, "--control")
        if let both = request.control.first(where: columns.contains) {
            throw AssayError(.invalidArgument, "column '\(both)' is sensitive and a control; name it once")
        }
        var rules: [PrivilegedRule] = []
        for text in privileged { rules.append(try PrivilegedRule(parsing: Text(text), columns: columns)) }
        if intersect, columns.count < 2 {
            throw AssayError(.invalidArgument, "--intersect crosses sensitive columns; name two or more with --sensitive")
        }
        let task = request.task ?? .binary
        let measures = measure.flatMap(ColumnList.texts).map(\.string)
        request.checks = CheckRequest.fairness(
            sensitive: columns, crossing: intersect, privileged: rules, outcome: request.outcome, task: task,
            measures: measures.isEmpty ? nil : CheckRequest.compared(measures), hasScore: request.score != nil)
        if !reference.isEmpty, task != .binary {
            throw AssayError(.invalidArgument, "--reference compares the rates of a binary decision; leave it out")
        }
        var references: [(column: Text, rule: PrivilegedRule?)] = []
        for text in reference {
            let name = Text(text)
            guard !columns.contains(name) else {
                references.append((name, nil))
                continue
            }
            let rule = try PrivilegedRule(parsing: name, columns: columns)
            guard rule.comparison == .equal, columns.contains(rule.column) else {
                throw AssayError(
                    .invalidArgument, "--reference names one group of a column of --sensitive: 'C=V', or 'C' for its largest")
            }
            references.append((rule.column, rule))
        }
        request.checks += CheckRequest.disparities(references, outcome: request.outcome)
        if let features {
            request.checks.append(CheckRequest(id: CheckCatalogue.consistencyId, options: ["features": Text(features)]))
        }
        let title = request.outcome == .label ? "Bias of \(request.data.name)" : "Fairness on \(request.data.name)"
        try report.run(request, title: title) { Self.text($0, hasRules: !rules.isEmpty, style: $1) }
    }

    private static func names(_ lists: [String], _ option: String) throws(AssayError) -> [Text] {
        var names: [Text] = []
        for name in lists.flatMap(ColumnList.groups) where !names.contains(name) { names.append(name) }
        guard !names.contains("") else {
            throw AssayError(.invalidArgument, "\(option) names an empty column; separate names by single commas")
        }
        return names
    }

    static func text(_ envelope: Envelope, hasRules: Bool, style: TextStyle) -> String {
        var text = ReportText(style)
        text.heading(envelope)
        if envelope.parameters["outcome"] == .text("label") {
            text.wrapped("No predictions were named: this is the bias of the data, taken from its labels.", indent: 0)
        }
        var columns: [Text] = []
        for result in envelope.results {
            if let column = result.column, !columns.contains(column) { columns.append(column) }
        }
        for column in columns {
            let results = envelope.results.filter { $0.column == column }
            let rates = results.filter { FairnessRateColumn.heading(of: $0) != nil }
            text.blank()
            text.title("\(column)")
            text.blank()
            if let first = rates.first {
                let isBaseRate = first.measure == "base_rate"
                let headings = isBaseRate ? ["positive"] : rates.compactMap { FairnessRateColumn.heading(of: $0) }
                var rows = [["group", "rows"] + headings]
                for (index, group) in first.groups.enumerated() {
                    rows.append(
                        [group.group.string, NumberText.grouped(group.count)]
                            + rates.map { $0.groups[index].value.map(NumberText.fixed) ?? "–" })
                }
                rows.append(
                    ["all", NumberText.grouped(first.rows)] + rates.map { $0.value.map(NumberText.fixed) ?? "–" })
                // The bars are of the first rate.
                text.table(rows, bars: [nil] + first.groups.map(ReportText.share))
                text.blank()
            }
            for result in results where result.privileged == nil && !rates.contains(result) { text.measure(result) }
            var rules: [String] = []
            for rule in results.compactMap(\.privileged) where !rules.contains(rule) { rules.append(rule) }
            for rule in rules {
                let signed = results.filter { $0.privileged == rule }
                text.blank()
                let counts = signed.first?.groups.map { "\(NumberText.grouped($0.count)) \($0.group)" } ?? []
                text.wrapped("privileged \(rule): \(counts.joined(separator: ", ")) rows", indent: 2)
                for result in signed { text.measure(result) }
            }
            if let excluded = results.first?.excluded { text.excluded(excluded) }
        }
        for result in envelope.results where result.column == nil {
            text.blank()
            text.measure(result)
        }
        text.blank()
        text.wrapped(
            "Intervals have level 0.95 and hold for all pairs of groups at once. A gap near 0 on few rows is no "
                + "evidence of parity; look at the interval's far end.", indent: 0)
        if !hasRules { text.wrapped("Without --privileged the aif360.* measures are left out.", indent: 0) }
        return text.text
    }
}
