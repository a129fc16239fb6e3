import AssayColumns
package import AssayJSON
package import AssayTerms

extension TableSchema {
    /// The schema as Protocol Buffers' JSON form of `tensorflow_metadata.v0.Schema`, with the field names of the `.proto`.
    package var json: JSONValue {
        var domains: [JSONValue] = []
        let features: [JSONValue] = features.map { feature in
            var object: JSONObject = ["name": .string(feature.name.string), "type": .string(feature.type.rawValue)]
            var presence: JSONObject = [:]
            presence["min_fraction"] = feature.minimumFraction.map { .number($0) }
            presence["min_count"] = feature.minimumCount.map { .integer(Int64($0)) }
            if !presence.isEmpty { object["presence"] = .object(presence) }
            if feature.hasShape {
                object["shape"] = ["dim": [["size": .integer(1)]]]
            } else if feature.minimumCount != 0 {
                object["value_count"] = ["min": .integer(1), "max": .integer(1)]
            }
            switch feature.domain {
            case .texts(let texts):
                object["domain"] = .string(feature.name.string)
                domains.append([
                    "name": .string(feature.name.string), "value": .array(texts.map { .string($0.string) }),
                ])
            case .integers(let least, let greatest):
                var bounds: JSONObject = [:]
                bounds["min"] = least.map { .integer($0) }
                bounds["max"] = greatest.map { .integer($0) }
                object["int_domain"] = .object(bounds)
            case .floats(let least, let greatest, let refusesNaN, let refusesInfinity):
                var bounds: JSONObject = [:]
                bounds["min"] = least.map { .number($0) }
                bounds["max"] = greatest.map { .number($0) }
                if refusesNaN { bounds["disallow_nan"] = true }
                if refusesInfinity { bounds["disallow_inf"] = true }
                object["float_domain"] = .object(bounds)
            case .booleans: object["bool_domain"] = .object([:])
            case nil: break
            }
            if feature.minimumDomainMass < 1 {
                object["distribution_constraints"] = ["min_domain_mass": .number(feature.minimumDomainMass)]
            }
            switch feature.skewComparator {
            case .infinityNorm(let threshold):
                object["skew_comparator"] = ["infinity_norm": ["threshold": .number(threshold)]]
            case .jensenShannon(let threshold):
                object["skew_comparator"] = ["jensen_shannon_divergence": ["threshold": .number(threshold)]]
            case nil: break
            }
            return .object(object)
        }
        return ["feature": .array(features), "string_domain": .array(domains)]
    }

    /// Reads that form, with the names of the `.proto` or those of its JSON mapping (`minFraction`).
    ///
    /// Fields of the `.proto` that nothing here looks at stand in `ignored`, so that the answer can say what was not checked.
    ///
    /// - Throws: `unreadable` for what is no such JSON or has a field that the `.proto` lacks, with the place.
    package init(json bytes: [UInt8]) throws(AssayError) {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: bytes, limits: JSONLimits(bytes: 16_777_216))
        } catch {
            throw AssayError(.unreadable, "the schema is not valid JSON: \(error.text(in: bytes))", cause: error)
        }
        try self.init(document: document)
    }

    init(document: JSONValue) throws(AssayError) {
        guard let root = SchemaNode(document, path: "schema") else {
            throw AssayError(
                .unreadable,
                "a schema is a JSON object {\"feature\": [{\"name\": …, \"type\": \"INT\"}, …]}, as assay profile --write-schema writes it")
        }
        var domains: [Text: [Text]] = [:]
        var ignored = try root.unread(of: .schema, ["feature", "string_domain"])
        for node in try root.nodes("string_domain") {
            domains[try node.text("name")] = try node.texts("value")
            ignored += try node.unread(of: .stringDomain, ["name", "value"])
        }
        var features: [Feature] = []
        var names: Set<Text> = []
        for node in try root.nodes("feature") {
            let feature = try Self.feature(node, domains: domains, ignored: &ignored)
            guard names.insert(feature.name).inserted else {
                throw node.error("describes '\(feature.name)', which another feature has described already")
            }
            features.append(feature)
        }
        self.init(features: features)
        self.ignored = ignored
    }

    private static func feature(
        _ node: SchemaNode, domains: [Text: [Text]], ignored: inout [Text]
    ) throws(AssayError) -> Feature {
        let written = try node.text("type")
        guard let type = FeatureType(rawValue: written.string) else {
            throw node.error("has type '\(written)'; columns of a table are INT, FLOAT or BYTES")
        }
        var feature = Feature(name: try node.text("name"), type: type)
        // Reads what is known of a part, and keeps the names of the rest.
        func part(_ name: String, _ message: SchemaMessage, _ known: [String]) throws(AssayError) -> SchemaNode? {
            let part = try node.node(name)
            ignored += try part?.unread(of: message, known) ?? []
            return part
        }
        let presence = try part("presence", .presence, ["min_fraction", "min_count"])
        feature.minimumFraction = try presence?.number("min_fraction")
        feature.minimumCount = try presence?.integer("min_count").map { Int($0) }
        let constraints = try part("distribution_constraints", .distributionConstraints, ["min_domain_mass"])
        feature.minimumDomainMass = try constraints?.number("min_domain_mass") ?? 1
        feature.isDeprecated = node.value("deprecated")?.bool ?? false
        if node.value("lifecycle_stage") != nil {
            let stage = try node.text("lifecycle_stage")
            guard let isHeld = SchemaMessage.stages[stage] else {
                let near = NearNames.near(stage, among: SchemaMessage.stages.keys.sorted { $0.string < $1.string })
                throw node.error("has the lifecycle_stage '\(stage)', which there is not\(NearNames.question(near))")
            }
            feature.isDeprecated = feature.isDeprecated || !isHeld
        }
        if node.value("domain") != nil {
            let name = try node.text("domain")
            guard let texts = domains[name] else { throw node.error("names the domain '\(name)', which the schema does not have") }
            feature.domain = .texts(texts)
        } else if let domain = try part("string_domain", .stringDomain, ["name", "value"]) {
            feature.domain = .texts(try domain.texts("value"))
        } else if let domain = try part("int_domain", .integerDomain, ["name", "min", "max"]) {
            feature.domain = .integers(least: try domain.integer("min"), greatest: try domain.integer("max"))
        } else if let domain = try part("float_domain", .floatDomain, ["name", "min", "max", "disallow_nan", "disallow_inf"]) {
            feature.domain = .floats(
                least: try domain.number("min"), greatest: try domain.number("max"),
                refusesNaN: domain.value("disallow_nan")?.bool ?? false,
                refusesInfinity: domain.value("disallow_inf")?.bool ?? false)
        } else if try part("bool_domain", .booleanDomain, ["name"]) != nil {
            feature.domain = .booleans
        }
        feature.hasShape = node.value("shape") != nil
        if let comparator = try part("skew_comparator", .comparator, ["infinity_norm", "jensen_shannon_divergence"]) {
            if let threshold = try comparator.node("infinity_norm")?.number("threshold") {
                feature.skewComparator = .infinityNorm(threshold)
            } else if let threshold = try comparator.node("jensen_shannon_divergence")?.number("threshold") {
                feature.skewComparator = .jensenShannon(threshold)
            }
        }
        ignored += try node.unread(of: .feature, [
            "name", "type", "presence", "distribution_constraints", "deprecated", "lifecycle_stage", "domain", "string_domain",
            "int_domain", "float_domain", "bool_domain", "skew_comparator", "shape", "value_count",
        ])
        return feature
    }
}

