import AssayColumns
import AssayExplain
package import AssayTerms

/// Whether one of some inputs moved a row's answer most, by the size of its attribution; of equal ones each did.
package struct AttributionTest: RowTest {
    private let inputs: Set<Text>

    package init(inputs: [Text]) { self.inputs = Set(inputs) }

    package var columns: [Text] { [] }
    package var needsExplanation: Bool { true }

    /// Unknown for rows that were not explained, whose attributions are no numbers, and where the model has none of the inputs.
    package func answers(_ rows: JudgedRows) -> [RowAnswer] {
        let count = rows.block.rowCount
        guard let explanation = rows.explanation, explanation.rowCount == count else { return [RowAnswer](repeating: .unknown, count: count) }
        let isAsked = explanation.featureNames.map { inputs.contains($0) }
        guard isAsked.contains(true) else { return [RowAnswer](repeating: .unknown, count: count) }
        return (0..<count).map { row in
            let sizes = explanation.attributions(row: row, score: explanation.score(row, rows.classes)).map(abs)
            guard let most = sizes.max(), sizes.allSatisfy({ !$0.isNaN }) else { return .unknown }
            // An answer that nothing moved was moved most by nobody.
            return most > 0 && zip(sizes, isAsked).contains { $0 == most && $1 } ? .yes : .no
        }
    }
}
