import AssayTerms

extension PolicyTestReader {
    /// A signed statement about `version`, from what a case says about it.
    mutating func evidence(_ node: YAMLNode, version: Text, _ filled: PolicyTestFacts) -> GateFacts.Evidence? {
        guard let fields = fields(node, PolicyTestTables.evidence) else { return nil }
        guard let id = text("check", in: fields), let idNode = fields["check"] else { return nil }
        guard let descriptor = catalogue[id.string] else {
            let question = NearNames.question(for: id.string, among: catalogue.ids)
            report(idNode.position, "there is no check '\(id)'\(question)")
            return nil
        }
        let column = text("column", in: fields)
        let forEach = text("for-each", in: fields)
        let slice = text("slice", in: fields)
        let asked = policy.checks.filter { $0.id == descriptor.id && $0.column == column && $0.slice == slice && $0.forEach == forEach }
        if forEach != nil, !descriptor.hasSlices {
            report(fields.keyPosition("for-each"), "\(descriptor.id) is not told apart by a column; leave 'for-each' out")
        }
        if fields.has("group-values"), forEach == nil { report(fields.keyPosition("group-values"), "'group-values' belongs to 'for-each'") }
        if forEach != nil, column != nil { report(fields.keyPosition("for-each"), "'for-each' and 'column' exclude each other") }
        let value = decimal("value", in: fields)
        let undefined = text("undefined", in: fields)
        if fields.has("value") == fields.has("undefined") {
            report(fields.position, "this evidence has either 'value' or 'undefined': the reason why there is none")
        }
        let interval = interval(fields)
        let groups = groups(fields, descriptor, value: value, interval)
        let rows = integer("rows", in: fields) ?? (groups.isEmpty ? 1_000 : groups.reduce(0) { $0 + $1.count })
        let provenance = word(Provenance.self, "provenance", in: fields) ?? policy.accept.first ?? .recomputed
        var evaluator = text("evaluator", in: fields)
        if evaluator != nil, provenance != .attested {
            report(fields.keyPosition("evaluator"), "an evaluator signs 'attested' evidence, not '\(provenance.rawValue)'")
        }
        if provenance == .attested { evaluator = evaluator ?? policy.evaluators.first ?? "an evaluator" }
        let options = options(fields, descriptor, asked)
        let measurement = PolicyTestFacts.Measurement(
            descriptor: descriptor, column: column ?? forEach, slice: slice, privileged: privileged(fields, descriptor, asked), options: options, value: value,
            undefined: undefined?.string, interval: interval, groups: groups, rows: rows, provenance: provenance,
            evaluator: evaluator, dataset: text("dataset", in: fields), version: text("version", in: fields) ?? version,
            daysAgo: integer("days-ago", in: fields) ?? 0, definition: integer("definition", in: fields), changes: texts(ofEntries: "with", in: fields))
        do throws(AssayError) {
            return try filled.evidence(measurement)
        } catch {
            report(fields.position, error.message)
            return nil
        }
    }

    private mutating func decimal(_ key: Text, in fields: Fields) -> Double? {
        fields[key].flatMap { decimal($0, what: "'\(key)'") }
    }

    /// A decimal number as policies write them, and as near as a double comes.
    private mutating func decimal(_ node: YAMLNode, what: String) -> Double? {
        guard let text = text(node, what: what) else { return nil }
        guard ExactDecimal(text.string) != nil, let number = Double(text.string), number.isFinite else {
            report(node.position, "\(what) is a decimal number, not '\(text)'")
            return nil
        }
        return number
    }

    private mutating func interval(_ fields: Fields) -> Interval? {
        guard let items = list("interval", in: fields) else { return nil }
        guard items.count == 2 else {
            report(fields.keyPosition("interval"), "'interval' is two numbers, [lower, upper], not \(items.count)")
            return nil
        }
        let low = decimal(items[0], what: "the lower end of 'interval'")
        let high = decimal(items[1], what: "the upper end of 'interval'")
        guard let low, let high else { return nil }
        guard low <= high else {
            report(items[0].position, "'interval' is written from its lower end to its upper one")
            return nil
        }
        return Interval(low: low, high: high, level: 0.95, method: "policy-test")
    }

    /// Under 'for-each' each group has a value of its own, that of all rows where none is written.
    private mutating func groups(
        _ fields: Fields, _ descriptor: CheckDescriptor, value: Double?, _ interval: Interval?
    ) -> [CheckResult.Group] {
        let isTold = fields.has("for-each")
        var values: [Text: Double] = [:]
        for (name, node) in entries("group-values", in: fields) { values[name] = decimal(node, what: "the value of the group '\(name)'") }
        func group(_ name: Text, _ count: Int) -> CheckResult.Group {
            CheckResult.Group(group: name, count: count, value: isTold ? values[name] ?? value : nil, interval: isTold ? interval : nil)
        }
        guard fields.has("groups") else {
            guard descriptor.needs.contains(.sensitive) || isTold else { return [] }
            return (values.isEmpty ? ["a", "b"] : values.keys.sorted()).map { group($0, 1_000) }
        }
        if !descriptor.needs.contains(.sensitive), !isTold {
            report(fields.keyPosition("groups"), "\(descriptor.id) has no groups; leave 'groups' out")
        }
        var groups: [CheckResult.Group] = []
        for (name, node) in entries("groups", in: fields) {
            if let count = integer(node, what: "the rows of the group '\(name)'", range: 0...1_000_000_000) { groups.append(group(name, count)) }
        }
        for name in values.keys.sorted() where !groups.contains(where: { $0.group == name }) {
            report(fields.keyPosition("group-values"), "'groups' does not have the group '\(name)' of 'group-values'")
        }
        return groups
    }

    private mutating func privileged(_ fields: Fields, _ descriptor: CheckDescriptor, _ asked: [PolicyCheck]) -> String? {
        guard let text = text("privileged", in: fields) else { return asked.first?.privileged?.string }
        if !descriptor.needs.contains(.privileged) {
            report(fields.keyPosition("privileged"), "\(descriptor.id) has no privileged group; leave 'privileged' out")
        }
        return text.string
    }

    private mutating func options(_ fields: Fields, _ descriptor: CheckDescriptor, _ asked: [PolicyCheck]) -> [Text: Text] {
        let given = fields.has("options") ? texts(ofEntries: "options", in: fields) : asked.first?.options ?? [:]
        do throws(AssayError) {
            return try descriptor.filled(given)
        } catch {
            report(fields.has("options") ? fields.keyPosition("options") : fields.position, error.message)
            return [:]
        }
    }

    private mutating func texts(ofEntries key: Text, in fields: Fields) -> [Text: Text] {
        var texts: [Text: Text] = [:]
        for (name, node) in entries(key, in: fields) { texts[name] = text(node, what: "'\(name)' of '\(key)'") }
        return texts
    }
}
