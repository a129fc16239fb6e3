import AssayTerms

/// What a model says of a row.
struct PMMLAnswer: Sendable {
    /// Missing where it makes none.
    var value: PMMLValue
    /// By class, in the model's order of classes; empty where it gives none.
    var shares: [Double] = []
    /// A scorecard's, the strongest first.
    var reasons: [Text] = []

    static let none = PMMLAnswer(value: .missing)
}

/// A model of a document with its schema: what it looks at, and what it answers.
protocol PMMLComputing: Sendable {
    /// The classes it answers with; `nil` for numbers.
    var classes: [PMMLValue]? { get }
    func answer(_ row: PMMLRow) -> PMMLAnswer
}

/// What an `Output` adds to the fields that later models of a chain see.
struct PMMLOutput: Sendable {
    enum Feature: Sendable {
        case predicted
        case share(Int)
        case expression(PMMLExpression)
    }

    let place: Int
    let feature: Feature
}

/// A model within its `MiningSchema`, `LocalTransformations`, `Targets` and `Output`.
struct PMMLModelNode: Sendable {
    let fields: [PMMLMiningField]
    let derived: [(place: Int, expression: PMMLExpression, isFloat: Bool)]
    let body: any PMMLComputing
    let outputs: [PMMLOutput]
    private let target: PMMLTarget?

    /// Whether it does something to what its body answers.
    var changesAnswer: Bool { target != nil }

    /// What it does, where that is a factor and a constant; `nil` where it is something else.
    var scale: (factor: Double, constant: Double)? { target == nil ? (1, 0) : target?.scale }

    init(
        fields: [PMMLMiningField], derived: [(place: Int, expression: PMMLExpression, isFloat: Bool)], body: any PMMLComputing, outputs: [PMMLOutput],
        target: PMMLTarget?
    ) {
        self.fields = fields
        self.derived = derived
        self.body = body
        self.outputs = outputs
        self.target = target
    }

    /// - Parameter row: gets the derived fields and outputs.
    /// - Returns: `nil` where an input has a value that the model does not take.
    func answer(_ row: inout PMMLRow) -> PMMLAnswer? {
        guard prepare(&row) else { return nil }
        var answer = body.answer(row)
        if let target { answer.value = target.applied(answer.value) }
        for output in outputs {
            switch output.feature {
            case .predicted: row[output.place] = answer.value
            case .share(let place): row[output.place] = answer.shares.indices.contains(place) ? .number(answer.shares[place]) : .missing
            case .expression(let expression): row[output.place] = expression.value(row)
            }
        }
        return answer
    }

    /// What the body looks at.
    ///
    /// - Returns: whether the model takes the row's values.
    func prepare(_ row: inout PMMLRow) -> Bool {
        for field in fields {
            guard let value = field.prepared(row[field.place]) else { return false }
            row[field.place] = value
        }
        for one in derived { row[one.place] = Self.rounded(one.expression.value(row), one.isFloat) }
        return true
    }

    static func rounded(_ value: PMMLValue, _ isFloat: Bool) -> PMMLValue {
        guard isFloat, case .number(let number) = value else { return value }
        return .number(Double(Float(number)))
    }
}

/// What is done to a predicted number.
struct PMMLTarget: Sendable {
    private let factor: Double
    private let constant: Double
    private let low: Double
    private let high: Double
    private let cut: String?

    init(_ element: PMMLElement) throws(AssayError) {
        factor = try element.number("rescaleFactor") ?? 1
        constant = try element.number("rescaleConstant") ?? 0
        low = try element.number("min") ?? -.infinity
        high = try element.number("max") ?? .infinity
        cut = element.text("castInteger")
        guard cut == nil || ["round", "ceiling", "floor"].contains(cut) else { throw element.damaged("has castInteger '\(cut?.prefix(40) ?? "")'") }
    }

    /// `nil` where numbers are cut too.
    var scale: (factor: Double, constant: Double)? { cut == nil && low == -.infinity && high == .infinity ? (factor, constant) : nil }

    func applied(_ value: PMMLValue) -> PMMLValue {
        guard case .number(let number) = value else { return value }
        let scaled = min(max(number, low), high) * factor + constant
        switch cut {
        case "round": return .number((scaled + 0.5).rounded(.down))
        case "ceiling": return .number(scaled.rounded(.up))
        case "floor": return .number(scaled.rounded(.down))
        default: return .number(scaled)
        }
    }
}
