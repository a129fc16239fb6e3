import ArgumentParser
import AssayEvidence
import AssayTerms

/// How often drift is called where nothing changed; the engine of `scripts/simulate`.
struct DriftSimulationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift-simulation", abstract: "Simulate the rate of false alarms of drift.", shouldDisplay: false)

    @Option(help: "Rows of the reference and of the current data, separated by a comma.")
    var rows: String

    @Option(help: "Independent columns of a data set.")
    var columns = 20
    @Option(help: "numeric, ties, categorical, or mixed.")
    var kind: DriftSimulation.Kind = .mixed
    @Option var repetitions = 1000
    @Option var seed: UInt64 = 1

    func run() throws {
        let sizes = rows.split(separator: ",").compactMap { Int($0) }
        guard sizes.count == 2, sizes.allSatisfy({ (1...1_000_000).contains($0) }), (1...1_000).contains(columns), repetitions > 0
        else {
            throw AssayError(
                .invalidArgument,
                "give two row counts (1 to 1,000,000), up to 1,000 columns and a positive number of repetitions")
        }
        let rates = try DriftSimulation(referenceRows: sizes[0], currentRows: sizes[1], columns: columns, kind: kind)
            .rates(repetitions: repetitions, seed: seed)
        let answer = "strict \(NumberText.fixed(rates.strict)) evidently \(NumberText.fixed(rates.evidentlyColumn)) "
            + "evidently-dataset \(NumberText.fixed(rates.evidentlyDataset)) repetitions \(repetitions)\n"
        try StandardOutput.write(Array(answer.utf8))
    }
}

extension DriftSimulation.Kind: ExpressibleByArgument {}
