import AssayColumns
import AssayMetrics
import AssayTerms

/// What one column has shown so far.
struct DriftColumnState: Sendable {
    let name: Text
    let type: ColumnType
    /// Whether texts are kept row by row too.
    private let keepsOrder: Bool
    private var numbers: NumericState
    private var categories: CategoryState
    private var rowTexts: [Int32] = []
    private var dictionary: TextDictionary?
    private var rowCount = 0
    private var missingCount = 0

    /// - Parameters:
    ///   - limit: the greatest number of distinct texts that are counted.
    ///   - keepsOrder: whether texts are kept row by row too.
    ///   - expectedRows: how many rows will come, where that is known.
    init(name: Text, type: ColumnType, limit: Int, keepsOrder: Bool = false, expectedRows: Int? = nil) {
        self.name = name
        self.type = type
        self.keepsOrder = keepsOrder
        categories = CategoryState(limit: limit)
        numbers = NumericState(expectedRows: type == .text || type == .timestamp ? 0 : expectedRows ?? 0)
    }

    mutating func add(_ block: Column) throws(AssayError) {
        rowCount += block.count
        missingCount += block.validity?.missingCount ?? 0
        switch block.values {
        case .boolean, .int64, .double: try numbers.add(block)
        case .text(let codes, let dictionary):
            categories.add(codes: codes, validity: block.validity, dictionary: dictionary)
            guard keepsOrder else { return }
            self.dictionary = dictionary
            for (row, code) in codes.enumerated() where block.isPresent(row) { rowTexts.append(code) }
        case .timestamp: break
        }
    }

    func side() -> DriftSide {
        switch type {
        case .boolean, .int64, .double:
            return DriftSide(
                name: name, type: type, values: .numbers(.rows(numbers.values), isWhole: type != .double),
                presentCount: numbers.values.count, missingCount: numbers.missingCount, infiniteCount: numbers.infiniteCount)
        case .text:
            let texts = keepsOrder ? dictionary?.texts : nil
            return DriftSide(
                name: name, type: .text,
                values: categories.isOverLimit ? .tooManyTexts : .texts(categories.entries),
                presentCount: categories.presentCount, missingCount: categories.missingCount,
                rowTexts: texts.map { texts in rowTexts.map { texts[Int($0)] } })
        case .timestamp:
            return DriftSide(
                name: name, type: .timestamp, values: .timestamps, presentCount: rowCount - missingCount,
                missingCount: missingCount)
        }
    }
}
