import AssayColumns
import AssayMetrics
import AssayTerms

/// What one column has shown so far.
struct DriftColumnState: Sendable {
    let name: Text
    let type: ColumnType
    /// Whether texts are kept row by row too.
    private let keepsOrder: Bool
    private var numbers = NumericState()
    private var categories: CategoryState
    private var rowTexts: [Int32] = []
    private var dictionary: TextDictionary?
    private var rowCount = 0
    private var missingCount = 0

    init(name: Text, type: ColumnType, limit: Int, keepsOrder: Bool) {
        self.name = name
        self.type = type
        self.keepsOrder = keepsOrder
        categories = CategoryState(limit: limit)
    }

    mutating func add(_ block: Column) throws(AssayError) {
        rowCount += block.count
        missingCount += block.validity?.missingCount ?? 0
        switch block.values {
        case .boolean, .int64, .double: numbers.add(try NumberColumn(block))
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
            let counted = CountedValues(numbers.values)
            return DriftSide(
                name: name, type: type, values: .numbers(counted, isWhole: type != .double),
                presentCount: counted.total, missingCount: numbers.missingCount,
                infiniteCount: numbers.infiniteCount, rowNumbers: keepsOrder ? numbers.values : nil)
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
