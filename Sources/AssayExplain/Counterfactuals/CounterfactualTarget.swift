import AssayColumns
package import AssayModels
package import AssayTerms

/// What a model is to answer about a changed row.
package struct CounterfactualTarget: Sendable {
    private enum Goal: Sendable {
        /// By its place among the classes; the least probability it must have.
        case label(Int, least: Double?)
        case number(low: Double?, high: Double?)
    }

    private let goal: Goal
    private let classes: ClassLabels?
    /// For people: `class '1'`, `from 2 to 5`.
    package let words: String

    /// - Parameters:
    ///   - text: a class's label for a model with classes, else a range: `10..`, `..20`, `10..20`, both ends included.
    ///   - least: the class's probability has to be at least this.
    /// - Throws: `invalidArgument` for a class that the model does not have, and what is no range.
    package init(_ text: String, least: Double?, form: ModelForm) throws(AssayError) {
        classes = form.classes
        if let classes = form.classes {
            guard let place = ClassChoice.place(of: Text(text), in: classes) else {
                throw AssayError(
                    .invalidArgument, "the model has no class '\(text)' to be the target; it has \(ClassChoice.list(classes))")
            }
            if let least, !(least > 0 && least <= 1) { throw AssayError(.invalidArgument, "a probability to reach is above 0 and at most 1, not \(least)") }
            goal = .label(place, least: least)
            words = least.map { "a probability of class '\(text)' of at least \($0)" } ?? "class '\(text)'"
            return
        }
        guard least == nil else {
            throw AssayError(.invalidArgument, "the model predicts numbers and gives no probabilities; name a range of numbers as the target alone")
        }
        func refused() -> AssayError {
            AssayError(
                .invalidArgument,
                "the target of a model that predicts numbers is a range, LOW..HIGH with one end or both (10.., ..20, 10..20), not '\(text)'")
        }
        guard let dots = text.firstRange(of: "..") else { throw refused() }
        func end(_ part: Substring) throws(AssayError) -> Double? {
            guard !part.isEmpty else { return nil }
            guard let number = Double(part), number.isFinite, part.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }) else { throw refused() }
            return number
        }
        let (low, high) = (try end(text[..<dots.lowerBound]), try end(text[dots.upperBound...]))
        guard low != nil || high != nil else { throw refused() }
        if let low, let high, low > high { throw AssayError(.invalidArgument, "the target '\(text)' begins above its end, so that no number lies in it") }
        goal = .number(low: low, high: high)
        words = low.map { low in high.map { "from \(low) to \($0)" } ?? "at least \(low)" } ?? "at most \(high ?? 0)"
    }

    /// How far rows are: whether each is there, and how near it is, the greater the nearer. A class's probability, or a number's distance turned
    /// round; of a model that gives labels alone every row that is not there is equally far.
    func judge(_ predictions: Predictions) throws(AssayError) -> [(isReached: Bool, nearness: Double)] {
        switch goal {
        case .label(let place, let least):
            if let least {
                guard let probabilities = predictions.probabilities, probabilities.indices.contains(place) else {
                    throw AssayError(.unsupported, "the model gives no probabilities; leave the probability to reach out")
                }
                return probabilities[place].map { ($0 >= least, $0) }
            }
            let reached = classes.map { predictions.classes(among: $0).map { $0 == place } } ?? []
            guard let probabilities = predictions.probabilities, probabilities.indices.contains(place) else {
                return reached.map { ($0, $0 ? 1 : 0) }
            }
            return zip(reached, probabilities[place]).map { ($0, $1) }
        case .number(let low, let high):
            return try Self.numbers(predictions).map { value in
                let below = low.map { max($0 - value, 0) } ?? 0
                let above = high.map { max(value - $0, 0) } ?? 0
                let distance = max(below, above)
                return (distance == 0 && !value.isNaN, value.isNaN ? -Double.infinity : -distance)
            }
        }
    }

    /// The class's probability in each row; `nil` where there is none.
    package func probabilities(_ predictions: Predictions) -> [Double]? {
        guard case .label(let place, _) = goal, let probabilities = predictions.probabilities, probabilities.indices.contains(place) else { return nil }
        return probabilities[place]
    }

    private static func numbers(_ predictions: Predictions) throws(AssayError) -> [Double] {
        switch predictions.values.values {
        case .boolean(let values): return values.map { Double($0) }
        case .int64(let values): return values.map { Double($0) }
        case .double(let values): return values
        case .text, .timestamp:
            throw AssayError(.unsupported, "the model answers with words and does not say which classes it has, so no range can be the target")
        }
    }
}
