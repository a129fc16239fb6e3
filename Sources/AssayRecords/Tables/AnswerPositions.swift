package import AssayColumns
import AssayTerms

/// How many answers stood before each row of a segment when it was recorded. Rows that are erased leave a gap, so that no other row moves to another window.
package struct AnswerPositions: Sendable {
    let values: [Int64]
    private let haveGaps: Bool

    /// `nil` where no row was erased since, so that answers stand one behind the other.
    package var gapped: [Int64]? { haveGaps ? values : nil }

    package init(_ block: RowBlock) {
        if case .int64(let kept)? = block[RecordColumn.position]?.values {
            values = kept
            haveGaps = true
            return
        }
        var isAnswer = [Bool](repeating: false, count: block.rowCount)
        for row in AnsweredRows(block).rows { isAnswer[row] = true }
        var before: Int64 = 0
        values = isAnswer.map { answer in
            defer { if answer { before += 1 } }
            return before
        }
        haveGaps = false
    }

    /// The rows without some of them, each with its position.
    package static func erasing(_ gone: Set<Int>, of block: RowBlock) -> RowBlock {
        let positions = Column(name: RecordColumn.position, values: .int64(AnswerPositions(block).values))
        let kept = (0..<block.rowCount).filter { !gone.contains($0) }
        let columns = block.columns.filter { $0.name != RecordColumn.position } + [positions]
        return RowBlock(rowCount: kept.count, columns: columns.map { $0.gathered(kept) })
    }
}
