package import AssayColumns
package import AssayJSON
import AssayTerms

extension Column {
    /// A row's value as predictions are written; null where there is none.
    package func json(_ row: Int) -> JSONValue {
        guard isPresent(row) else { return .null }
        return switch values {
        case .boolean(let values): .bool(values[row] != 0)
        case .int64(let values): .integer(values[row])
        case .double(let values): .number(values[row])
        case .text(let codes, let dictionary): .string(dictionary[codes[row]].string)
        case .timestamp(let values): .string(Timestamp.text(microseconds: values[row]))
        }
    }
}
