package import AssayColumns
import AssayTerms

/// Which rows of a segment were answers to somebody: neither failures nor what a rollout only compared.
package struct AnsweredRows: Sendable {
    package let rows: [Int]

    /// - Parameter withFailures: whether what was refused or failed counts too.
    package init(_ block: RowBlock, withFailures: Bool = false) {
        var isAnswer: (Int) -> Bool = { _ in true }
        if let arm = block[RecordColumn.arm], case .text(let codes, let dictionary) = arm.values,
            let shadow = dictionary.existingCode(for: "shadow")
        {
            isAnswer = { codes[$0] != shadow || !arm.isPresent($0) }
        }
        guard case .int64(let status)? = block[RecordColumn.status]?.values else {
            rows = []
            return
        }
        rows = (0..<block.rowCount).filter { (withFailures || status[$0] == 200) && isAnswer($0) }
    }
}
