import AssayTerms

extension PolicyReader {
    static func isDeclared(_ node: YAMLNode) -> Bool { node.scalar(named: "id")?.string.hasPrefix(DeclaredCheck.prefix) ?? false }

    mutating func declaredCheck(_ node: YAMLNode) -> DeclaredCheck? {
        guard let fields = fields(node, PolicyTables.declared) else { return nil }
        let kind = word(DeclaredCheck.Kind.self, "id", in: fields)
        let name = text("name", in: fields)
        let limits = (["min", "above", "max", "below", "between"] as [Text]).filter(fields.has)
        let demand: DeclaredCheck.Demand?
        switch (fields.has("equals"), fields.has("in"), limits.first) {
        case (true, false, nil): demand = text("equals", in: fields).map { .words([$0]) }
        case (false, true, nil): demand = texts("in", in: fields).map { .words($0) }
        case (false, false, .some): demand = limit(in: fields, descriptor: nil).map { .limit($0) }
        case (false, false, nil):
            if fields.has("abs") { report(fields.keyPosition("abs"), "'abs' belongs to a limit") }
            demand = .present
        default:
            report(fields.position, "'equals', 'in' and a limit exclude each other; write a second check for another demand")
            demand = nil
        }
        if kind == .metric, case .words? = demand {
            report(fields.position, "a metric is a number: it has max, min, between, below or above, and neither 'equals' nor 'in'")
        }
        guard let kind, let name, let demand else { return nil }
        return DeclaredCheck(kind: kind, name: name, demand: demand)
    }
}
