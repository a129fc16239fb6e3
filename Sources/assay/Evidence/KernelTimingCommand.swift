import ArgumentParser
import AssayColumns
import AssayData
import AssayEvidence
import AssayJSON
import AssayTerms
import Glibc

/// Times the computing of rates by group on rows that are in memory already: the kernel row of a benchmark.
struct KernelTimingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel-timing", abstract: "Time rates by group without the reading of the file.",
        shouldDisplay: false)

    @Argument var data: String
    @Option var label: String
    @Option var prediction: String
    @Option var sensitive: String
    @Option var repetitions = 5

    func run() throws {
        let columns = ColumnList.texts(sensitive)
        var request = EvidenceRequest(data: DataFile(path: data), checks: [])
        request.label = Text(label)
        request.prediction = Text(prediction)
        let rates = [
            "selection_rate", "true_positive_rate", "false_positive_rate", "true_negative_rate", "false_negative_rate",
            "accuracy",
        ]
        request.checks = columns.flatMap { column in
            rates.map { CheckRequest(id: "fairness." + $0, column: column) }
        }
        let table = try DataTable.open(
            path: data, options: DataOptions(columns: [Text(label), Text(prediction)] + columns))
        var blocks: [RowBlock] = []
        let facts = try table.forEachBlock { blocks.append($0) }
        var seconds: [JSONValue] = []
        var results: [CheckResult] = []
        for _ in 0..<max(1, repetitions) {
            let start = Self.now()
            results = try EvidenceEngine.results(of: request, blocks: blocks)
            seconds.append(.number(Self.now() - start))
        }
        let answer: JSONValue = [
            "rows": .integer(Int64(facts.rowCount)), "seconds": .array(seconds),
            "rates": .array(
                results.map { result in
                    [
                        "id": .string(result.id), "column": .string(result.column?.string ?? ""),
                        "groups": .array(
                            result.groups.map {
                                [
                                    "group": .string($0.group.string), "count": .integer(Int64($0.count)),
                                    "value": $0.value.map { .number($0) } ?? .null,
                                ]
                            }),
                    ]
                }),
        ]
        try StandardOutput.write(answer.bytes() + [UInt8(ascii: "\n")])
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
