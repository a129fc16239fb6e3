package import AssayColumns
package import AssayMetrics
package import AssayTerms

/// One column of one of the two data sets, as far as drift looks at it.
package struct DriftSide: Sendable {
    package enum Values: Sendable {
        /// Finite numbers; `isWhole` where all of the column's type are whole (integers, booleans).
        case numbers(CountedValues, isWhole: Bool)
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
    /// The numbers or texts row by row without missing ones, where the order of rows was asked for.
    package let rowNumbers: [Double]?
    package let rowTexts: [Text]?

    package init(
        name: Text, type: ColumnType, values: Values, presentCount: Int, missingCount: Int, infiniteCount: Int = 0,
        rankError: Double = 0, rowNumbers: [Double]? = nil, rowTexts: [Text]? = nil
    ) {
        self.name = name
        self.type = type
        self.values = values
        self.presentCount = presentCount
        self.missingCount = missingCount
        self.infiniteCount = infiniteCount
        self.rankError = rankError
        self.rowNumbers = rowNumbers
        self.rowTexts = rowTexts
    }

    /// What pandas would do: a column of integers or booleans with a missing row is one of floats or objects.
    var hasMissing: Bool { missingCount > 0 }

    /// Whether the column's type has whole numbers only.
    var isWhole: Bool {
        if case .numbers(_, true) = values { true } else { false }
    }

    /// How many distinct values; `nil` where they were not counted.
    package var distinctCount: Int? {
        switch values {
        case .numbers(let numbers, _): numbers.values.count
        case .texts(let texts): texts.count
        case .tooManyTexts, .timestamps: nil
        }
    }
}
