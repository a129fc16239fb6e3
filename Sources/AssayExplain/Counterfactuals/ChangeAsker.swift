import AssayColumns
import AssayModels
import AssayTerms

/// Asks a model about changed rows, as long as there is something left of what it may be asked.
struct ChangeAsker {
    private let predictor: any RowPredictor
    private let target: CounterfactualTarget
    private(set) var left: Int
    private(set) var asked = 0

    init(_ predictor: any RowPredictor, _ target: CounterfactualTarget, limit: Int) {
        self.predictor = predictor
        self.target = target
        left = limit
    }

    /// - Precondition: there are at most ``left`` changes.
    mutating func judge(_ changes: [RowCandidates.Change], _ row: RowCandidates) throws(AssayError) -> [(isReached: Bool, nearness: Double)] {
        guard !changes.isEmpty else { return [] }
        precondition(changes.count <= left, "more is asked than is left")
        left -= changes.count
        asked += changes.count
        let judged = try target.judge(try predictions(row.block(changes)))
        guard judged.count == changes.count else { throw AssayError(.internalFault, "a block has predictions for other rows") }
        return judged
    }

    /// Beyond what is counted: a row as it is, and one that was found.
    func predictions(_ block: RowBlock) throws(AssayError) -> Predictions {
        guard let predictions = try predictor.predictions([block], parameters: nil).first else {
            throw AssayError(.internalFault, "a block has no predictions")
        }
        return predictions
    }
}
