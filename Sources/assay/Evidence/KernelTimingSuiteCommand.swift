import ArgumentParser
import AssayColumns
import AssayData
import AssayEvidence
import AssayJSON
import AssayTerms

struct KernelTimingSuiteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "suite", abstract: "Time a suite of expectations.")

    @Argument var data: String
    @Argument var suite: String
    @Option var repetitions = 5

    func run() throws {
        let suite = try ExpectationSuite(json: SmallFile.bytes(of: suite))
        let table = try DataTable.open(path: data, options: DataOptions())
        var blocks: [RowBlock] = []
        let facts = try table.forEachBlock { blocks.append($0) }
        let (seconds, outcomes) = try KernelTimingCommand.seconds(repetitions) {
            try SuiteRun.outcomes(
                of: suite, over: blocks, types: table.columns.map(\.type), columns: table.columnNames)
        }
        let answer: JSONValue = [
            "rows": .integer(Int64(facts.rowCount)), "seconds": seconds, "success": .array(outcomes.map { .bool($0.success) }),
        ]
        try StandardOutput.write(answer.bytes() + [UInt8(ascii: "\n")])
    }
}
