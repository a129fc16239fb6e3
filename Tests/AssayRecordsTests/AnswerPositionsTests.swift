import AssayColumns
import AssayTerms
import Testing

@testable import AssayRecords

/// Rows that are erased leave a gap: what remains keeps its place, however often something is erased.
@Suite struct AnswerPositionsTests {
    private static func block(_ status: [Int64], arms: [Text]) -> RowBlock {
        let dictionary = TextDictionary()
        return RowBlock(
            rowCount: status.count,
            columns: [
                Column(name: RecordColumn.status, values: .int64(status)), Column(name: "n", values: .int64(status.indices.map { Int64($0) })),
                Column(name: RecordColumn.arm, values: .text(codes: arms.map { dictionary.code(for: $0) }, dictionary: dictionary)),
            ])
    }

    private static func numbers(_ block: RowBlock) -> [Int64] { if case .int64(let values)? = block["n"]?.values { values } else { [] } }

    @Test func positionsCountAnswersBefore() {
        let block = Self.block([200, 500, 200, 200, 400, 200], arms: ["answer", "answer", "shadow", "candidate", "answer", "answer"])
        let positions = AnswerPositions(block)
        #expect(positions.values == [0, 1, 1, 1, 2, 2] && positions.gapped == nil)
        let once = AnswerPositions.erasing([0, 3], of: block)
        #expect(AnswerPositions(once).gapped == [1, 1, 2, 2])
        #expect(Self.numbers(once) == [1, 2, 4, 5])
        let twice = AnswerPositions.erasing([0, 2], of: once)
        #expect(AnswerPositions(twice).gapped == [1, 2] && Self.numbers(twice) == [2, 5] && twice.columns.count == block.columns.count + 1)
        #expect(AnswerPositions.erasing([0, 1], of: twice).rowCount == 0)
    }
}
