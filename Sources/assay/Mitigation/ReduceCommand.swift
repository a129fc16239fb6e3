import ArgumentParser
import AssayColumns
import AssayEvidence
import AssayJSON
import AssayMetrics
import AssayTerms

struct ReduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reduce", abstract: "Fit a logistic regression under a constraint on groups.",
        discussion: """
            The reductions of Agarwal et al. (2018), as Fairlearn has them, around a logistic regression of its own that is \
            scikit-learn's to the digit. Exponentiated gradient answers a mixture of classifiers, one of which is drawn for \
            each row; grid search the best single one. Groups are needed to fit and not to decide. Assess the result on \
            other rows.

              assay mitigate reduce loans.csv --label approve --features obrat,loanprc --sensitive race --out classifier.json
            """)

    @OptionGroup var typed: TypedRowsArguments

    @OptionGroup var labels: LabelArguments

    @Option(help: "The columns to decide by, separated by commas (a comma in a name is \\,): numbers or booleans.")
    var features: [String]

    @OptionGroup var groups: GroupArguments

    @Option(help: "What is held alike over groups.")
    var constraint: ReductionConstraint = .demographicParity

    @Option(help: "How far a group's rate may lie from that of all rows.")
    var differenceBound = 0.01

    @Option(help: "How the classifier is searched for.")
    var method: ReductionDocument.Method = .exponentiatedGradient

    @Option(help: "Exponentiated gradient: the multipliers' sum stays below 1 / eps; 0.01 unless given.")
    var eps: Double?

    @Option(help: "Exponentiated gradient: rounds at most; 50 unless given.")
    var maxIterations: Int?

    @Option(help: "Exponentiated gradient: the duality gap that is small enough; unless given by the error's standard error.")
    var nu: Double?

    @Option(help: "Exponentiated gradient: the first learning rate; 2 unless given.")
    var eta0: Double?

    @Option(help: "Grid search: how many classifiers are tried; 10 unless given.")
    var gridSize: Int?

    @Option(help: "Grid search: the greatest multiplier; 2 unless given.")
    var gridLimit: Double?

    @Option(help: "Grid search: how much the constraint counts against the error, from 0 to 1; 0.5 unless given.")
    var constraintWeight: Double?

    @Option(help: "How much rows count against the penalty on coefficients: scikit-learn's C.")
    var inverseRegularisation = 1.0

    @Option(help: "Write the classifier to this file, in JSON.")
    var out: String?

    @Option(help: "Write each row's probability of a positive decision here: a CSV file with one column, a line a row.")
    var probabilities: String?

    @OptionGroup var report: ReportArguments

    func run() throws {
        var run = ReductionRun(
            rows: try groups.rows(typed, labels: labels), features: features.flatMap(ColumnList.texts), constraint: constraint,
            search: try search())
        run.differenceBound = differenceBound
        run.regression.inverseRegularisation = inverseRegularisation
        let outcome = try ProgressLine.shown { progress throws(AssayError) in try run.run(progress: progress) }
        if let out { try SmallFile.replace(out, with: outcome.document.json.bytes(pretty: true) + [UInt8(ascii: "\n")]) }
        if let probabilities {
            var bytes = Array("probability\n".utf8)
            for probability in outcome.probabilities {
                bytes.append(contentsOf: (probability.map { ShortestDecimal.text(of: $0) } ?? "\"\"").utf8)
                bytes.append(UInt8(ascii: "\n"))
            }
            try SmallFile.replace(probabilities, with: bytes)
        }
        try ReductionText.report(outcome, rows: run.rows, writtenTo: out).write(report, file: typed.rows.data)
    }

    /// - Throws: `invalidArgument` for options of the other method.
    private func search() throws(AssayError) -> ReductionRun.Search {
        switch method {
        case .exponentiatedGradient:
            guard gridSize == nil, gridLimit == nil, constraintWeight == nil else {
                throw AssayError(.invalidArgument, "--grid-size, --grid-limit and --constraint-weight belong to --method grid-search")
            }
            var search = ExponentiatedGradient()
            if let eps { search.epsilon = eps }
            if let maxIterations { search.maximumIterations = maxIterations }
            search.nu = nu
            if let eta0 { search.initialRate = eta0 }
            return .exponentiatedGradient(search)
        case .gridSearch:
            guard eps == nil, maxIterations == nil, nu == nil, eta0 == nil else {
                throw AssayError(.invalidArgument, "--eps, --max-iterations, --nu and --eta0 belong to --method exponentiated-gradient")
            }
            var search = ReductionGrid()
            if let gridSize { search.size = gridSize }
            if let gridLimit { search.limit = gridLimit }
            if let constraintWeight { search.constraintWeight = constraintWeight }
            return .grid(search)
        }
    }
}

/// Names with hyphens are the same names.
extension ReductionConstraint: ExpressibleByArgument {
    public init?(argument: String) { self.init(rawValue: argument.replacing("-", with: "_")) }
}

extension ReductionDocument.Method: ExpressibleByArgument {}
