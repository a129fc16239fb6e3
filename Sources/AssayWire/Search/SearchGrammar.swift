package import AssayTerms

/// What may be searched by, and how, in one kind of record.
///
/// A filter is a list of comparisons joined by `AND`; MLflow has no `OR` and no parentheses, and neither has this.
package struct SearchGrammar: Sendable {
    package enum AttributeType: Sendable {
        case text
        /// Whole numbers, mostly milliseconds.
        case integer
        /// Whole numbers written in quotes.
        case identifier
        /// Whole numbers, in quotes or not.
        case version
    }

    package struct Attribute: Sendable {
        let name: Text
        let canonical: Text
        let type: AttributeType
        /// Whether it compares with `IN` and `NOT IN`.
        let isListed: Bool

        package init(_ name: Text, as canonical: Text? = nil, _ type: AttributeType = .text, isListed: Bool = false) {
            self.name = name
            self.canonical = canonical ?? name
            self.type = type
            self.isListed = isListed
        }
    }

    /// Written entity names and what they mean, in the order messages list them.
    let entities: [(names: [String], entity: SearchEntity)]
    let attributes: [Attribute]
    /// Entities that may be asked `IS NULL`.
    let nullable: Set<SearchEntity>
    /// Entities by which results may be sorted.
    let sortable: Set<SearchEntity>
    /// Whether params and tags compare with `IN`.
    let listsPairs: Bool

    package init(
        entities: [(names: [String], entity: SearchEntity)], attributes: [Attribute], nullable: Set<SearchEntity>,
        sortable: Set<SearchEntity>, listsPairs: Bool = false
    ) {
        self.entities = entities
        self.attributes = attributes
        self.nullable = nullable
        self.sortable = sortable
        self.listsPairs = listsPairs
    }

    // MARK: - Filters

    /// The clauses of a filter; none for an empty one.
    ///
    /// - Throws: `invalidArgument` in the words of MLflow.
    package func clauses(_ filter: Text) throws(AssayError) -> [SearchClause] {
        var tokens = try SearchLexer.tokens(of: filter)[...]
        var clauses: [SearchClause] = []
        while !tokens.isEmpty {
            clauses.append(try clause(&tokens))
            guard let separator = tokens.popFirst() else { break }
            guard separator == .word("AND") else { throw Self.invalidClause(separator) }
        }
        return clauses
    }

    private func clause(_ tokens: inout ArraySlice<SearchToken>) throws(AssayError) -> SearchClause {
        guard let first = tokens.popFirst() else { throw AssayError(.invalidArgument, "Invalid filter: it ends early.") }
        guard case .name(let written) = first, let comparator = try Self.comparator(&tokens) else {
            throw Self.invalidClause(first)
        }
        let (entity, key) = try resolve(written)
        try check(comparator, entity: entity, key: key)
        let value: SearchValue =
            switch comparator {
            case .isNull, .isNotNull: .null
            case .isIn, .isNotIn: .list(try list(&tokens, entity: entity, key: key))
            default: try self.value(tokens.popFirst(), entity: entity, key: key)
            }
        return SearchClause(entity: entity, key: key, comparator: comparator, value: value)
    }

    private static func comparator(_ tokens: inout ArraySlice<SearchToken>) throws(AssayError) -> SearchComparator? {
        switch tokens.popFirst() {
        case .comparison(let text):
            guard let comparator = SearchComparator(rawValue: text) else {
                throw AssayError(.invalidArgument, "Invalid comparator '\(text)'")
            }
            return comparator
        case .word("LIKE"): return .like
        case .word("ILIKE"): return .ilike
        case .word("IN"): return .isIn
        case .word("NOT"): return tokens.popFirst() == .word("IN") ? .isNotIn : nil
        case .word("IS"):
            var next = tokens.popFirst()
            let isNegated = next == .word("NOT")
            if isNegated { next = tokens.popFirst() }
            guard next == .word("NULL") else { return nil }
            return isNegated ? .isNotNull : .isNull
        default: return nil
        }
    }

    private func value(_ token: SearchToken?, entity: SearchEntity, key: Text) throws(AssayError) -> SearchValue {
        guard let token else {
            throw AssayError(.invalidArgument, "Invalid comparison clause. Expected 3 tokens found 2")
        }
        let type = type(entity, key)
        switch (type, token) {
        case (.integer, .number(let text)):
            if entity == .attribute, let integer = Int64(text) { return .integer(integer) }
            if let number = WireNumber.decimalNumber(text), number.isFinite { return .number(number) }
        case (.identifier, .string(let text)): return .integer(try Self.identifier(text))
        case (.version, .number(let text)), (.version, .string(let text)):
            guard let number = Int64(text) else {
                throw AssayError(.invalidArgument, "Invalid value for numeric attribute '\(key)': \(token.text)")
            }
            return .integer(number)
        case (.text, .string(let text)): return .text(Text(text))
        default: break
        }
        let message =
            switch (type, entity) {
            case (.integer, .metric): "Expected numeric value type for metric. Found \(token.text)"
            case (.integer, _): "Expected numeric value type for numeric attribute: \(key). Found \(token.text)"
            case (_, .parameter), (_, .tag):
                "Expected a quoted string value for \(entity.rawValue) (e.g. 'my-value'). Got value \(token.text)"
            case (_, .dataset): "Expected a quoted string value for dataset attributes. Got value \(token.text)"
            default: "Expected a quoted string value for attributes. Got value \(token.text)"
            }
        throw AssayError(.invalidArgument, message)
    }

    private func list(
        _ tokens: inout ArraySlice<SearchToken>, entity: SearchEntity, key: Text
    ) throws(AssayError) -> [Text] {
        let wrong = AssayError(
            .invalidArgument,
            "While parsing a list in the query, expected a non-empty list of quoted string values in parentheses, separated by commas.")
        guard tokens.popFirst() == .open else { throw wrong }
        var values: [Text] = []
        while true {
            guard case .string(let text)? = tokens.popFirst() else { throw wrong }
            if type(entity, key) == .identifier { _ = try Self.identifier(text) }
            values.append(Text(text))
            switch tokens.popFirst() {
            case .comma: continue
            case .close: return values
            default: throw wrong
            }
        }
    }

    private static func identifier(_ text: String) throws(AssayError) -> Int64 {
        guard let id = Int64(text) else {
            throw AssayError(.invalidArgument, "Invalid experiment ID '\(text)'. Experiment ID must be a valid integer.")
        }
        return id
    }

    private static func invalidClause(_ token: SearchToken) -> AssayError {
        AssayError(.invalidArgument, "Invalid clause(s) in filter string: '\(token.text)'")
    }

    // MARK: - Comparators

    private func check(_ comparator: SearchComparator, entity: SearchEntity, key: Text) throws(AssayError) {
        if comparator == .isNull || comparator == .isNotNull, !nullable.contains(entity) {
            throw AssayError(
                .invalidArgument,
                "IS NULL / IS NOT NULL is only supported for tags and params, not for '\(entity.rawValue)' '\(key)'")
        }
        let allowed = comparators(entity, key)
        guard allowed.contains(comparator) else {
            let names = allowed.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw AssayError(.invalidArgument, "Invalid comparator '\(comparator.rawValue)' not one of '{\(names)}'")
        }
        if comparator == .isIn || comparator == .isNotIn, entity == .attribute, !isListed(key) {
            let names = attributes.filter(\.isListed).map { "'\($0.name)'" }.joined(separator: ", ")
            throw AssayError(
                .invalidArgument, "Only [\(names)] attributes support comparison with a list of quoted string values.")
        }
    }

    private func comparators(_ entity: SearchEntity, _ key: Text) -> [SearchComparator] {
        switch (type(entity, key), entity) {
        case (.integer, _), (.version, _): [.greater, .greaterOrEqual, .notEqual, .equal, .less, .lessOrEqual]
        case (.identifier, _): [.equal, .notEqual, .isIn, .isNotIn]
        case (.text, .attribute), (.text, .dataset): [.notEqual, .equal, .like, .ilike, .isIn, .isNotIn]
        default:
            [.notEqual, .equal, .like, .ilike] + (nullable.contains(entity) ? [.isNull, .isNotNull] : [])
                + (listsPairs ? [.isIn, .isNotIn] : [])
        }
    }

    private func type(_ entity: SearchEntity, _ key: Text) -> AttributeType {
        switch entity {
        case .metric: .integer
        case .attribute: attributes.first { $0.canonical == key }?.type ?? .text
        case .parameter, .tag, .dataset: .text
        }
    }

    private func isListed(_ key: Text) -> Bool { attributes.contains { $0.canonical == key && $0.isListed } }

    // MARK: - Names

    /// The entity and canonical key of a written name; a name without a dot is an attribute.
    func resolve(_ written: String) throws(AssayError) -> (SearchEntity, Text) {
        var entity = SearchEntity.attribute
        var rest = Substring(written)
        if let dot = Self.entityEnd(written) {
            let prefix = Self.unquoted(written[..<dot])
            guard let found = entities.first(where: { $0.names.contains(prefix) }) else {
                let names = entities.map { "'\($0.names[0])'" }.joined(separator: ", ")
                throw AssayError(.invalidArgument, "Invalid entity type '\(prefix)'. Valid values are [\(names)]")
            }
            entity = found.entity
            rest = written[written.index(after: dot)...]
        }
        let key = Text(Self.unquoted(rest))
        switch entity {
        case .attribute:
            guard let attribute = attributes.first(where: { $0.name == key }) else {
                let names = attributes.map { "'\($0.name)'" }.joined(separator: ", ")
                throw AssayError(
                    .invalidArgument, "Invalid attribute key '\(key)' specified. Valid keys are '{\(names)}'")
            }
            return (entity, attribute.canonical)
        case .dataset:
            guard ["name", "digest", "context"].contains(key.string) else {
                throw AssayError(
                    .invalidArgument,
                    "Invalid dataset key '\(key)' specified. Valid keys are '{'name', 'digest', 'context'}'")
            }
            return (entity, key)
        case .metric, .parameter, .tag: return (entity, key)
        }
    }

    /// The dot behind the entity's name: the first one outside of quotes.
    private static func entityEnd(_ written: String) -> String.Index? {
        guard let first = written.first, "'\"`".contains(first) else { return written.firstIndex(of: ".") }
        guard let close = written.dropFirst().firstIndex(of: first) else { return nil }
        return written[close...].firstIndex(of: ".")
    }

    private static func unquoted(_ text: Substring) -> String {
        guard text.count >= 2, let first = text.first, "'\"`".contains(first), text.last == first else { return String(text) }
        return String(text.dropFirst().dropLast())
    }

    // MARK: - Orders

    /// One element of `order_by`: a name and perhaps `ASC` or `DESC`.
    package func order(_ written: Text) throws(AssayError) -> SearchOrder {
        let tokens = try SearchLexer.tokens(of: written)
        guard case .name(let name)? = tokens.first, tokens.count <= 2 else {
            throw AssayError(.invalidArgument, "Invalid order_by clause '\(written)'. Could not be parsed.")
        }
        let ascending: Bool
        switch tokens.dropFirst().first {
        case nil, .word("ASC"): ascending = true
        case .word("DESC"): ascending = false
        default: throw AssayError(.invalidArgument, "Invalid ordering key in order_by clause '\(written)'.")
        }
        let (entity, key) = try resolve(name)
        guard sortable.contains(entity) else {
            throw AssayError(.invalidArgument, "Invalid order_by entity: \(entity.rawValue)")
        }
        return SearchOrder(entity: entity, key: key, ascending: ascending)
    }

    /// All of `order_by`.
    ///
    /// - Throws: `invalidArgument`, for a name given twice too.
    package func orders(_ written: [Text]) throws(AssayError) -> [SearchOrder] {
        var orders: [SearchOrder] = []
        for text in written {
            let order = try order(text)
            guard !orders.contains(where: { $0.entity == order.entity && $0.key == order.key }) else {
                let list = written.map { "'\($0)'" }.joined(separator: ", ")
                throw AssayError(.invalidArgument, "`order_by` contains duplicate fields: [\(list)]")
            }
            orders.append(order)
        }
        return orders
    }
}
