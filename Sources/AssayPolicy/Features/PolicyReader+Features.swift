import AssayTerms

extension PolicyReader {
    private static let viewFamilies = ["quality.", "privacy."]

    mutating func featureView(_ node: YAMLNode) -> FeatureView? {
        guard let fields = fields(node, FeatureViewTables.view) else { return nil }
        requireFormat(FeatureView.format, in: fields)
        let name = identifier("name", in: fields)
        let description = text("description", in: fields)
        var lines: [Text: Int] = [:]
        let entityItems = items("entity", in: fields) ?? []
        if entityItems.count > 8 { report(fields.keyPosition("entity"), "'entity' has \(entityItems.count) columns; at most 8 are allowed") }
        let entities = entityItems.compactMap { viewEntity($0, &lines) }
        let timestamp = viewColumn("timestamp", in: fields, &lines)
        let validity = self.viewValidity(in: fields)
        let source = text("source", in: fields)
        let featureItems = items("features", in: fields) ?? []
        if featureItems.count > 1_000 { report(fields.keyPosition("features"), "there are more than 1000 features") }
        let features = featureItems.compactMap { viewFeature($0, &lines) }
        let checks = (list("checks", in: fields) ?? []).compactMap { viewCheck($0) }
        guard let name, let timestamp, let validity, let source, !entities.isEmpty, !features.isEmpty else { return nil }
        return FeatureView(
            name: name, description: description, entities: entities, timestamp: timestamp, validity: validity, source: source,
            features: features, checks: checks)
    }

    /// A column's name; each stands once in a view.
    private mutating func viewColumn(_ key: Text, in fields: Fields, _ lines: inout [Text: Int]) -> Text? {
        guard let node = fields[key], let name = text(key, in: fields) else { return nil }
        if let line = lines[name] { report(node.position, "the column '\(name)' stands on line \(line) already; each has one meaning in a view") }
        lines[name] = lines[name] ?? node.position.line
        return name
    }

    private mutating func viewEntity(_ node: YAMLNode, _ lines: inout [Text: Int]) -> FeatureView.Entity? {
        guard let fields = fields(node, FeatureViewTables.entity) else { return nil }
        let name = viewColumn("name", in: fields, &lines)
        let type = word(FeatureView.EntityType.self, "type", in: fields)
        guard let name, let type else { return nil }
        return .init(name: name, type: type)
    }

    private mutating func viewFeature(_ node: YAMLNode, _ lines: inout [Text: Int]) -> FeatureView.Feature? {
        guard let fields = fields(node, FeatureViewTables.feature) else { return nil }
        let name = viewColumn("name", in: fields, &lines)
        let type = word(FeatureView.ValueType.self, "type", in: fields)
        let description = text("description", in: fields)
        guard let name, let type else { return nil }
        return .init(name: name, type: type, description: description)
    }

    private mutating func viewValidity(in fields: Fields) -> FeatureView.Validity? {
        guard let node = fields["validity"], let text = text("validity", in: fields) else { return nil }
        if let validity = FeatureView.Validity(text) { return validity }
        report(
            node.position,
            "'validity' is a number of seconds, minutes, hours or days up to a hundred years, such as 7 days, or unlimited; '\(text)' is neither")
        return nil
    }

    /// A check that asks for nothing but columns: a view has neither labels nor predictions.
    private mutating func viewCheck(_ node: YAMLNode) -> PolicyCheck? {
        guard let check = check(node, data: nil, as: PolicyTables.viewCheck) else { return nil }
        guard Self.viewFamilies.contains(where: check.id.hasPrefix) else {
            report(node.position, "\(check.id) is no check of a feature view; it has those of quality.* and privacy.*")
            return nil
        }
        let needs = catalogue?[check.id]?.needs ?? []
        if needs.contains(.label) || needs.contains(.prediction) || needs.contains(.score) || needs.contains(.reference) {
            report(node.position, "\(check.id) looks at labels or predictions, which a feature view has not")
            return nil
        }
        return check
    }
}
