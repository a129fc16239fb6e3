import ArgumentParser
import AssayColumns
import AssayEvidence
import AssayTerms

struct PerformanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "performance",
        abstract: "Measure how well predictions agree with labels.",
        discussion: """
            Name a column of predicted labels, a column of scores, or both. The numbers are scikit-learn's; where \
            scikit-learn warns and answers 0, the value is undefined and the reason is given. Labels of two values are a \
            binary task, text or up to twenty whole numbers classes, numbers with fractions a regression; --task says it \
            where that leaves a doubt.
            """)

    @OptionGroup var data: DataArguments
    @Option(
        help: """
            Columns by whose values rows are told apart, separated by commas; 'A*B' crosses two. 'age:10' cuts numbers into ten \
            bins of equally many rows, 'age:25,40,60' at these edges.
            """)
    var slice: [String] = []

    @Option(help: "Search these columns, separated by commas, for values and pairs of values where accuracy falls short.")
    var search: [String] = []

    @Option(help: "The column of another model's predictions, to compare with --prediction on the same rows.")
    var againstPrediction: String?

    @Option(help: "The column of another model's scores, to compare with --score on the same rows.")
    var againstScore: String?

    @Option(help: "The column of the fold of a cross-validation a row was predicted in: each measure by fold, with mean and spread.")
    var folds: String?

    @Option(
        help: """
            Columns of numbers, separated by commas: the label column holds clusters of rows near in these. Gives their \
            silhouette, with --against-prediction their agreement with another clustering, with --slice their composition.
            """)
    var features: String?

    @Flag(help: "Give the curves behind the measures of scores (ROC, precision and recall, calibration, gains, lift) as details.")
    var curves = false

    @OptionGroup var report: ReportArguments

    func run() throws {
        var request = try data.request()
        if let features { return try measureClusters(&request, features: features) }
        let hasPrediction = request.prediction != nil || !request.predictions.isEmpty
        let hasScore = request.score != nil || !request.classScores.isEmpty
        guard hasPrediction || hasScore else {
            throw AssayError(.invalidArgument, "name the column of predicted labels (--prediction) or scores (--score)")
        }
        let task = try TaskRule.task(of: request)
        if task != .binary { request.task = task }
        if curves {
            guard task == .binary, request.score != nil else {
                throw AssayError(.invalidArgument, "--curves draws scores of one positive label; name their column with --score")
            }
            request.curves = true
        }
        // A page draws them.
        if report.format == .html, task == .binary, request.score != nil { request.curves = true }
        request.checks = CheckRequest.performance(
            hasPrediction: hasPrediction, hasScore: hasScore, task: task,
            slices: try Self.slices(slice), folds: folds.map { Text($0) })
        guard againstPrediction == nil || request.prediction != nil, againstScore == nil || request.score != nil else {
            throw AssayError(
                .invalidArgument,
                "--against-prediction is compared with --prediction, and --against-score with --score; name both")
        }
        request.againstPrediction = againstPrediction.map { Text($0) }
        request.againstScore = againstScore.map { Text($0) }
        let searched = search.flatMap(ColumnList.groups)
        if let first = searched.first {
            guard task != .regression, task != .multilabel, hasPrediction || task == .binary else {
                throw AssayError(
                    .invalidArgument, "--search looks for low accuracy, and there are no predicted classes; leave it out")
            }
            request.checks.append(
                CheckRequest(id: CheckCatalogue.weakestSlice, column: first, crossed: Array(searched.dropFirst())))
        }
        request.checks += CheckRequest.paired(
            hasPrediction: againstPrediction != nil, hasScore: againstScore != nil, task: task)
        try report.run(request, title: "Performance on \(request.data.name)", text: Self.text)
    }

    private func measureClusters(_ request: inout EvidenceRequest, features: String) throws {
        guard let column = request.label, request.prediction == nil, request.score == nil, folds == nil, !curves, search.isEmpty
        else {
            throw AssayError(
                .invalidArgument,
                "--features measures the clusters in the label column; leave out predictions, scores, --folds, --curves, --search")
        }
        request.checks = CheckRequest.clustering(
            column, features: Text(features), other: againstPrediction.map { Text($0) },
            groups: slice.flatMap(ColumnList.texts))
        try report.run(request, title: "Clusters of \(request.data.name)") { envelope, style in
            var text = ReportText(style)
            text.heading(envelope)
            for result in envelope.results {
                text.blank()
                text.measure(result)
                if !result.groups.isEmpty {
                    text.table(
                        [["cluster", "rows", result.measure ?? ""]] + result.groups.map(Self.row),
                        bars: [nil] + result.groups.map(ReportText.share))
                }
            }
            return text.text
        }
    }

    /// `age,sex` are two slices, `age*sex` is one of both columns together.
    static func slices(_ lists: [String]) throws(AssayError) -> [[Text]] {
        var slices: [[Text]] = []
        for part in lists.flatMap(ColumnList.groups) {
            let columns = part.string.split(separator: "*", omittingEmptySubsequences: false).map { Text(String($0)) }
            guard !columns.contains("") else {
                throw AssayError(.invalidArgument, "--slice names an empty column; separate names by single commas")
            }
            if !slices.contains(columns) { slices.append(columns) }
        }
        return slices
    }

    static func text(_ envelope: Envelope, style: TextStyle) -> String {
        var text = ReportText(style)
        text.heading(envelope)
        text.blank()
        var listed: String?
        for result in envelope.results where result.column == nil {
            text.measure(result)
            // The averages of one measure are of the same classes.
            guard result.measure != listed else { continue }
            listed = result.measure
            let kind = result.measure == "positive_share" ? "probability" : "class"
            if !result.groups.isEmpty {
                text.table(
                    [[kind, "rows", result.measure ?? ""]] + result.groups.map(Self.row),
                    bars: [nil] + result.groups.map(ReportText.share))
            }
        }
        text.folds(envelope.results.filter { CheckCatalogue.isOverFolds($0.id) })
        let sliced = envelope.results.filter {
            $0.column != nil && $0.id != CheckCatalogue.weakestSlice && !CheckCatalogue.isOverFolds($0.id)
        }
        var columns: [Text] = []
        for column in sliced.compactMap(\.column) where !columns.contains(column) { columns.append(column) }
        for column in columns { text.slices(column, sliced.filter { $0.column == column }) }
        for result in envelope.results where result.id == CheckCatalogue.weakestSlice {
            text.blank()
            text.measure(result)
            if !result.groups.isEmpty {
                text.table(
                    [["slice", "rows", "accuracy"]] + result.groups.map(Self.row), bars: [nil] + result.groups.map(ReportText.share))
            }
        }
        var shown: [CheckResult.Excluded] = []
        for result in envelope.results where !shown.contains(result.excluded) {
            text.excluded(result.excluded)
            shown.append(result.excluded)
        }
        text.blank()
        text.wrapped("Intervals have level 0.95; a measure without one has no sound interval yet.", indent: 0)
        return text.text
    }

    private static func row(_ group: CheckResult.Group) -> [String] {
        [group.group.string, NumberText.grouped(group.count), group.value.map(NumberText.fixed) ?? "–"]
    }
}
