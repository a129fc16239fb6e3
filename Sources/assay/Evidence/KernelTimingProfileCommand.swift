import ArgumentParser
import AssayColumns
import AssayData
import AssayEvidence
import AssayJSON
import AssayTerms

struct KernelTimingProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "profile", abstract: "Time the statistics of all columns.")

    @Argument var data: String
    @Option var repetitions = 5

    func run() throws {
        let table = try DataTable.open(path: data, options: DataOptions())
        var blocks: [RowBlock] = []
        let facts = try table.forEachBlock { blocks.append($0) }
        let input = Envelope.Input(role: "data", name: Text(data), digest: facts.digest, rows: facts.rowCount)
        let (seconds, columns) = KernelTimingCommand.seconds(repetitions) {
            ValidationJSON.columns(
                of: DataProfile(of: blocks, columns: table.columns, input: input, isTyped: table.format != .csv))
        }
        let answer: JSONValue = ["rows": .integer(Int64(facts.rowCount)), "seconds": seconds, "columns": columns]
        try StandardOutput.write(answer.bytes() + [UInt8(ascii: "\n")])
    }
}
