import AssayTerms

/// The messages of `tensorflow_metadata.v0.Schema` that a schema of a table is made of, with all their fields: a name that is
/// none is a slip, and a slip must not read as something checked.
///
/// - Source: tensorflow-metadata 1.16.1, schema.proto.
enum SchemaMessage {
    case schema, feature, presence, distributionConstraints, stringDomain, integerDomain, floatDomain, booleanDomain, comparator

    var fields: [String] {
        switch self {
        case .schema:
            [
                "feature", "sparse_feature", "weighted_feature", "string_domain", "float_domain", "int_domain", "default_environment",
                "represent_variable_length_as_ragged", "annotation", "dataset_constraints", "tensor_representation_group",
            ]
        case .feature:
            [
                "name", "deprecated", "presence", "group_presence", "shape", "value_count", "value_counts", "type", "domain",
                "int_domain", "float_domain", "string_domain", "bool_domain", "struct_domain", "natural_language_domain",
                "image_domain", "mid_domain", "url_domain", "time_domain", "time_of_day_domain", "distribution_constraints",
                "annotation", "skew_comparator", "drift_comparator", "in_environment", "not_in_environment", "lifecycle_stage",
                "unique_constraints", "validation_derived_source", "sequence_metadata",
            ]
        case .presence: ["min_fraction", "min_count"]
        case .distributionConstraints: ["min_domain_mass"]
        case .stringDomain: ["name", "value", "is_categorical"]
        case .integerDomain: ["name", "min", "max", "is_categorical"]
        case .floatDomain:
            [
                "name", "min", "max", "disallow_nan", "disallow_inf", "is_embedding", "is_categorical", "embedding_dim",
                "embedding_type",
            ]
        case .booleanDomain: ["name", "true_value", "false_value"]
        case .comparator: ["infinity_norm", "jensen_shannon_divergence", "normalized_abs_difference"]
        }
    }

    /// Whether TFDV holds data to features of each lifecycle stage.
    static let stages: [Text: Bool] = [
        "UNKNOWN_STAGE": true, "PLANNED": false, "ALPHA": false, "BETA": true, "PRODUCTION": true, "DEPRECATED": false,
        "DEBUG_ONLY": false, "DISABLED": false, "VALIDATION_DERIVED": true,
    ]
}
