import AssayColumns
import AssayMetrics
import AssayTerms

/// A cell table with its groups named and sorted by value.
struct GroupTable {
    struct Group {
        var name: Text
        var confusion: Confusion
    }

    let groups: [Group]
    let excluded: CheckResult.Excluded

    init(_ table: CellTable, coder: ValueCoder, coding: CategoryCoding) {
        let isWeighted = table.isWeighted
        let none = Confusion(
            trueNegatives: 0, falsePositives: 0, falseNegatives: 0, truePositives: 0, rowCount: 0,
            isWeighted: isWeighted)
        var groups = coding.names.map { Group(name: $0, confusion: none) }
        var excluded = CheckResult.Excluded()
        for code in -1..<table.groupCount {
            let rank = code < coder.values.count ? Int(coding.code(from: Int32(code))) : -1
            if rank < 0 {
                excluded.missingGroup += table.rowCount(group: code)
            } else {
                groups[rank].confusion = table.confusion(group: code)
                excluded.missingLabel += table.missingLabelCount(group: code)
                excluded.missingPrediction += table.missingPredictionCount(group: code)
            }
        }
        self.groups = groups
        self.excluded = excluded
    }

    /// All groups together, added in the order of their names.
    func overall(isWeighted: Bool) -> Confusion {
        let none = Confusion(
            trueNegatives: 0, falsePositives: 0, falseNegatives: 0, truePositives: 0, rowCount: 0,
            isWeighted: isWeighted)
        return groups.reduce(none) { $0 + $1.confusion }
    }
}
