package import AssayColumns
package import AssayMetrics
package import AssayTerms

/// One column of one of the two data sets, as far as drift looks at it.
package struct DriftSide: Sendable {
    package enum Values: Sendable {
        /// Finite numbers; `isWhole` where all of the column's type are whole (integers, booleans).
        case numbers(SampleNumbers, isWhole: Bool)
        /// By the texts' bytes.
        case texts([(text: Text, count: Int)])
        /// More distinct texts than were counted.
        case tooManyTexts
        case timestamps
    }

    package let name: Text
    package let type: ColumnType
    package let values: Values
    /// Rows with a finite value.
    package let presentCount: Int
    package let missingCount: Int
    package let infiniteCount: Int
    /// How far the share of rows at or below a number may be off; 0 unless the numbers come from a sketch.
    package let rankError: Double
    /// The texts row by row without missing ones, where the order of rows was asked for.
    package let rowTexts: [Text]?

    package init(
        name: Text, type: ColumnType, values: Values, presentCount: Int, missingCount: Int, infiniteCount: Int = 0,
        rankError: Double = 0, rowTexts: [Text]? = nil
    ) {
        self.name = name
        self.type = type
        self.values = values
        self.presentCount = presentCount
        self.missingCount = missingCount
        self.infiniteCount = infiniteCount
        self.rankError = rankError
        self.rowTexts = rowTexts
    }

    /// What pandas would do: a column of integers or booleans with a missing row is one of floats or objects.
    var hasMissing: Bool { missingCount > 0 }

    /// Whether the column's type has whole numbers only.
    var isWhole: Bool {
        if case .numbers(_, true) = values { true } else { false }
    }

    /// Whether the column has more distinct values than `limit`; `nil` where they were not counted.
    func hasMoreDistinctValues(than limit: Int) -> Bool? {
        switch values {
        case .numbers(let numbers, _): numbers.hasMoreDistinctValues(than: limit)
        case .texts(let texts): texts.count > limit
        case .tooManyTexts, .timestamps: nil
        }
    }

    /// The numbers row by row without missing ones, where they were not counted.
    var rowNumbers: [Double]? {
        if case .numbers(.rows(let rows), _) = values { rows } else { nil }
    }
}
