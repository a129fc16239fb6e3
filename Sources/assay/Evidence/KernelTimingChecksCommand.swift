import ArgumentParser
import AssayColumns
import AssayData
import AssayEvidence
import AssayJSON
import AssayTerms

struct KernelTimingChecksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "checks", abstract: "Time checks, each by each sensitive column.")

    @Argument var data: String
    @Option var label: String
    @Option var prediction: String?
    @Option var sensitive: String
    @Option var privileged: String?
    @Option(help: "Ids of checks, separated by commas.") var checks: String
    @Option var repetitions = 5

    func run() throws {
        let columns = ColumnList.texts(sensitive)
        var request = EvidenceRequest(data: DataFile(path: data), checks: [])
        request.label = Text(label)
        request.prediction = prediction.map { Text($0) }
        if prediction == nil { request.outcome = .label }
        let rule = try privileged.map { try PrivilegedRule(parsing: Text($0), columns: columns) }
        let ids = checks.split(separator: ",").map(String.init)
        request.checks = columns.flatMap { column in
            ids.map { id in
                var check = CheckRequest(id: id, column: column)
                check.privileged = rule
                return check
            }
        }
        let table = try DataTable.open(
            path: data, options: DataOptions(columns: [request.label, request.prediction].compactMap(\.self) + columns))
        var blocks: [RowBlock] = []
        let facts = try table.forEachBlock { blocks.append($0) }
        let (seconds, results) = try KernelTimingCommand.seconds(repetitions) {
            try EvidenceEngine.results(of: request, blocks: blocks)
        }
        let answer: JSONValue = [
            "rows": .integer(Int64(facts.rowCount)), "seconds": seconds, "results": .array(results.map(Self.json)),
        ]
        try StandardOutput.write(answer.bytes() + [UInt8(ascii: "\n")])
    }

    private static func json(_ result: CheckResult) -> JSONValue {
        [
            "id": .string(result.id), "column": .string(result.column?.string ?? ""),
            "value": result.value.map { .number($0) } ?? .null,
            "groups": .array(
                result.groups.map {
                    [
                        "group": .string($0.group.string), "count": .integer(Int64($0.count)),
                        "value": $0.value.map { .number($0) } ?? .null,
                    ]
                }),
        ]
    }
}
