/// Which code each cell gets: the columns of a one-hot encoding, or none of them.
package struct CategoryTable: Sendable {
    /// What becomes of a cell the encoder was not fitted on.
    package enum Unknown: Hashable, Sendable {
        case refused
        /// ``none``: a row of zeros.
        case code(Int32)
    }

    /// The code of a dropped category: all indicators are zero.
    package static let none: Int32 = -1

    package let codes: [Cell: Int32]
    package let unknown: Unknown
    /// Codes are below this.
    package let width: Int
    /// Whether a number where a word is asked for is refused, whatever becomes of other words.
    package var takesWordsOnly = false

    package init(codes: [Cell: Int32], unknown: Unknown, width: Int) {
        self.codes = codes
        self.unknown = unknown
        self.width = width
    }

    /// `nil` where the cell is unknown and unknown cells are refused.
    func code(of cell: Cell) -> Int32? {
        if let code = codes[cell] { return code }
        if takesWordsOnly {
            guard case .text = cell else { return nil }
        }
        return if case .code(let code) = unknown { code } else { nil }
    }
}
