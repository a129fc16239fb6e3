import AssayTerms

extension PolicyReader {
    /// The one limit of a check, with what can never be met reported.
    mutating func limit(in fields: Fields, descriptor: CheckDescriptor?) -> Limit? {
        let usesMagnitude = boolean("abs", in: fields) ?? false
        let written = (["min", "above", "max", "below", "between", "max-drop"] as [Text]).filter(fields.has)
        if written.isEmpty, let implied = descriptor?.impliedLimit, !fields.has("abs") {
            let shape: Limit.Shape =
                switch implied {
                case .atLeastOne: .range(lower: Limit.Bound("1", isInclusive: true), upper: nil)
                case .atMostZero: .range(lower: nil, upper: Limit.Bound("0", isInclusive: true))
                }
            return Limit(shape: shape, usesMagnitude: false)
        }
        guard !written.isEmpty else {
            report(
                fields.position, "this check has no limit: it needs one of max, min, between, below, above, max-drop")
            return nil
        }
        for (a, b) in [("min", "above"), ("max", "below")] as [(Text, Text)] where fields.has(a) && fields.has(b) {
            report(fields.keyPosition(b), "'\(a)' and '\(b)' are two limits at the same end; keep one")
            return nil
        }
        for alone in ["between", "max-drop"] as [Text] where fields.has(alone) && written.count > 1 {
            report(fields.keyPosition(alone), "'\(alone)' stands alone; write a second check for another limit")
            return nil
        }
        if fields.has("max-drop") {
            if fields.has("abs") { report(fields.keyPosition("abs"), "'abs' does not go with 'max-drop'") }
            return drop(in: fields)
        }
        if fields.has("between") { return between(in: fields, usesMagnitude: usesMagnitude, descriptor: descriptor) }

        var bounds: [Text: Limit.Bound] = [:]
        for key in written {
            guard let node = fields[key] else { continue }
            bounds[key] = bound(node, what: "'\(key)'", isInclusive: key == "min" || key == "max")
        }
        guard bounds.count == written.count else { return nil }
        return range(
            lower: bounds["min"] ?? bounds["above"], upper: bounds["max"] ?? bounds["below"],
            usesMagnitude: usesMagnitude, at: fields.keyPosition(written[0]), descriptor: descriptor)
    }

    private mutating func between(in fields: Fields, usesMagnitude: Bool, descriptor: CheckDescriptor?) -> Limit? {
        guard let items = list("between", in: fields) else { return nil }
        guard items.count == 2 else {
            report(fields.keyPosition("between"), "'between' is two numbers, [lowest, highest], not \(items.count)")
            return nil
        }
        let lower = bound(items[0], what: "the first number of 'between'", isInclusive: true)
        let upper = bound(items[1], what: "the second number of 'between'", isInclusive: true)
        guard let lower, let upper else { return nil }
        return range(
            lower: lower, upper: upper, usesMagnitude: usesMagnitude, at: items[0].position, descriptor: descriptor)
    }

    private mutating func range(
        lower: Limit.Bound?, upper: Limit.Bound?, usesMagnitude: Bool, at position: SourcePosition,
        descriptor: CheckDescriptor?
    ) -> Limit? {
        let limit = Limit(shape: .range(lower: lower, upper: upper), usesMagnitude: usesMagnitude)
        if let lower, let upper {
            if lower.decimal > upper.decimal {
                report(
                    position, "no value can be at least \(lower.text) and at most \(upper.text); the two are reversed")
                return nil
            }
            if lower.decimal == upper.decimal, !(lower.isInclusive && upper.isInclusive) {
                report(position, "no value lies \(limit.text)")
                return nil
            }
        }
        var least = descriptor?.least.map { ExactDecimal("\($0)") } ?? nil
        var greatest = descriptor?.greatest.map { ExactDecimal("\($0)") } ?? nil
        if usesMagnitude {
            greatest = if let least, let greatest { max(least.magnitude, greatest.magnitude) } else { nil }
            least = .zero
        }
        if let upper, let least, upper.isInclusive ? upper.decimal < least : upper.decimal <= least {
            report(
                position,
                "no value can be \(limit.text): \(usesMagnitude ? "a value without sign" : descriptor?.id ?? "the value") is at least \(least)"
            )
            return nil
        }
        if let lower, let greatest, lower.isInclusive ? lower.decimal > greatest : lower.decimal >= greatest {
            report(position, "no value can be \(limit.text): \(descriptor?.id ?? "the value") is at most \(greatest)")
            return nil
        }
        return limit
    }

    private mutating func drop(in fields: Fields) -> Limit? {
        guard let node = fields["max-drop"], let text = text(node, what: "'max-drop'") else { return nil }
        let isRelative = text.string.hasSuffix("%")
        let digits = isRelative ? text.string.dropLast() : text.string[...]
        guard let number = ExactDecimal(digits) else {
            report(
                node.position,
                "'max-drop' is a decimal number (0.02) or a percentage of the baseline (2%), not '\(text)'")
            return nil
        }
        guard number >= .zero else {
            report(node.position, "'max-drop' is how much worse the value may be, so it is not negative")
            return nil
        }
        return Limit(shape: .drop(amount: number, text: text.string, isRelative: isRelative), usesMagnitude: false)
    }

    private mutating func bound(_ node: YAMLNode, what: String, isInclusive: Bool) -> Limit.Bound? {
        guard let text = text(node, what: what) else { return nil }
        if let bound = Limit.Bound(text.string, isInclusive: isInclusive) { return bound }
        var advice = "write digits such as 0.1"
        if text.string.hasPrefix("."), ExactDecimal("0" + text.string) != nil { advice = "write 0\(text)" }
        if text.string.hasSuffix("%") { advice = "write a fraction: 10% is 0.1" }
        report(node.position, "\(what) is a decimal number, not '\(text)'; \(advice)")
        return nil
    }
}
