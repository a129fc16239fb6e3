package import AssayTerms

/// A condition on a change of tags and aliases, in the grammar of MLflow's draft of mutation conditions: at most five comparisons
/// joined by AND.
///
///     alias NOT IN ('champion', 'prod') AND tag_key != 'reviewed'
///     tags.frozen != 'yes' AND aliases.champion != '3'
package struct MutationCondition: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        /// What is asked for.
        case alias, tagKey, tagValue
        /// What the model or version has now.
        case tag(Text)
        /// The number of the version that the alias names now.
        case aliasVersion(Text)
    }

    package enum Comparison: Hashable, Sendable {
        case equal(Text), different(Text)
        /// `%` is any text and `_` one character.
        case like(Text, ignoresCase: Bool)
        case among([Text]), notAmong([Text])
    }

    package struct Clause: Hashable, Sendable {
        package let subject: Subject
        package let comparison: Comparison
    }

    package static let clauseLimit = 5

    /// As written, with single spaces.
    package let text: Text
    package let clauses: [Clause]

    /// Whether every clause holds. A clause about what the change does not have (a `tag_key` where an alias is set) says nothing.
    func holds(of change: RegistryMutation) -> Bool {
        clauses.allSatisfy { clause in
            switch clause.subject {
            case .alias: return change.alias.map { clause.comparison.folded.holds(Folding.fold($0)) } ?? true
            case .tagKey: return change.tagKey.map(clause.comparison.holds) ?? true
            case .tagValue: return change.tagValue.map(clause.comparison.holds) ?? true
            case .tag(let key): return clause.comparison.holds(ofPresent: change.tags[key])
            case .aliasVersion(let alias):
                return clause.comparison.holds(ofPresent: change.aliases.first { Folding.areEqual($0.key, alias) }?.value)
            }
        }
    }

    /// Whether the clauses look at the change that is asked for, and not at what is there.
    var isOfRequest: Bool {
        clauses.allSatisfy {
            switch $0.subject {
            case .alias, .tagKey, .tagValue: true
            case .tag, .aliasVersion: false
            }
        }
    }

    var isOfResource: Bool {
        clauses.allSatisfy {
            switch $0.subject {
            case .alias, .tagKey, .tagValue: false
            case .tag, .aliasVersion: true
            }
        }
    }
}

extension MutationCondition.Comparison {
    /// What is not there equals nothing and differs from everything.
    func holds(ofPresent value: Text?) -> Bool {
        if let value { return holds(value) }
        switch self {
        case .equal, .like, .among: return false
        case .different, .notAmong: return true
        }
    }

    /// Of aliases, whose case does not count.
    var folded: Self {
        switch self {
        case .equal(let other): .equal(Folding.fold(other))
        case .different(let other): .different(Folding.fold(other))
        case .like(let pattern, _): .like(pattern, ignoresCase: true)
        case .among(let others): .among(others.map(Folding.fold))
        case .notAmong(let others): .notAmong(others.map(Folding.fold))
        }
    }

    func holds(_ value: Text) -> Bool {
        switch self {
        case .equal(let other): return value == other
        case .different(let other): return value != other
        case .among(let others): return others.contains(value)
        case .notAmong(let others): return !others.contains(value)
        case .like(let pattern, let ignoresCase):
            let texts = ignoresCase ? [Folding.fold(value), Folding.fold(pattern)] : [value, pattern]
            return Self.matches(Array(texts[0].string.unicodeScalars), Array(texts[1].string.unicodeScalars))
        }
    }

    /// - Complexity: O(value × pattern), however many `%` there are.
    private static func matches(_ value: [Unicode.Scalar], _ pattern: [Unicode.Scalar]) -> Bool {
        var (at, place) = (0, 0)
        var back: (pattern: Int, value: Int)?
        while at < value.count {
            if place < pattern.count, pattern[place] == "%" {
                back = (place, at)
                place += 1
            } else if place < pattern.count, pattern[place] == "_" || pattern[place] == value[at] {
                at += 1
                place += 1
            } else if let (star, started) = back {
                back = (star, started + 1)
                (place, at) = (star + 1, started + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "%" }
    }
}
