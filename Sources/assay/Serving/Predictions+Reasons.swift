import AssayColumns
import AssayModels
import AssayTerms

/// The reasons that a model gives itself, in columns.
extension Predictions {
    /// `reason_code_1`, `reason_code_2`, …
    static func reasonNames(_ count: Int) -> [Text] { (0..<count).map { Text("reason_code_\($0 + 1)") } }

    /// Each row's reason at a place; missing where it has fewer, and where it is not told.
    func reasonColumn(_ place: Int, where isTold: (Int) -> Bool = { _ in true }) -> Column {
        Column(
            name: "reason",
            texts: (0..<rowCount).map { row in
                isTold(row) && reasons.indices.contains(row) && reasons[row].indices.contains(place) ? reasons[row][place] : nil
            })
    }
}
