package import AssayTerms

/// One obligation, practice or criterion, in our own short words.
package struct Control: Hashable, Sendable {
    /// The day from which a control applies to what the scope names: `all`, `annex-iii`, `on-market-before-2026-08-02`.
    package struct Start: Hashable, Sendable {
        package var scope: Text
        package var date: CalendarDate
    }

    /// `eu-ai-act/art-12`; never changed and never given twice.
    package var id: Text
    package var framework: Text
    package var citation: Text
    package var title: Text
    package var obligation: Text
    package var status: ControlStatus
    /// In the order of the file; empty where no day is known.
    package var starts: [Start]
    /// The first day on which it does not apply any more.
    package var until: CalendarDate?
    /// The day the letter of the law gives where it is disputed whether it or the days above count.
    package var formalDate: CalendarDate?
    /// Whom it binds. Never empty.
    package var roles: [Text]
    /// The classes of system it is about; empty for all.
    package var classes: [Text]
    /// Evidence codes that together show it.
    package var evidence: [Text]
    /// What a person signs; `nil` where the evidence says all.
    package var attestation: Text?
    package var confidence: ControlConfidence
    /// Ids of sources. Never empty.
    package var sources: [Text]
    /// Numbers of open uncertainties.
    package var uncertainties: [Int]
    /// The control whose place this one took.
    package var supersedes: Text?

    /// The first day on which it applies to any of `classes`, or at all where they are not known; `nil` where no day is known.
    ///
    /// A scope counts if one of the classes is it, with or without `high-`: `high-annex-iii` is of the scope `annex-iii`.
    package func start(for classes: Set<Text>?) -> CalendarDate? {
        let named = starts.filter { start in
            classes?.contains { $0 == start.scope || $0.string == "high-" + start.scope.string } ?? false
        }
        if let first = named.map(\.date).min() { return first }
        return (starts.filter { $0.scope == "all" } + starts).first?.date
    }
}
