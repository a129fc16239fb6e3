/// Where a number comes from, from the strongest to the weakest.
package enum Provenance: String, Sendable, CaseIterable {
    /// We scored the frozen model on the data ourselves.
    case recomputed
    /// A named evaluator signed it.
    case attested
    /// A file the submitter gave.
    case supplied
}
