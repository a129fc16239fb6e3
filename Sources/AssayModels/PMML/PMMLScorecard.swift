import AssayTerms

/// Points by characteristic, and the reasons for what is lost.
///
/// - Source: PMML 4.4, "Scorecard".
struct PMMLScorecard: PMMLComputing {
    struct Attribute: Sendable {
        let predicate: PMMLPredicate
        let points: PMMLExpression
        let reason: Text?
    }

    struct Characteristic: Sendable {
        let attributes: [Attribute]
        let baseline: Double?
        let origins: Set<Int>
    }

    let initial: Double
    let characteristics: [Characteristic]
    private let usesReasons: Bool
    /// Whether points above the baseline are the reasons; otherwise those below.
    private let countsAbove: Bool
    var classes: [PMMLValue]? { nil }

    init(_ element: PMMLElement, _ scope: inout PMMLScope) throws(AssayError) {
        initial = try element.number("initialScore") ?? 0
        usesReasons = element.text("useReasonCodes") ?? "true" == "true"
        switch element.text("reasonCodeAlgorithm") ?? "pointsBelow" {
        case "pointsAbove": countsAbove = true
        case "pointsBelow": countsAbove = false
        case let word: throw element.damaged("has reasonCodeAlgorithm '\(word.prefix(40))'")
        }
        let common = try element.number("baselineScore")
        guard let list = try element.only("Characteristics") else { throw element.damaged("has no characteristics") }
        var characteristics: [Characteristic] = []
        for one in list.all("Characteristic") {
            let reason = one.text("reasonCode")
            let baseline = try one.number("baselineScore") ?? common
            var origins: Set<Int> = []
            var attributes: [Attribute] = []
            for attribute in one.all("Attribute") {
                let (predicate, own) = try PMMLPredicate.among(attribute, &scope)
                origins.formUnion(own)
                let points: PMMLExpression
                if let complex = try attribute.only("ComplexPartialScore") {
                    guard let inner = try complex.only(among: PMMLExpression.names, "expression") else {
                        throw complex.damaged("has no expression that is read")
                    }
                    let (expression, nature) = try PMMLExpression.read(inner, &scope, isText: false)
                    points = expression
                    origins.formUnion(nature.origins)
                } else {
                    guard let value = try attribute.number("partialScore") else { throw attribute.damaged("has no partialScore") }
                    points = .constant(.number(value))
                }
                let code = attribute.text("reasonCode") ?? reason
                guard code != nil || !usesReasons else { throw attribute.damaged("has no reason code, nor has its characteristic") }
                attributes.append(Attribute(predicate: predicate, points: points, reason: code.map { Text($0) }))
            }
            guard !attributes.isEmpty else { throw one.damaged("has no attributes") }
            guard baseline != nil || !usesReasons else { throw one.damaged("has no baselineScore, nor has the scorecard, and reasons are asked for") }
            characteristics.append(Characteristic(attributes: attributes, baseline: baseline, origins: origins))
        }
        guard !characteristics.isEmpty else { throw element.damaged("has no characteristics") }
        self.characteristics = characteristics
    }

    /// Different reasons that a row can have at once.
    var reasonCount: Int {
        guard usesReasons else { return 0 }
        return min(characteristics.count, Set(characteristics.flatMap { $0.attributes.compactMap(\.reason) }).count)
    }

    /// The points of one characteristic; `nil` where no attribute holds.
    func points(_ place: Int, _ row: PMMLRow) -> (points: Double, reason: Text?)? {
        guard let attribute = characteristics[place].attributes.first(where: { $0.predicate.holds(row) == true }),
            let points = attribute.points.value(row).number
        else { return nil }
        return (points, attribute.reason)
    }

    func answer(_ row: PMMLRow) -> PMMLAnswer {
        var sum = initial
        var losses: [(reason: Text, loss: Double)] = []
        for (place, one) in characteristics.enumerated() {
            guard let (points, reason) = points(place, row) else { return .none }
            sum += points
            guard usesReasons, let reason, let baseline = one.baseline else { continue }
            let loss = countsAbove ? points - baseline : baseline - points
            // A reason that several characteristics give counts once, with all that it lost.
            if let known = losses.firstIndex(where: { $0.reason == reason }) { losses[known].loss += loss } else { losses.append((reason, loss)) }
        }
        // Equal losses keep the document's order.
        let ranked = losses.enumerated().sorted { ($0.element.loss, -$0.offset) > ($1.element.loss, -$1.offset) }
        return PMMLAnswer(value: PMMLValue(sum), reasons: ranked.map(\.element.reason))
    }
}
