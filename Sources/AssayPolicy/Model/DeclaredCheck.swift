package import AssayTerms

/// One requirement on what a version's run says of itself: a tag, a parameter, the latest value of a metric.
///
/// Nobody measured it: whoever logged the run wrote it, and every reason says so. It is no evidence, and nothing waives it.
package struct DeclaredCheck: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case tag = "run.tag"
        case parameter = "run.param"
        case metric = "run.metric"
    }

    package enum Demand: Hashable, Sendable {
        /// It is there, whatever it says.
        case present
        /// Its text is one of these, letter by letter.
        case words([Text])
        /// It is a number that keeps to the limit.
        case limit(Limit)
    }

    package static let prefix = "run."

    package var kind: Kind
    /// The key of the tag, parameter or metric.
    package var name: Text
    package var demand: Demand

    package init(kind: Kind, name: Text, demand: Demand) {
        self.kind = kind
        self.name = name
        self.demand = demand
    }

    /// `run.param learning_rate`.
    package var title: String { "\(kind.rawValue) \(name)" }

    /// `present`, `one of 'a' or 'b'`, `max 0.1`.
    package var demandText: String {
        switch demand {
        case .present: "present"
        case .words(let words) where words.count == 1: PhraseText.quoted(words)
        case .words(let words): "one of \(PhraseText.quoted(words, "or"))"
        case .limit(let limit): limit.text
        }
    }

    /// Whether all that meets this meets `other` too, where both look at the same.
    func isAtLeastAsStrict(as other: DeclaredCheck) -> Bool {
        guard kind == other.kind, name == other.name else { return false }
        switch (demand, other.demand) {
        case (_, .present): return true
        case (.words(let own), .words(let others)): return own.allSatisfy(others.contains)
        case (.limit(let own), .limit(let other)): return PolicyStrictness.isAtLeastAsStrict(own, as: other)
        case (.words(let own), .limit(let limit)):
            return own.allSatisfy { Self.number($0).map { LimitTest.admits($0, limit) } ?? false }
        case (.present, .words), (.present, .limit), (.limit, .words): return false
        }
    }

    /// A finite number as texts of runs have it; `nil` for anything else.
    static func number(_ text: Text) -> Double? {
        guard ExactDecimal(text.string) != nil, let number = Double(text.string), number.isFinite else { return nil }
        return number
    }
}
