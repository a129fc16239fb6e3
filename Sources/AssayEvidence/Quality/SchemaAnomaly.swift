package import AssayTerms

/// One way in which data differs from a schema, by TFDV's name for it.
package struct SchemaAnomaly: Sendable, Hashable {
    /// The enumeration of TFDV's `AnomalyInfo.Type`, as far as tables of columns can have them.
    package enum Kind: String, Sendable, CaseIterable {
        case newColumn = "SCHEMA_NEW_COLUMN"
        case missingColumn = "SCHEMA_MISSING_COLUMN"
        case unexpectedType = "UNEXPECTED_DATA_TYPE"
        case shapeDropped = "INVALID_FEATURE_SHAPE"
        case lowFraction = "FEATURE_TYPE_LOW_FRACTION_PRESENT"
        case lowNumber = "FEATURE_TYPE_LOW_NUMBER_PRESENT"
        case notPresent = "FEATURE_TYPE_NOT_PRESENT"
        case unexpectedValues = "ENUM_TYPE_UNEXPECTED_STRING_VALUES"
        case smallInteger = "INT_TYPE_SMALL_INT"
        case bigInteger = "INT_TYPE_BIG_INT"
        case smallFloat = "FLOAT_TYPE_SMALL_FLOAT"
        case bigFloat = "FLOAT_TYPE_BIG_FLOAT"
        case infinite = "FLOAT_TYPE_HAS_INF"
        case missingNumbers = "FLOAT_TYPE_HAS_NAN"
        case smallBoolean = "BOOL_TYPE_SMALL_INT"
        case bigBoolean = "BOOL_TYPE_BIG_INT"
        case infinityNormHigh = "COMPARATOR_L_INFTY_HIGH"
        case jensenShannonHigh = "COMPARATOR_JENSEN_SHANNON_DIVERGENCE_HIGH"

        /// Whether it is about other data and not about the schema.
        package var isSkew: Bool { self == .infinityNormHigh || self == .jensenShannonHigh }

        package var shortDescription: String {
            switch self {
            case .newColumn: "New column"
            case .missingColumn, .lowFraction, .lowNumber, .notPresent: "Column dropped"
            case .shapeDropped: "Feature shape dropped"
            case .unexpectedType: "Unexpected data type"
            case .unexpectedValues: "Unexpected string values"
            case .smallInteger, .bigInteger, .smallFloat, .bigFloat, .smallBoolean, .bigBoolean: "Out-of-range values"
            case .infinite, .missingNumbers: "Invalid values"
            case .infinityNormHigh: "High Linfty distance between training and serving"
            case .jensenShannonHigh: "High approximate Jensen-Shannon divergence between training and serving"
            }
        }
    }

    package var column: Text
    package var kind: Kind
    /// What was found, with numbers; row values only where a domain of texts was left.
    package var description: String

    package init(column: Text, kind: Kind, description: String) {
        self.column = column
        self.kind = kind
        self.description = description
    }
}
