import ArgumentParser
import AssayMetrics
import AssayTerms

/// How often intervals of smooth measures over groups hold the truth; the engine of `scripts/simulate --smooth`.
struct SmoothSimulationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "smooth-simulation", abstract: "Simulate the coverage of intervals of smooth measures over groups.",
        shouldDisplay: false)

    @Option(help: "Which measure: mae, r2, roc_auc or f1.")
    var measure: SmoothSimulation.Kind

    @Option(help: "Rows of each group, separated by commas.")
    var rows: String

    @Option(help: "True value of each group, separated by commas.")
    var truths: String

    @Flag(help: "Give rows weights.")
    var weighted = false

    @Option var repetitions = 1000
    @Option var seed: UInt64 = 1

    func run() throws {
        let rows = try IntervalSimulationCommand.numbers(rows, "--rows") { Int($0) }
        let truths = try IntervalSimulationCommand.numbers(truths, "--truths") { Double($0) }
        guard rows.count == truths.count, rows.count > 1, rows.allSatisfy({ (30...10_000_000).contains($0) }),
            truths.allSatisfy({ $0 > 0 && $0 < 1 }), repetitions > 0
        else {
            throw AssayError(.invalidArgument, "give as many true values (between 0 and 1) as row counts (30 to 10,000,000), two or more")
        }
        let coverage = SmoothSimulation(measure, rows: rows, truths: truths, isWeighted: weighted)
            .coverage(repetitions: repetitions, seed: seed)
        let answer =
            "single \(NumberText.fixed(coverage.single)) difference \(NumberText.fixed(coverage.difference)) "
            + "ratio \(NumberText.fixed(coverage.ratio))\n"
        try StandardOutput.write(Array(answer.utf8))
    }
}

extension SmoothSimulation.Kind: ExpressibleByArgument {}
