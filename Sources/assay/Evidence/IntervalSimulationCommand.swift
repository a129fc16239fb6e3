import ArgumentParser
import AssayMetrics
import AssayTerms

/// How often intervals over groups hold the truth; the engine of `scripts/simulate`.
struct IntervalSimulationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "interval-simulation", abstract: "Simulate the coverage of intervals over groups.",
        shouldDisplay: false)

    @Option(help: "Rows of each group, separated by commas.")
    var trials: String

    @Option(help: "True rate of each group, separated by commas.")
    var rates: String

    @Option var repetitions = 1000
    @Option var seed: UInt64 = 1

    func run() throws {
        let trials = try Self.numbers(trials, "--trials") { Int($0) }
        let rates = try Self.numbers(rates, "--rates") { Double($0) }
        guard trials.count == rates.count, trials.count > 1, trials.allSatisfy({ (1...10_000_000).contains($0) }),
            rates.allSatisfy({ (0...1).contains($0) }), rates.contains(where: { $0 > 0 }), repetitions > 0
        else {
            throw AssayError(
                .invalidArgument, "give as many rates (0 to 1, one above 0) as row counts (1 to 10,000,000), two or more")
        }
        let coverage = IntervalSimulation(trials: trials, rates: rates).coverage(repetitions: repetitions, seed: seed)
        let answer = "difference \(NumberText.fixed(coverage.difference)) ratio \(NumberText.fixed(coverage.ratio))\n"
        try StandardOutput.write(Array(answer.utf8))
    }

    static func numbers<Number>(
        _ list: String, _ option: String, _ read: (Substring) -> Number?
    ) throws(AssayError) -> [Number] {
        var numbers: [Number] = []
        for part in list.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = read(part) else {
                throw AssayError(.invalidArgument, "\(option) is a list of numbers separated by commas")
            }
            numbers.append(number)
        }
        return numbers
    }
}
