import ArgumentParser
import AssayEvidence
import AssayJSON
import AssayTerms

struct KernelTimingDriftCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "drift", abstract: "Time drift by Evidently's rule.")

    @Argument var reference: String
    @Argument var current: String
    @Option var method: String?
    @Option var repetitions = 5

    func run() throws {
        let tables = (try DriftEngine.MemoryTable(path: reference), try DriftEngine.MemoryTable(path: current))
        var request = DriftRequest(
            reference: .data(DataFile(path: reference)), current: DataFile(path: current))
        request.mode = .evidently
        if let method { request.method = try DriftMethod(named: Text(method)) }
        let (seconds, outcome) = try KernelTimingCommand.seconds(repetitions) {
            try DriftEngine.compute(request, reference: tables.0, current: tables.1, computedAt: SystemTime.now())
        }
        let answer: JSONValue = ["seconds": seconds, "columns": .integer(Int64(outcome.columns.count))]
        try StandardOutput.write(answer.bytes() + [UInt8(ascii: "\n")])
    }
}
