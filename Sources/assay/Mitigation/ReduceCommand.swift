import ArgumentParser
import AssayColumns
import AssayEvidence
import AssayJSON
import AssayMetrics
import AssayTerms

struct ReduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reduce", abstract: "Fit a linear model under a constraint on groups.",
        discussion: """
            The reductions of Agarwal et al. (2018, 2019), as Fairlearn has them, around a logistic or linear regression of its \
            own that is scikit-learn's to the digit. Exponentiated gradient answers a mixture of models, one of which is drawn \
            for each row; grid search the best single one. Groups are needed to fit and not to decide. Assess the result on \
            other rows.

              assay mitigate reduce loans.csv --label approve --features obrat,loanprc --sensitive race --out classifier.json
              assay mitigate apply classifier.json new.csv --key id --seed 7 --decisions decisions.csv
            """)

    @OptionGroup var typed: TypedRowsArguments

    @OptionGroup var labels: LabelArguments

    @Option(help: "The columns to decide by, separated by commas (a comma in a name is \\,): numbers or booleans.")
    var features: [String]

    @OptionGroup var groups: GroupArguments

    @Option(help: "What is held alike over groups, or bounded-group-loss: no group's mean loss exceeds --upper-bound.")
    var constraint: GoalName = .parity(.demographicParity)

    @Option(help: "How far a group's rate may lie from that of all rows; 0.01 unless given.")
    var differenceBound: Double?

    @Option(help: "Instead: a group's rate is at least this times that of all rows, and the other way round.")
    var ratioBound: Double?

    @Option(help: "How much more than that is let pass; 0 unless given.")
    var ratioBoundSlack: Double?

    @Option(help: "Columns within whose values groups are compared, separated by commas.")
    var control: [String] = []

    @Option(help: "Bounded group loss: zero-one of decisions, square or absolute of numbers.")
    var loss: LossName?

    @Option(
        parsing: .unconditional,
        help: "Bounded group loss: what labels and answers are brought into before square and absolute losses, as 'low,high'."
    )
    var lossRange: String?

    @Option(help: "Bounded group loss: the mean loss that no group may exceed.")
    var upperBound: Double?

    @Option(help: "How the model is searched for.")
    var method: ReductionDocument.Method = .exponentiatedGradient

    @Option(help: "Exponentiated gradient: the multipliers' sum stays below 1 / eps; 0.01 unless given.")
    var eps: Double?

    @Option(help: "Exponentiated gradient: rounds at most; 50 unless given.")
    var maxIterations: Int?

    @Option(help: "Exponentiated gradient: the duality gap that is small enough; unless given by the error's standard error.")
    var nu: Double?

    @Option(help: "Exponentiated gradient: the first learning rate; 2 unless given.")
    var eta0: Double?

    @Option(help: "Grid search: how many models are tried; 10 unless given.")
    var gridSize: Int?

    @Option(help: "Grid search: the greatest multiplier; 2 unless given.")
    var gridLimit: Double?

    @Option(help: "Grid search: how much the constraint counts against the error, from 0 to 1; 0.5 unless given.")
    var constraintWeight: Double?

    @Option(help: "How much rows count against the penalty on coefficients: scikit-learn's C.")
    var inverseRegularisation = 1.0

    @Option(help: "Write the model to this file, in JSON, for assay mitigate apply.")
    var out: String?

    @Option(help: "Write each row's probability of a positive decision, or expected number, here: a CSV file with one column, a line a row.")
    var probabilities: String?

    @OptionGroup var report: ReportArguments

    func run() throws {
        var run = ReductionRun(
            rows: try groups.rows(typed, labels: labels), features: features.flatMap(ColumnList.texts), goal: try goal(),
            search: try search())
        run.controls = control.flatMap(ColumnList.texts)
        run.inverseRegularisation = inverseRegularisation
        let outcome = try ProgressLine.shown { progress throws(AssayError) in try run.run(progress: progress) }
        if let out { try SmallFile.replace(out, with: outcome.document.json.bytes(pretty: true) + [UInt8(ascii: "\n")]) }
        if let probabilities {
            var bytes = Array("\(run.goal.isOfNumbers ? "expected" : "probability")\n".utf8)
            for value in outcome.expected {
                bytes.append(contentsOf: (value.map { ShortestDecimal.text(of: $0) } ?? "\"\"").utf8)
                bytes.append(UInt8(ascii: "\n"))
            }
            try SmallFile.replace(probabilities, with: bytes)
        }
        try ReductionText.report(outcome, rows: run.rows, writtenTo: out).write(report, file: typed.rows.data)
    }

    /// - Throws: `invalidArgument` for options of another constraint.
    private func goal() throws(AssayError) -> ReductionGoal {
        switch constraint {
        case .parity(let constraint):
            guard loss == nil, lossRange == nil, upperBound == nil else {
                throw AssayError(.invalidArgument, "--loss, --loss-range and --upper-bound belong to --constraint bounded-group-loss")
            }
            guard let ratioBound else {
                guard ratioBoundSlack == nil else { throw AssayError(.invalidArgument, "--ratio-bound-slack belongs to --ratio-bound") }
                return .parity(constraint, differenceBound.map { .difference($0) } ?? .standard)
            }
            guard differenceBound == nil else {
                throw AssayError(.invalidArgument, "bound either differences or ratios: --difference-bound or --ratio-bound")
            }
            return .parity(constraint, .ratio(ratioBound, slack: ratioBoundSlack ?? 0))
        case .groupLoss:
            guard differenceBound == nil, ratioBound == nil, ratioBoundSlack == nil else {
                throw AssayError(
                    .invalidArgument, "--difference-bound and --ratio-bound belong to constraints of parity; a loss has --upper-bound")
            }
            guard let loss, let upperBound else {
                throw AssayError(.invalidArgument, "--constraint bounded-group-loss needs --loss and --upper-bound")
            }
            guard loss != .zeroOne || lossRange == nil else {
                throw AssayError(.invalidArgument, "--loss-range belongs to square and absolute losses")
            }
            return .groupLoss(loss.loss(try range()), upperBound: upperBound)
        }
    }

    private func range() throws(AssayError) -> ClosedRange<Double> {
        guard let lossRange else {
            guard loss == .zeroOne else {
                throw AssayError(.invalidArgument, "square and absolute losses need --loss-range 'low,high', the range of labels")
            }
            return 0...1
        }
        let ends = lossRange.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        guard ends.count == 2, let low = ends[0], let high = ends[1], low < high, (high - low).isFinite else {
            throw AssayError(.invalidArgument, "--loss-range is a lower and a greater number, as '0,1', not '\(lossRange)'")
        }
        return low...high
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

extension ReductionDocument.Method: ExpressibleByArgument {}
