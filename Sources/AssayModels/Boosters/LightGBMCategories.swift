import AssayJSON
import AssayTerms

/// The categories that LightGBM remembers of a data frame it was trained on.
///
/// The file has them in the order of the frame's columns of category type, without saying which these are. They are the columns whose values the file
/// lists one by one, where there are as many of these as of those; otherwise the file is refused, since the pairing would be a guess.
///
/// - Source: LightGBM 4.7, `python-package/lightgbm/basic.py`, `_data_from_pandas`, `_load_pandas_categorical`.
enum LightGBMCategories {
    /// By column.
    static func tables(_ text: LightGBMText, width: Int) throws(AssayError) -> [Int: CategoryTable] {
        guard let bytes = text.pandasCategories else { return [:] }
        guard let lists = try? JSONValue(parsing: bytes, limits: JSONLimits(bytes: 64 << 20, depth: 8)), let lists = lists.array else {
            throw text.head.damaged("is followed by a pandas_categorical that is not a JSON array")
        }
        guard !lists.isEmpty else { return [:] }
        guard let infos = try text.head.words("feature_infos"), infos.count == width else {
            throw text.head.damaged("has no feature_infos for its \(width) columns")
        }
        let columns = infos.indices.filter { infos[$0].utf8.first.map { $0 != UInt8(ascii: "[") } == true && infos[$0] != "none" }
        guard columns.count == lists.count else {
            throw text.head.unsupported(
                "remembers the categories of \(lists.count) columns and has \(columns.count) with categories; which are which it does not say")
        }
        var tables: [Int: CategoryTable] = [:]
        for (column, list) in zip(columns, lists) {
            guard let values = list.array, values.count < 1 << 24 else { throw text.head.damaged("is followed by categories that are not a list") }
            var codes: [Cell: Int32] = [:]
            for (code, value) in values.enumerated() {
                let cell: Cell
                switch value {
                case .string(let word): cell = .text(Text(word))
                case .integer(let number): cell = .integer(number)
                case .number(let number): cell = Cell(number)
                case .bool(let flag): cell = Cell(flag)
                default: throw text.head.damaged("is followed by a category that is neither text nor number")
                }
                guard codes.updateValue(Int32(code), forKey: cell) == nil else { throw text.head.damaged("is followed by a category that stands twice") }
            }
            let seen = infos[column].string.split(separator: ":").compactMap { Int($0) }
            guard seen.allSatisfy({ $0 < values.count }) else {
                throw text.head.unsupported("remembers categories that do not fit column \(column)'s codes; which are which it does not say")
            }
            tables[column] = CategoryTable(codes: codes, unknown: .code(CategoryTable.none), width: values.count)
        }
        return tables
    }
}
