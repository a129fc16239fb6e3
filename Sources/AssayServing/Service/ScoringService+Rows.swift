package import AssayColumns
import AssayModels
package import AssayTerms

extension ScoringService {
    /// Scores a block of a data set, and explains it where the service explains. Blocks while it computes.
    ///
    /// - Parameters:
    ///   - further: columns of the block that are no inputs; they are handed on with what was scored.
    ///   - rules: what answers are held against; columns that these alone look at are not handed on.
    /// - Throws: why the rows cannot be scored.
    package func score(_ block: RowBlock, further: [Text], rules: RuleBook? = nil) throws(AssayError) -> ScoredRows {
        let inputs = Set(form.inputs)
        let asked = Set(features?.asked.map(\.name) ?? [])
        let isOther = { (column: Column) in
            !inputs.contains(column.name) && (further.contains(column.name) || rules?.requestColumns.contains(column.name) ?? false)
        }
        let others = block.columns.filter { isOther($0) && !asked.contains($0.name) }
        let more = others.filter { further.contains($0.name) }
        var bound = BoundRows(
            inputs: RowBlock(rowCount: block.rowCount, columns: block.columns.filter { !isOther($0) || asked.contains($0.name) }),
            further: more.isEmpty ? nil : RowBlock(rowCount: block.rowCount, columns: more))
        if let features {
            do throws(ServingFailure) {
                (bound.inputs, bound.mark) = try features.fill(bound.inputs, now: SystemClock.microseconds())
            } catch {
                throw error.error
            }
        }
        // What features are looked up by may be what a rule looks at.
        let looked = block.columns.filter { asked.contains($0.name) && isOther($0) }
        let judged = others + looked
        bound.judged = judged.isEmpty ? nil : RowBlock(rowCount: block.rowCount, columns: judged)
        guard let answered = try writer.answers([bound], nil).rows.first else { throw AssayError(.internalFault, "a block has no predictions") }
        return writer.scored(bound, answered, nil, rules)
    }
}
