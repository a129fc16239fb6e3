import AssayColumns
package import AssayJSON
import AssayMetrics
package import AssayTerms

/// `thresholds/v1`.
///
/// A threshold is a number, or `"Infinity"` or `"-Infinity"`, which JSON has no numbers for.
extension ThresholdDocument {
    package static let version = "thresholds/v1"
    /// Documents are small: this many groups have less.
    static let groupLimit = 10_000

    package var json: JSONValue {
        var object: JSONObject = [
            "assay": .string(Self.version), "method": "threshold-optimisation", "constraint": .string(constraint.rawValue),
            "objective": .string(objective.rawValue), "grid_size": .integer(Int64(gridSize)), "flip": .bool(isFlipped),
            "tolerance": tolerance.map { .number($0) } ?? .null, "form": .string(isDeterministic ? "deterministic" : "randomised"),
            "label": .string(label.string), "positive": .string(positive.string), "score": .string(score.string),
        ]
        switch source {
        case .column(let column): object["sensitive"] = .string(column.string)
        case .rule(let rule): object["privileged"] = .string(rule.description)
        }
        object["data"] = [
            "name": .string(data.name.string), "rows": .integer(Int64(data.rows ?? 0)), "digest": ["sha256": .string(data.digest.hex)],
        ]
        object["groups"] = .array(groups.map(Self.json))
        return .object(object)
    }

    private static func json(_ group: Group) -> JSONValue {
        let rule = group.rule
        var object: JSONObject = [
            "group": .string(group.name.string), "p0": .number(rule.p0), "operation0": json(rule.operation0),
            "p1": .number(rule.p1), "operation1": json(rule.operation1),
        ]
        if let ignoring = rule.ignoring {
            object["p_ignore"] = .number(ignoring.share)
            object["prediction_constant"] = .number(ignoring.constant)
        }
        return .object(object)
    }

    private static func json(_ operation: ThresholdOperation) -> JSONValue {
        let threshold = operation.threshold
        return [
            "operator": .string(operation.comparison.rawValue),
            "threshold": threshold.isFinite ? .number(threshold) : .string(threshold > 0 ? "Infinity" : "-Infinity"),
        ]
    }

    /// - Throws: `unreadable` saying what is wrong and where, `unsupported` for another version.
    package init(json bytes: [UInt8], name: String) throws(AssayError) {
        func bad(_ what: String) -> AssayError { AssayError(.unreadable, "\(name) holds no thresholds: \(what)") }
        let value = try MitigationDocument.value(json: bytes, name: name, version: Self.version, bad)
        func text(_ member: String) throws(AssayError) -> Text {
            guard let text = value[member]?.string else { throw bad("\"\(member)\" is no text") }
            return Text(text)
        }
        guard let constraint = ParityConstraint(rawValue: try text("constraint").string),
            let objective = ThresholdObjective(rawValue: try text("objective").string), objective.isAllowed(beside: constraint)
        else { throw bad("its constraint and objective are none that go together") }
        guard let grid = value["grid_size"]?.integer, grid >= 1, grid <= 1 << 32, let flip = value["flip"]?.bool else {
            throw bad("\"grid_size\" is a whole number from 1 and \"flip\" is true or false")
        }
        let form = try text("form").string
        guard ["deterministic", "randomised"].contains(form) else { throw bad("\"form\" is deterministic or randomised") }
        guard (value["sensitive"] == nil) != (value["privileged"] == nil) else {
            throw bad("one of \"sensitive\" and \"privileged\" says what the groups are")
        }
        guard let rows = value["data"]?["rows"]?.integer.flatMap({ Int(exactly: $0) }), let dataName = value["data"]?["name"]?.string,
            let digest = value["data"]?["digest"]?["sha256"]?.string.flatMap({ SHA256Digest(hex: $0) })
        else { throw bad("\"data\" does not name the rows it was made from") }
        guard let elements = value["groups"]?.array, !elements.isEmpty, elements.count <= Self.groupLimit else {
            throw bad("\"groups\" lists 1 to \(Self.groupLimit) groups")
        }
        var groups: [Group] = []
        var names: Set<Text> = []
        for (index, element) in elements.enumerated() {
            let group = try Self.group(element, at: index, bad)
            guard names.insert(group.name).inserted else { throw bad("group \(ValueList.quoted(group.name)) stands there twice") }
            guard form == "randomised" || group.rule.isDeterministic else {
                throw bad("group \(ValueList.quoted(group.name)) leaves something to chance, and the form is deterministic")
            }
            groups.append(group)
        }
        self.init(
            constraint: constraint, objective: objective, gridSize: Int(grid), isFlipped: flip,
            tolerance: value["tolerance"]?.number, isDeterministic: form == "deterministic", label: try text("label"),
            positive: try text("positive"), score: try text("score"),
            source: value["sensitive"] == nil
                ? .rule(try PrivilegedRule(parsing: try text("privileged"))) : .column(try text("sensitive")),
            groups: groups, data: Envelope.Input(role: "data", name: Text(dataName), digest: digest, rows: rows))
    }

    private static func group(_ value: JSONValue, at index: Int, _ bad: (String) -> AssayError) throws(AssayError) -> Group {
        guard let name = value["group"]?.string else { throw bad("group \(index) (counted from 0) has no name") }
        func probability(_ member: String) throws(AssayError) -> Double {
            guard let number = value[member]?.number, (0...1).contains(number) else {
                throw bad("\"\(member)\" of group \(ValueList.quoted(Text(name))) is no number from 0 to 1")
            }
            return number
        }
        func operation(_ member: String) throws(AssayError) -> ThresholdOperation {
            let words = value[member]?["threshold"]?.string
            let number: Double? =
                switch words {
                case "Infinity": .infinity
                case "-Infinity": -.infinity
                default: value[member]?["threshold"]?.number
                }
            guard let comparison = value[member]?["operator"]?.string.flatMap(ThresholdOperation.Comparison.init), let number else {
                throw bad(
                    "\"\(member)\" of group \(ValueList.quoted(Text(name))) has no operator > or <, or a threshold that is no number")
            }
            return ThresholdOperation(comparison, number)
        }
        var rule = ThresholdRule(
            p0: try probability("p0"), operation0: try operation("operation0"), p1: try probability("p1"),
            operation1: try operation("operation1"))
        // 1 − p is exact to half an ulp of 1.
        guard abs(rule.p0 + rule.p1 - 1) <= 0x1p-52 else {
            throw bad("\"p0\" and \"p1\" of group \(ValueList.quoted(Text(name))) do not add up to 1")
        }
        if value["p_ignore"] != nil || value["prediction_constant"] != nil {
            rule.ignoring = ThresholdRule.Ignoring(
                share: try probability("p_ignore"), constant: try probability("prediction_constant"))
        }
        return Group(name: Text(name), rule: rule)
    }
}
