package import AssayTerms

/// What columns a data set should have and what should stand in them, in TensorFlow Data Validation's vocabulary.
package struct TableSchema: Sendable, Hashable {
    package enum FeatureType: String, Sendable, CaseIterable {
        case integer = "INT"
        case float = "FLOAT"
        case bytes = "BYTES"
    }

    package enum Domain: Sendable, Hashable {
        /// One of these texts.
        case texts([Text])
        /// Within these bounds, both included; `nil` is open.
        case integers(least: Int64?, greatest: Int64?)
        case floats(least: Double?, greatest: Double?, refusesNaN: Bool, refusesInfinity: Bool)
        /// 0 and 1, or false and true.
        case booleans
    }

    /// How far a column may be apart from the same column of other data.
    package enum Comparator: Sendable, Hashable {
        case infinityNorm(Double)
        case jensenShannon(Double)
    }

    package struct Feature: Sendable, Hashable {
        package var name: Text
        package var type: FeatureType
        /// The share of rows that must have a value, at least.
        package var minimumFraction: Double?
        /// The number of rows that must have a value, at least.
        package var minimumCount: Int?
        /// Whether every row must have its one value.
        package var hasShape = false
        package var domain: Domain?
        /// The share of values that must be in the domain of texts; 1 where nothing is said.
        package var minimumDomainMass: Double = 1
        package var skewComparator: Comparator?
        package var isDeprecated = false

        package init(name: Text, type: FeatureType) {
            self.name = name
            self.type = type
        }
    }

    package var features: [Feature]
    /// Members of a file that were read over, because nothing here looks at them.
    package var ignored: [Text] = []

    package init(features: [Feature]) { self.features = features }
}
