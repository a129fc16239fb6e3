import AssayColumns
import AssayEvidence
import AssayServing
import AssayTerms

/// A policy's condition, asked of rows that were scored.
struct ConditionTest: RowTest {
    private let condition: RowConditionTest

    init(_ text: Text) throws(AssayError) { condition = try RowConditionTest(parsing: text) }

    var columns: [Text] { condition.columns }

    func answers(_ rows: JudgedRows) -> [RowAnswer] {
        condition.answers(rows.block).map { answer in
            switch answer {
            case .no: .no
            case .yes: .yes
            case .unknown: .unknown
            }
        }
    }
}
