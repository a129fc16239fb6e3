import AssayTerms

/// Which of MLflow's searches a grammar is that of. They were written at different times and differ in their words for what
/// they do not take, and in details of what they do.
package enum SearchDialect: Sendable {
    case runs
    case experiments
    case registeredModels
    case modelVersions
    case loggedModels

    private var isOfRegistry: Bool { self == .registeredModels || self == .modelVersions }

    /// Whether `like` means `LIKE`.
    var foldsComparators: Bool { self != .experiments }

    /// Whether the name of an attribute may be quoted.
    var unquotesAttributes: Bool { !isOfRegistry }

    /// Whether a filter takes an attribute's name in double quotes, without its entity.
    var takesQuotedNames: Bool { self == .runs || self == .experiments }

    /// Whether `order_by` does.
    var takesQuotedOrders: Bool { self == .experiments || isOfRegistry }

    /// Whether `order_by` unquotes names that its filters do not.
    var orderUnquotes: Bool { isOfRegistry }

    /// Whether sorting twice by one field is refused.
    var refusesRepeatedOrders: Bool { self != .experiments }

    // MARK: - Statements

    func blank(_ filter: Text) -> AssayError {
        self == .loggedModels ? single(filter) : refusal("Invalid filter '\(filter)'. Could not be parsed.")
    }

    func several(_ filter: Text) -> AssayError {
        self == .loggedModels
            ? single(filter)
            : refusal("Search filter contained multiple expression \(filter.pythonLiteral). Provide AND-ed expression list.")
    }

    func invalid(_ clauses: [String], _ filter: Text) -> AssayError {
        switch self {
        case .loggedModels:
            refusal(
                "Invalid filter string: \(filter.pythonLiteral). Expected a list of comparisons separated by 'AND' (e.g. 'metrics.loss > 0.1 AND params.lr = 0.01').")
        case .runs:
            refusal("Invalid clause(s) in filter string: \(clauses.map { "'\($0)'" }.joined(separator: ", "))")
        case .experiments, .registeredModels, .modelVersions:
            refusal("Invalid clause(s) in filter string: \(clauses.joined(separator: ", "))")
        }
    }

    private func single(_ filter: Text) -> AssayError {
        refusal("Invalid filter string: \(filter.pythonLiteral). Expected a single SQL expression.")
    }

    // MARK: - Names

    func unknownEntity(_ name: String, known: [[String]]) -> AssayError {
        func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }
        return switch self {
        case .runs: refusal("Invalid entity type '\(name)'. Valid values are [\(list(known.map { $0[0] }))]")
        case .loggedModels:
            refusal("Invalid entity type: \(Text(name).pythonLiteral). Expected one of [\(list(known.map { $0[0] }))].")
        case .experiments, .registeredModels, .modelVersions:
            refusal("Invalid entity type '\(name)'. Valid entity types are (\(list(known.flatMap { $0 })))")
        }
    }

    func unsortable(_ entity: SearchEntity, key: Text, written: String) -> AssayError {
        switch self {
        case .runs: refusal("Invalid identifier type '\(entity.rawValue)'")
        case .experiments: refusal("Invalid order_by entity: \(entity.rawValue)")
        case .registeredModels: unknownOrder(written)
        case .modelVersions:
            refusal(
                "Invalid order by key '\(key)' specified. Valid keys are {'name', 'version_number', 'creation_timestamp', 'last_updated_timestamp'}")
        case .loggedModels: refusal("Invalid order by field name: \(written)")
        }
    }

    /// The registry's own words for a name of `order_by`.
    func unknownOrder(_ written: String) -> AssayError {
        refusal("Invalid order by key '\(written)' specified. Valid keys are '{'name', 'timestamp'}'")
    }

    // MARK: - Comparators

    func noNull(_ comparison: SearchStatement.Comparison, entity: SearchEntity, key: Text) -> AssayError {
        switch self {
        case .experiments: refusal("IS NULL / IS NOT NULL is only supported for tags, not for attribute '\(key)'")
        case .loggedModels:
            refusal("Invalid comparison: \(comparison.left.raw)\(comparison.comparator). Expected a comparison with 3 tokens.")
        case .runs, .registeredModels, .modelVersions:
            refusal("IS NULL / IS NOT NULL is only supported for tags and params, not for '\(entity.rawValue)' '\(key)'")
        }
    }

    func noComparator(
        _ comparator: String, entity: SearchEntity, key: Text, type: SearchGrammar.AttributeType, allowed: [SearchComparator]
    ) -> AssayError {
        let names = allowed.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        switch (self, entity) {
        case (.loggedModels, _):
            let plural = entity == .attribute ? "attributes" : entity == .metric ? "metrics" : entity == .tag ? "tags" : "params"
            return refusal(
                "Invalid comparison operator for \(plural).\(key): \(Text(comparator).pythonLiteral). Expected one of (\(names)).")
        case (.experiments, .tag), (.registeredModels, .tag), (.modelVersions, .tag):
            return refusal("Invalid comparator for tag: \(comparator)")
        case (.experiments, _) where type == .identifier: return refusal("Invalid comparator for experiment_id: \(comparator)")
        case (.modelVersions, _) where type == .version:
            return refusal("Invalid comparator for attribute \(key): \(comparator)")
        case (.registeredModels, _), (.modelVersions, _): return refusal("Invalid comparator for attribute: \(comparator)")
        case (_, .attribute) where type == .integer:
            // Its words for numbers list what texts compare with.
            return refusal("Invalid comparator '\(comparator)' not one of '{'=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN'}")
        case (.runs, .metric), (.runs, .tag), (.runs, .dataset): return refusal("Invalid comparator '\(comparator)' not one of '{\(names)}")
        case (.runs, _), (.experiments, _): return refusal("Invalid comparator '\(comparator)' not one of '{\(names)}'")
        }
    }

    // MARK: - Values

    func noText(_ raw: String, entity: SearchEntity, isNumber: Bool, numeric: [Text]) -> AssayError {
        switch (self, entity) {
        case (_, .parameter), (_, .tag):
            return refusal("Expected a quoted string value for \(entity.rawValue) (e.g. 'my-value'). Got value \(raw)")
        case (_, .dataset): return refusal("Expected a quoted string value for dataset attributes. Got value \(raw)")
        case (.modelVersions, _) where isNumber:
            let names = numeric.map { "'\($0)'" }.joined(separator: ", ")
            return refusal("Only the '{\(names)}' attributes support comparison with numeric values.")
        case (.registeredModels, _), (.modelVersions, _):
            return refusal("Expected a quoted string value or a list of quoted string values for attributes. Got value \(raw)")
        default: return refusal("Expected a quoted string value for attributes. Got value \(raw)")
        }
    }

    private func refusal(_ message: String) -> AssayError { AssayError(.invalidArgument, message) }
}
