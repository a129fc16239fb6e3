import ArgumentParser
import AssayColumns
import AssayData
import AssayEvidence
import AssayJSON
import AssayTerms

struct KernelTimingPersonalDataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "personal-data", abstract: "Time the search for personal data in all columns.")

    @Argument var data: String
    @Option var repetitions = 5

    func run() throws {
        let table = try DataTable.open(path: data, options: DataOptions())
        var blocks: [RowBlock] = []
        let facts = try table.forEachBlock { blocks.append($0) }
        let request = EvidenceRequest(data: DataFile(path: data), checks: [CheckRequest(id: "privacy.pii", column: nil)])
        let (seconds, results) = try KernelTimingCommand.seconds(repetitions) {
            try EvidenceEngine.results(of: request, blocks: blocks)
        }
        let counts = JSONObject(
            results.flatMap(\.groups).map { ($0.group.string, JSONValue.integer(Int64($0.count))) })
        let answer: JSONValue = ["rows": .integer(Int64(facts.rowCount)), "seconds": seconds, "counts": .object(counts)]
        try StandardOutput.write(answer.bytes() + [UInt8(ascii: "\n")])
    }
}
