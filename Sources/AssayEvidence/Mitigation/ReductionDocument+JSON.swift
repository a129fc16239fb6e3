import AssayColumns
package import AssayJSON
package import AssayMetrics
package import AssayTerms

/// `reduction/v1`.
extension ReductionDocument {
    package static let version = "reduction/v1"

    package var json: JSONValue {
        var object: JSONObject = [
            "assay": .string(Self.version), "method": .string(method.rawValue), "constraint": .string(goal.name),
        ]
        switch goal {
        case .parity(_, .difference(let bound)): object["difference_bound"] = .number(bound)
        case .parity(_, .ratio(let ratio, let slack)):
            object["ratio_bound"] = .number(ratio)
            object["ratio_bound_slack"] = .number(slack)
        case .groupLoss(let loss, let upperBound):
            object["loss"] = .string(loss.name)
            if let range = loss.range { object["loss_range"] = .array([.number(range.lowerBound), .number(range.upperBound)]) }
            object["upper_bound"] = .number(upperBound)
        }
        object["inverse_regularisation"] = .number(inverseRegularisation)
        object["label"] = .string(label.string)
        if let positive { object["positive"] = .string(positive.string) }
        switch source {
        case .column(let column): object["sensitive"] = .string(column.string)
        case .rule(let rule): object["privileged"] = .string(rule.description)
        }
        if !controls.isEmpty { object["control"] = .array(controls.map { .string($0.string) }) }
        object["data"] = [
            "name": .string(data.name.string), "rows": .integer(Int64(data.rows ?? 0)), "digest": ["sha256": .string(data.digest.hex)],
        ]
        object["features"] = .array(features.map { .string($0.string) })
        object["classifiers"] = .array(
            parts.map { part in
                var member: JSONObject = ["weight": .number(part.weight)]
                for (name, value) in Self.members(of: part.model) { member[name] = value }
                return .object(member)
            })
        return .object(object)
    }

    /// A model's own members.
    package static func members(of model: LinearModel) -> [(name: String, value: JSONValue)] {
        switch model {
        case .constant(let isPositive): [("constant", .integer(isPositive ? 1 : 0))]
        case .linear(let intercept, let coefficients):
            [("intercept", .number(intercept)), ("coefficients", .array(coefficients.map { .number($0) }))]
        }
    }

    /// - Throws: `unreadable` saying what is wrong and where, `unsupported` for another version.
    package init(json bytes: [UInt8], name: String) throws(AssayError) {
        func bad(_ what: String) -> AssayError { AssayError(.unreadable, "\(name) holds no reduction: \(what)") }
        let value = try MitigationDocument.value(json: bytes, name: name, version: Self.version, bad)
        func texts(_ member: String) throws(AssayError) -> [Text] {
            guard let elements = value[member]?.array else { throw bad("\"\(member)\" is no list") }
            var texts: [Text] = []
            for element in elements {
                guard let text = element.string else { throw bad("\"\(member)\" lists something that is no text") }
                texts.append(Text(text))
            }
            return texts
        }
        guard let method = value["method"]?.string.flatMap(Method.init(rawValue:)) else { throw bad("\"method\" is none we know") }
        let goal = try Self.goal(value, bad)
        guard let label = value["label"]?.string else { throw bad("\"label\" is no text") }
        let positive = value["positive"]?.string
        guard (positive == nil) == goal.isOfNumbers else {
            throw bad("\"positive\" names the positive label of decisions, and of them only")
        }
        guard let inverse = value["inverse_regularisation"]?.number else { throw bad("\"inverse_regularisation\" is no number") }
        guard let rows = value["data"]?["rows"]?.integer.flatMap({ Int(exactly: $0) }), let dataName = value["data"]?["name"]?.string,
            let digest = value["data"]?["digest"]?["sha256"]?.string.flatMap({ SHA256Digest(hex: $0) })
        else { throw bad("\"data\" does not name the rows it was made from") }
        let source: GroupSource
        switch (value["sensitive"]?.string, value["privileged"]?.string) {
        case (let column?, nil): source = .column(Text(column))
        case (nil, let rule?): source = .rule(try PrivilegedRule(parsing: Text(rule)))
        default: throw bad("one of \"sensitive\" and \"privileged\" says what the groups are")
        }
        let features = try texts("features")
        guard !features.isEmpty, Set(features).count == features.count else { throw bad("\"features\" names columns, each once") }
        guard let elements = value["classifiers"]?.array, !elements.isEmpty else { throw bad("\"classifiers\" lists no model") }
        var parts: [Part] = []
        for (index, element) in elements.enumerated() {
            parts.append(try Self.part(element, at: index, width: features.count, isOfNumbers: goal.isOfNumbers, bad))
        }
        let sum = parts.reduce(0) { $0 + $1.weight }
        // Each weight is a quotient, and each addition of a number up to 1 rounds.
        guard abs(sum - 1) <= Double(parts.count + 1) * 0x1p-52 else { throw bad("the weights of \"classifiers\" add up to \(sum), not to 1") }
        self.init(
            method: method, goal: goal, inverseRegularisation: inverse, label: Text(label), positive: positive.map { Text($0) },
            source: source, controls: value["control"] == nil ? [] : try texts("control"), features: features, parts: parts,
            data: Envelope.Input(role: "data", name: Text(dataName), digest: digest, rows: rows))
    }

