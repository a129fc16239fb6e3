import AssayColumns
import AssayTerms

/// `privacy.consent`: the share of rows whose column holds the required value.
///
/// A row without a value, a row with another value, and every row of data without the column fall short. The value is
/// exactly 1 only where no row does; without rows it is undefined.
struct ConsentCheck: ColumnCheck {
    private let setting: ColumnCheckSetting
    private let column: Text
    private let required: Text
    private let isPresent: Bool
    private var given = 0
    private var refused = 0
    private var missing = 0

    init(_ setting: ColumnCheckSetting) {
        self.setting = setting
        column = setting.column ?? ""
        required = setting.text("value")
        isPresent = setting.dataColumns.contains(column)
    }

    mutating func add(_ block: RowBlock) throws(AssayError) {
        guard let column = block[column] else { return }
        let validity = column.validity
        var present = column.count - (validity?.missingCount ?? 0)
        if case .double(let values) = column.values {
            // NaN is a missing value whether the format marked it or not.
            for row in values.indices where values[row].isNaN && (validity?[row] ?? true) { present -= 1 }
        }
        missing += column.count - present
        // A column without any value has a type by chance, and the required value need not be one of it.
        guard present > 0 else { return }
        let wanted = try ColumnValue(reading: required, as: column.type, column: column.name)
        var matches = 0
        switch column.values {
        case .boolean(let values):
            for row in values.indices where validity?[row] ?? true {
                if ColumnValue(values[row] != 0) == wanted { matches += 1 }
            }
        case .int64(let values):
            for row in values.indices where validity?[row] ?? true {
                if ColumnValue(values[row]) == wanted { matches += 1 }
            }
        case .double(let values):
            for row in values.indices where validity?[row] ?? true {
                if ColumnValue(values[row]) == wanted { matches += 1 }
            }
        case .timestamp(let values):
            for row in values.indices where validity?[row] ?? true {
                if .timestamp(values[row]) == wanted { matches += 1 }
            }
        case .text(let codes, let dictionary):
            guard let code = dictionary.existingCode(for: required) else { break }
            for row in codes.indices where validity?[row] ?? true {
                if codes[row] == code { matches += 1 }
            }
        }
        given += matches
        refused += present - matches
    }

    func result(rowCount: Int) -> CheckResult {
        guard rowCount > 0 else { return setting.result(value: nil, rows: 0, undefined: "the data has no row") }
        func group(_ name: Text, _ count: Int) -> CheckResult.Group {
            CheckResult.Group(group: name, count: count, value: Double(count) / Double(rowCount))
        }
        let groups =
            isPresent
            ? [group("given", given), group("refused", refused), group("missing", missing)]
            : [group("given", 0), group("column absent", rowCount)]
        return setting.result(
            value: Double(given) / Double(rowCount), measure: "share_of_rows", groups: groups, rows: rowCount)
    }
}
