package import AssayTerms

extension PolicyScope {
    /// Whether this policy gates the change.
    ///
    /// - Parameters:
    ///   - names: every name the model has or had in the change: for a rename, copy or re-creation the old one
    ///     and the new one. One match is enough.
    ///   - tier: `nil` where the model is not classified; it then meets the policies of every tier, since
    ///     leaving a model unclassified must not ease anything.
    package func selects(names: [Text], tier: Tier?, target: GateTarget) -> Bool {
        selects(names: names, tier: tier) && gates(target)
    }

    /// Whether it is about the model at all.
    func selects(names: [Text], tier: Tier?) -> Bool {
        guard models.contains(where: { pattern in names.contains(where: GlobPattern(pattern).matches) }) else { return false }
        if let tier, !tiers.isEmpty, !tiers.contains(tier) { return false }
        return true
    }

    package func gates(_ target: GateTarget) -> Bool {
        switch target {
        case .stage(let stage): stages.contains { Folding.areEqual($0, stage) }
        case .alias(let alias): aliases.contains { Folding.areEqual($0, alias) }
        case .registration: registration
        case .retirement: retirement
        }
    }
}
