import AssayColumns
import AssayTerms

/// Rows that have a code and all of some numeric columns, in memory, for checks that compare rows with each other.
struct FeatureRows {
    private let names: [Text]
    private let limit: Int
    /// Of the rows kept.
    private(set) var codes: [Int32] = []
    /// By column.
    private(set) var features: [[Double]]
    private(set) var missingCodeCount = 0
    /// Rows with a code that lack a feature, or whose feature is infinite.
    private(set) var missingFeatureCount = 0
    /// There were more rows than could be compared; their features are forgotten.
    private(set) var isTooMany = false

    init(_ names: [Text], limit: Int) {
        self.names = names
        self.limit = limit
        features = [[Double]](repeating: [], count: names.count)
    }

    /// - Parameter codes: by row; negative where there is none.
    mutating func add(_ codes: [Int32], of block: RowBlock) throws(AssayError) {
        guard !isTooMany else { return }
        var columns: [NumberColumn] = []
        for name in names {
            guard let column = block[name] else { return }
            columns.append(try NumberColumn(column))
        }
        for row in codes.indices {
            guard codes[row] >= 0 else {
                missingCodeCount += 1
                continue
            }
            guard columns.allSatisfy({ ($0.validity?[row] ?? true) && $0.values[row].isFinite }) else {
                missingFeatureCount += 1
                continue
            }
            self.codes.append(codes[row])
            for index in columns.indices { features[index].append(columns[index].values[row]) }
        }
        if self.codes.count > limit {
            isTooMany = true
            features = []
        }
    }
}
