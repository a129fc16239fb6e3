import AssayTerms

extension PolicyTestReader {
    /// What the policy asks for, unless the case says otherwise.
    mutating func shadow(_ fields: Fields) -> ShadowFacts? {
        let asked = policy.shadow.map { Int64($0.predictions) } ?? 0
        guard let node = fields["shadow"], let shadow = self.fields(node, PolicyTestTables.shadow) else { return facts(asked, 1, 0) }
        guard !shadow.has("none") else { return nil }
        let agreement = share("agreement", in: shadow) ?? 1
        let errors = share("errors", in: shadow) ?? 0
        var counted = facts(integer("predictions", in: shadow).map { Int64($0) } ?? asked, agreement, errors)
        if let interval = ends("agreement-interval", in: shadow) { counted.agreementInterval = interval }
        if let interval = ends("errors-interval", in: shadow) { counted.errorsInterval = interval }
        return counted
    }

    private func facts(_ predictions: Int64, _ agreement: Double, _ errors: Double) -> ShadowFacts {
        func alone(_ value: Double) -> Interval { Interval(low: value, high: value, level: 0.95, method: "as the case says") }
        return ShadowFacts(
            baseline: "baseline", predictions: predictions, agreement: agreement, errors: errors, agreementInterval: alone(agreement),
            errorsInterval: alone(errors))
    }

    private mutating func share(_ key: Text, in fields: Fields) -> Double? {
        fields[key].flatMap { share($0, what: "'\(key)'") }
    }

    private mutating func share(_ node: YAMLNode, what: String) -> Double? {
        guard let text = text(node, what: what) else { return nil }
        guard let number = DeclaredCheck.number(text), (0...1).contains(number) else {
            report(node.position, "\(what) is a share from 0 to 1, not '\(text)'")
            return nil
        }
        return number
    }

    private mutating func ends(_ key: Text, in fields: Fields) -> Interval? {
        guard let items = list(key, in: fields) else { return nil }
        let shares = items.compactMap { share($0, what: "an end of '\(key)'") }
        guard shares.count == 2, items.count == 2 else {
            report(fields.keyPosition(key), "'\(key)' is two shares, [low, high]")
            return nil
        }
        return Interval(low: shares[0], high: shares[1], level: 0.95, method: "as the case says")
    }
}
