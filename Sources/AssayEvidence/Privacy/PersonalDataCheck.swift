import AssayColumns
import AssayData
import AssayMetrics
import AssayTerms

/// `privacy.pii`: how many cells hold personal data, by column and kind.
struct PersonalDataCheck: ColumnCheck {
    private let setting: ColumnCheckSetting
    private var states: [PersonalDataState] = []

    init(_ setting: ColumnCheckSetting) { self.setting = setting }

    mutating func add(_ block: RowBlock) throws(AssayError) {
        if states.isEmpty {
            let columns = setting.column.map { name in block.columns.filter { $0.name == name } } ?? block.columns
            states = columns.map { PersonalDataState(name: $0.name, type: $0.type) }
        }
        OwnThread.sideBySide(in: &states) { _, state in
            if let column = block[state.name] { state.add(column) }
        }
    }

    func result(rowCount: Int) throws(AssayError) -> CheckResult {
        if let column = setting.column { try setting.require(column) }
        guard rowCount > 0 else { return setting.result(value: nil, rows: 0, undefined: "the data has no row") }
        var groups: [CheckResult.Group] = []
        var total = 0
        let found = OwnThread.sideBySide(states) { $0.findings() }
        for (state, (findings, cells)) in zip(states, found) {
            total += cells
            for finding in findings {
                groups.append(
                    CheckResult.Group(
                        group: Text("\(state.name): \(finding.kind.rawValue)"), count: finding.count,
                        value: rowCount == 0 ? nil : Double(finding.count) / Double(rowCount)))
            }
        }
        return setting.result(value: Double(total), measure: "share_of_rows", groups: groups, rows: rowCount)
    }
}