    private static func goal(_ value: JSONValue, _ bad: (String) -> AssayError) throws(AssayError) -> ReductionGoal {
        guard let name = value["constraint"]?.string else { throw bad("\"constraint\" is no text") }
        if name == ReductionGoal.groupLossName {
            var range: ClosedRange<Double>?
            if let ends = value["loss_range"]?.array {
                guard ends.count == 2, let low = ends[0].number, let high = ends[1].number, low < high else {
                    throw bad("\"loss_range\" is a lower and a greater number")
                }
                range = low...high
            }
            guard let loss = value["loss"]?.string.flatMap({ GroupLoss(name: $0, range: range) }),
                let bound = value["upper_bound"]?.number
            else { throw bad("\"loss\", \"loss_range\" and \"upper_bound\" do not say what is bounded") }
            return .groupLoss(loss, upperBound: bound)
        }
        guard let constraint = ReductionConstraint(rawValue: name) else { throw bad("constraint \"\(name)\" is none we know") }
        switch (value["difference_bound"]?.number, value["ratio_bound"]?.number, value["ratio_bound_slack"]?.number) {
        case (let bound?, nil, nil): return .parity(constraint, .difference(bound))
        case (nil, let ratio?, let slack?): return .parity(constraint, .ratio(ratio, slack: slack))
        default: throw bad("\"difference_bound\", or \"ratio_bound\" with \"ratio_bound_slack\", says how far groups may lie apart")
        }
    }

    private static func part(
        _ value: JSONValue, at index: Int, width: Int, isOfNumbers: Bool, _ bad: (String) -> AssayError
    ) throws(AssayError) -> Part {
        let place = "classifier \(index) (counted from 0)"
        guard let weight = value["weight"]?.number, weight > 0, weight <= 1 + 0x1p-50 else {
            throw bad("\(place) has no weight above 0 and up to 1")
        }
        if let constant = value["constant"] {
            guard !isOfNumbers, value["coefficients"] == nil, let number = constant.integer, number == 0 || number == 1 else {
                throw bad("the constant of \(place) is not a decision alone, 0 or 1")
            }
            return Part(weight: weight, model: .constant(number == 1))
        }
        guard let intercept = value["intercept"]?.number, let elements = value["coefficients"]?.array, elements.count == width else {
            throw bad("\(place) has no intercept, or not one coefficient for each of the \(width) features")
        }
        var coefficients: [Double] = []
        for element in elements {
            guard let number = element.number, number.isFinite else { throw bad("a coefficient of \(place) is no number") }
            coefficients.append(number)
        }
        return Part(weight: weight, model: .linear(intercept: intercept, coefficients: coefficients))
    }
}