/// An object of a schema and where it stands, for messages.
private struct SchemaNode {
    private let object: JSONObject
    let path: String

    init?(_ value: JSONValue, path: String) {
        guard let object = value.object else { return nil }
        self.object = object
        self.path = path
    }

    /// `min_fraction` or `minFraction`.
    func value(_ name: String) -> JSONValue? { object[name] ?? object[Self.camelCase(name)] }

    private static func camelCase(_ name: String) -> String {
        let parts = name.split(separator: "_")
        return parts.prefix(1).joined() + parts.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    func error(_ what: String) -> AssayError { AssayError(.unreadable, "\(path) \(what)") }

    func node(_ name: String) throws(AssayError) -> SchemaNode? {
        guard let value = value(name) else { return nil }
        guard let node = SchemaNode(value, path: "\(path).\(name)") else { throw error("has '\(name)', which must be an object") }
        return node
    }

    func nodes(_ name: String) throws(AssayError) -> [SchemaNode] {
        guard let value = value(name) else { return [] }
        guard let array = value.array else { throw error("has '\(name)', which must be a list of objects") }
        var nodes: [SchemaNode] = []
        for (index, item) in array.enumerated() {
            guard let node = SchemaNode(item, path: "\(path).\(name)[\(index)]") else {
                throw error("has '\(name)', which must be a list of objects")
            }
            nodes.append(node)
        }
        return nodes
    }

    func text(_ name: String) throws(AssayError) -> Text {
        guard let text = value(name)?.string else { throw error("needs '\(name)', a string") }
        return Text(text)
    }

    func texts(_ name: String) throws(AssayError) -> [Text] {
        var texts: [Text] = []
        for item in value(name)?.array ?? [] {
            guard let text = item.string else { throw error("has '\(name)', which must be a list of strings") }
            texts.append(Text(text))
        }
        return texts
    }

    func number(_ name: String) throws(AssayError) -> Double? {
        guard let value = value(name) else { return nil }
        guard let number = value.number, number.isFinite else { throw error("has '\(name)', which must be a finite number") }
        return number
    }

    /// Protocol Buffers writes 64-bit integers as strings.
    func integer(_ name: String) throws(AssayError) -> Int64? {
        guard let value = value(name) else { return nil }
        guard let integer = value.integer ?? value.string.flatMap({ Int64($0) }) else {
            throw error("has '\(name)', which must be a whole number")
        }
        return integer
    }

    /// The places of what stands here beside `read`: fields of the message, and extensions in brackets.
    ///
    /// - Throws: `unreadable` for a name that is neither.
    func unread(of message: SchemaMessage, _ read: [String]) throws(AssayError) -> [Text] {
        var places: [Text] = []
        for member in object.members {
            func isOne(of names: [String]) -> Bool { names.contains { $0 == member.name || Self.camelCase($0) == member.name } }
            if isOne(of: read) { continue }
            guard isOne(of: message.fields) || member.name.hasPrefix("[") else {
                let near = NearNames.near(Text(member.name), among: message.fields.map { Text($0) })
                throw error("has no field '\(member.name)'\(NearNames.question(near))")
            }
            places.append(Text("\(path).\(member.name)"))
        }
        return places
    }
}
