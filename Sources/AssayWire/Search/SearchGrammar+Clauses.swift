package import AssayTerms

extension SearchGrammar {
    /// The clauses of a filter; none for an empty one.
    ///
    /// - Throws: `invalidArgument` in the words of MLflow.
    package func clauses(_ filter: Text) throws(AssayError) -> [SearchClause] {
        guard !filter.isEmpty else { return [] }
        let statement = SearchStatement(filter)
        guard !statement.isBlank else { throw dialect.blank(filter) }
        guard !statement.hasSeveral else { throw dialect.several(filter) }
        guard statement.rest.isEmpty else { throw dialect.invalid(statement.rest, filter) }
        var clauses: [SearchClause] = []
        for comparison in statement.comparisons { clauses.append(try clause(comparison)) }
        return clauses
    }

    private func clause(_ comparison: SearchStatement.Comparison) throws(AssayError) -> SearchClause {
        guard comparison.left.kind == .name || dialect.takesQuotedNames && comparison.left.isQuotedName else {
            throw AssayError(
                .invalidArgument, "Invalid comparison clause. Expected 'Identifier' found '\(comparison.left.raw)'")
        }
        let name = try resolve(comparison.left.raw)
        if case .none = comparison.value {
            guard nullable.contains(name.entity) else {
                throw dialect.noNull(comparison, entity: name.entity, key: name.written)
            }
            let comparator: SearchComparator = comparison.comparator == "IS NULL" ? .isNull : .isNotNull
            return SearchClause(entity: name.entity, key: name.key, comparator: comparator, value: .null)
        }
        if dialect == .loggedModels { _ = try comparator(comparison, name) }
        let value = try value(comparison.value, name)
        let comparator = try comparator(comparison, name)
        return SearchClause(
            entity: name.entity, key: name.key, comparator: comparator, value: try identified(value, name))
    }

    // MARK: - Comparators

    private func comparator(
        _ comparison: SearchStatement.Comparison, _ name: Name
    ) throws(AssayError) -> SearchComparator {
        let written = dialect.foldsComparators ? comparison.comparator.uppercased() : comparison.comparator
        let allowed = comparators(name)
        guard let comparator = SearchComparator(rawValue: written), allowed.contains(comparator) else {
            throw dialect.noComparator(
                written, entity: name.entity, key: name.key, type: type(name), allowed: allowed)
        }
        return comparator
    }

    private func comparators(_ name: Name) -> [SearchComparator] {
        let numeric: [SearchComparator] = [.less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual]
        let texts: [SearchComparator] = [.equal, .notEqual, .like, .ilike]
        let lists: [SearchComparator] = [.isIn, .isNotIn]
        switch (type(name), name.entity) {
        case (.integer, _), (.version, _): return numeric
        case (.identifier, _) where dialect == .experiments: return [.equal, .notEqual] + lists
        case (_, .attribute), (_, .dataset): return texts + lists
        default:
            return texts + (nullable.contains(name.entity) ? [.isNull, .isNotNull] : []) + (listsPairs ? lists : [])
        }
    }

    // MARK: - Values

    private func value(
        _ written: SearchStatement.Comparison.Value, _ name: Name
    ) throws(AssayError) -> SearchValue {
        switch written {
        case .none: return .null
        case .token(let token): return try value(token, name)
        case .list(let tokens, let raw):
            switch (type(name), name.entity) {
            case (.integer, _): throw noNumber(raw, name)
            case (_, .parameter), (_, .tag):
                guard listsPairs else { throw dialect.noText(raw, entity: name.entity, isNumber: false, numeric: []) }
            case (_, .attribute):
                guard attributes.contains(where: { $0.canonical == name.key && $0.isListed }) else {
                    let names = attributes.filter(\.isListed).map(\.name).sorted().map { "'\($0)'" }.joined(separator: ", ")
                    throw AssayError(
                        .invalidArgument,
                        "Only [\(names)] attributes support comparison with a list of quoted string values.")
                }
            default: break
            }
            return .list(tokens.isEmpty && dialect == .loggedModels ? [] : try Self.list(tokens))
        }
    }

    private func value(_ token: SearchToken, _ name: Name) throws(AssayError) -> SearchValue {
        switch (type(name), token.kind) {
        case (.integer, .number):
            if name.entity == .attribute, let integer = Int64(token.raw) { return .integer(integer) }
            guard let number = WireNumber.decimalNumber(token.raw) else { throw noNumber(token.raw, name) }
            // Times of experiments are whole, and so are they written.
            guard dialect != .experiments else {
                throw AssayError(.invalidArgument, "Invalid value for numeric attribute '\(name.key)': '\(number)'")
            }
            return .number(number)
        case (.integer, _): throw noNumber(token.raw, name)
        case (.version, .number), (.version, .string):
            var text = token.raw
            if case .string(let content) = token.kind { text = content }
            guard let number = Int64(text) else {
                throw AssayError(.invalidArgument, "Invalid value for numeric attribute '\(name.key)': \(token.raw)")
            }
            return .integer(number)
        // Of logged models a value is whatever stands there, without the single quotes around it.
        case (_, _) where dialect == .loggedModels: return .text(Text(Self.trimmed(token.raw)))
        case (_, .string(let text)): return .text(Text(text))
        case (_, .name):
            throw AssayError(
                .invalidArgument,
                "Parameter value is either not quoted or unidentified quote types used for string value \(token.raw). Use either single or double quotes.")
        default:
            throw dialect.noText(
                token.raw, entity: name.entity, isNumber: token.kind == .number,
                numeric: attributes.filter { $0.type == .version }.map(\.name) + ["creation_timestamp", "last_updated_timestamp"])
        }
    }

    private static func trimmed(_ raw: String) -> String {
        var text = raw[...]
        while text.first == "'" { text.removeFirst() }
        while text.last == "'" { text.removeLast() }
        return String(text)
    }

    private func noNumber(_ raw: String, _ name: Name) -> AssayError {
        AssayError(
            .invalidArgument,
            name.entity == .metric
                ? "Expected numeric value type for metric. Found \(raw)"
                : "Expected numeric value type for numeric attribute: \(name.written). Found \(raw)")
    }

    /// What stands between parentheses: strings and commas in turn, a comma behind the last one too.
    private static func list(_ tokens: [SearchToken]) throws(AssayError) -> [Text] {
        let start = "While parsing a list in the query, expected"
        guard !tokens.isEmpty else {
            throw AssayError(.invalidArgument, "\(start) a non-empty list of string values, but got empty list")
        }
        var values: [Text] = []
        for (place, token) in tokens.enumerated() {
            if place % 2 == 1, token.kind == .comma { continue }
            guard place % 2 == 0, case .string(let text) = token.kind else {
                if place % 2 == 0, token.kind == .number {
                    let list = tokens.map { $0.kind == .comma ? ", " : $0.raw }.joined()
                    throw AssayError(
                        .invalidArgument,
                        "\(start) string value, punctuation, or whitespace, but got different type in list: (\(list)\(tokens.count == 1 ? "," : ""))")
                }
                throw AssayError(
                    .invalidArgument, "\(start) a non-empty list of string values, but got ill-formed list.")
            }
            values.append(Text(text))
        }
        return values
    }

    /// Ids of experiments are numbers in quotes.
    private func identified(_ value: SearchValue, _ name: Name) throws(AssayError) -> SearchValue {
        guard type(name) == .identifier else { return value }
        switch value {
        case .text(let text): return .integer(try TrackingRules.experimentID(text))
        case .list(let texts):
            for text in texts { _ = try TrackingRules.experimentID(text) }
            return value
        default: return value
        }
    }
}
