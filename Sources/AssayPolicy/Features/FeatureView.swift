package import AssayTerms

/// Features of one kind of entity that are known from a time on: where they stand, what their columns are, how long a row holds.
package struct FeatureView: Hashable, Sendable {
    package static let format = "feature-view/v1"

    /// The types of a column, by the names that data files have for them.
    package enum ValueType: String, Sendable, CaseIterable {
        case boolean, int64, double, text, timestamp
    }

    /// The types by which entities are told apart. Floats are none: two that are shown alike need not be equal.
    package enum EntityType: String, Sendable, CaseIterable {
        case int64, text
    }

    package struct Entity: Hashable, Sendable {
        package var name: Text
        package var type: EntityType
    }

    package struct Feature: Hashable, Sendable {
        package var name: Text
        package var type: ValueType
        /// For people.
        package var description: Text?
    }

    /// How old a row may be and still count.
    package enum Validity: Hashable, Sendable {
        case unlimited
        case limited(microseconds: Int64, text: Text)

        private static let units: [(word: String, seconds: Int64)] = [
            ("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1),
        ]
        static let form = "unlimited|[1-9][0-9]{0,8} (seconds|minutes|hours|days)"
        /// A hundred years.
        private static let longest: Int64 = 36_525 * 86_400

        /// `7 days`, `12 hours`, `90 minutes`, `30 seconds`, `unlimited`; `nil` for anything else.
        package init?(_ text: Text) {
            if text == "unlimited" {
                self = .unlimited
                return
            }
            let parts = text.string.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].first != "0", parts[0].utf8.count <= 9,
                parts[0].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let count = Int64(parts[0]),
                let unit = Self.units.first(where: { $0.word == parts[1] }), count <= Self.longest / unit.seconds
            else { return nil }
            self = .limited(microseconds: count * unit.seconds * 1_000_000, text: text)
        }

        package var microseconds: Int64? {
            if case .limited(let microseconds, _) = self { microseconds } else { nil }
        }

        package var text: Text {
            switch self {
            case .unlimited: "unlimited"
            case .limited(_, let text): text
            }
        }
    }

    package var name: Text
    package var description: Text?
    package var entities: [Entity]
    /// The column that says from when on a row was known.
    package var timestamp: Text
    package var validity: Validity
    /// A file or folder; where it is relative, from the folder of the view's own file.
    package var source: Text
    package var features: [Feature]
    /// What holds of the source: checks of quality and privacy with their limits.
    package var checks: [PolicyCheck]

    /// - Parameters:
    ///   - source: UTF-8, at most 256 KiB; YAML, and so JSON.
    ///   - catalogue: the checks that exist.
    /// - Throws: `PolicyProblems`, sorted by place.
    package static func read(_ source: [UInt8], catalogue: Catalogue) throws(PolicyProblems) -> FeatureView {
        try PolicyReader(catalogue: catalogue).document(source, noun: "feature view") { $0.featureView($1) }
    }

    /// The view's checks in the form in which a gate judges them. Nothing but the source is asked of.
    package var policy: Policy {
        Policy(
            name: name, version: "1", scope: .everyProtectedPlace, data: PolicyData(dataset: nil, predictions: .dataset),
            accept: [.recomputed, .supplied], checks: checks)
    }
}
