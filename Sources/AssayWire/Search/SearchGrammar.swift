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

    let dialect: SearchDialect
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
        _ dialect: SearchDialect, entities: [(names: [String], entity: SearchEntity)], attributes: [Attribute],
        nullable: Set<SearchEntity> = [], sortable: Set<SearchEntity> = [], listsPairs: Bool = false
    ) {
        self.dialect = dialect
        self.entities = entities
        self.attributes = attributes
        self.nullable = nullable
        self.sortable = sortable
        self.listsPairs = listsPairs
    }

    // MARK: - Names

    /// A name as it was written, and what it means.
    struct Name {
        let entity: SearchEntity
        let key: Text
        /// The key as written, without quotes: `created` for `start_time`.
        let written: Text
    }

    /// The entity and canonical key of a written name; a name without a dot is an attribute.
    func resolve(_ written: String) throws(AssayError) -> Name {
        var entity = SearchEntity.attribute
        var rest = Substring(written)
        if let dot = Self.entityEnd(written) {
            let prefix = Self.unquoted(written[..<dot])
            guard let found = entities.first(where: { $0.names.contains(prefix) }) else {
                throw dialect.unknownEntity(prefix, known: entities.map(\.names))
            }
            entity = found.entity
            rest = written[written.index(after: dot)...]
        }
        let key = Text(entity == .attribute && !dialect.unquotesAttributes ? String(rest) : Self.unquoted(rest))
        switch entity {
        case .attribute:
            guard let attribute = attributes.first(where: { $0.name == key }) else {
                let names = attributes.map { "'\($0.name)'" }.joined(separator: ", ")
                throw AssayError(
                    .invalidArgument, "Invalid attribute key '\(key)' specified. Valid keys are '{\(names)}'")
            }
            return Name(entity: entity, key: attribute.canonical, written: key)
        case .dataset:
            guard ["name", "digest", "context"].contains(key.string) else {
                throw AssayError(
                    .invalidArgument,
                    "Invalid dataset key '\(key)' specified. Valid keys are '{'name', 'digest', 'context'}'")
            }
            return Name(entity: entity, key: key, written: key)
        case .metric, .parameter, .tag: return Name(entity: entity, key: key, written: key)
        }
    }

    /// The dot behind the entity's name: the first one outside of quotes.
    private static func entityEnd(_ written: String) -> String.Index? {
        guard let first = written.first, "'\"`".contains(first) else { return written.firstIndex(of: ".") }
        guard let close = written.dropFirst().firstIndex(of: first) else { return nil }
        return written[close...].firstIndex(of: ".")
    }

    /// A written name with its key unquoted, whatever stands before the dot.
    private static func unquotedKey(_ written: String) -> String {
        guard let dot = entityEnd(written) else { return unquoted(written[...]) }
        return written[...dot] + unquoted(written[written.index(after: dot)...])
    }

    private static func unquoted(_ text: Substring) -> String {
        guard text.count >= 2, let first = text.first, "'\"`".contains(first), text.last == first else { return String(text) }
        return String(text.dropFirst().dropLast())
    }

    func type(_ name: Name) -> AttributeType {
        switch name.entity {
        case .metric: .integer
        case .attribute: attributes.first { $0.canonical == name.key }?.type ?? .text
        case .parameter, .tag, .dataset: .text
        }
    }

    // MARK: - Orders

    /// One element of `order_by`: a name and perhaps `ASC` or `DESC`.
    package func order(_ written: Text) throws(AssayError) -> SearchOrder {
        let scalars = Array(written.string.unicodeScalars)
        let tokens = SearchLexer.tokens(of: scalars)
        let unparsed = AssayError(.invalidArgument, "Invalid order_by clause '\(written)'. Could not be parsed.")
        guard let first = tokens.first, first.kind == .name || dialect.takesQuotedOrders && first.isQuotedName, tokens.count <= 2, first.range.lowerBound == 0,
            tokens.last?.range.upperBound == scalars.count
        else { throw unparsed }
        let ascending: Bool
        switch tokens.dropFirst().first?.kind {
        case nil, .word("ASC"): ascending = true
        case .word("DESC"): ascending = false
        case .name: throw AssayError(.invalidArgument, "Invalid ordering key in order_by clause '\(written)'.")
        default: throw unparsed
        }
        // The registry's models are sorted by bare names only.
        if dialect == .registeredModels {
            // MLflow takes quotes off where a direction follows.
            let key = tokens.count == 1 ? first.raw : Self.unquoted(first.raw[...])
            guard attributes.contains(where: { $0.name.string == key }) else { throw dialect.unknownOrder(first.raw) }
        }
        let name = try resolve(dialect.orderUnquotes ? Self.unquotedKey(first.raw) : first.raw)
        guard sortable.contains(name.entity) else {
            throw dialect.unsortable(name.entity, key: name.key, written: first.raw)
        }
        return SearchOrder(entity: name.entity, key: name.key, ascending: ascending)
    }

    /// All of `order_by`.
    ///
    /// - Throws: `invalidArgument`, mostly for a name given twice too.
    package func orders(_ written: [Text]) throws(AssayError) -> [SearchOrder] {
        var orders: [SearchOrder] = []
        for text in written {
            let order = try order(text)
            if orders.contains(where: { $0.entity == order.entity && $0.key == order.key }) {
                // Sorting again by what is sorted already changes nothing.
                guard dialect.refusesRepeatedOrders else { continue }
                let list = written.map { "'\($0)'" }.joined(separator: ", ")
                throw AssayError(.invalidArgument, "`order_by` contains duplicate fields: [\(list)]")
            }
            orders.append(order)
        }
        return orders
    }
}
