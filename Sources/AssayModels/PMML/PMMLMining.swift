import AssayTerms

/// Several models whose answers are joined.
///
/// - Source: PMML 4.4, "Multiple Models: Model Composition, Ensembles, and Segmentation".
struct PMMLMining: PMMLComputing {
    enum Method: String, Sendable {
        case majorityVote, weightedMajorityVote, average, weightedAverage, median, max, sum, weightedSum, selectFirst, modelChain
    }

    struct Segment: Sendable {
        let predicate: PMMLPredicate
        let weight: Double
        let model: PMMLModelNode
    }

    let method: Method
    let segments: [Segment]
    private let known: PMMLClasses?
    var classes: [PMMLValue]? { known?.values }
    /// Whether a part without an answer is left out; otherwise the whole has none.
    let skipsMissing: Bool
    /// Each segment's classes as places among these.
    private let places: [[Int]]

    init(_ method: Method, _ segments: [Segment], isClassifier: Bool, skipsMissing: Bool, at element: PMMLElement) throws(AssayError) {
        self.method = method
        self.segments = segments
        self.skipsMissing = skipsMissing
        guard let last = segments.last else { throw element.damaged("has no segments") }
        guard isClassifier else {
            known = nil
            places = []
            guard method == .modelChain || segments.allSatisfy({ $0.model.body.classes == nil }) else { throw element.damaged("joins classes to a number") }
            return
        }
        var known = PMMLClasses()
        let answering = method == .modelChain ? [last] : segments
        for segment in answering {
            guard let own = segment.model.body.classes else { throw element.unsupported("makes classes of numbers by '\(method.rawValue)', which is not read") }
            for value in own { _ = try known.place(of: value, at: element) }
        }
        self.known = known
        // Of a chain the last one's classes are the whole's.
        places = segments.map { segment in (segment.model.body.classes ?? []).map { value in known.known(value) ?? 0 } }
        guard ![.median, .sum, .weightedSum, .max].contains(method) else { throw element.unsupported("joins classes by '\(method.rawValue)', which is not read") }
    }

    func answer(_ row: PMMLRow) -> PMMLAnswer {
        var row = row
        switch method {
        case .modelChain:
            var answer = PMMLAnswer.none
            for segment in segments where segment.predicate.holds(row) == true {
                guard let own = segment.model.answer(&row), own.value != .missing || skipsMissing else { return .none }
                answer = own
            }
            return answer
        case .selectFirst:
            for (place, segment) in segments.enumerated() where segment.predicate.holds(row) == true {
                var own = row
                guard var answer = segment.model.answer(&own) else { return .none }
                if let known {
                    var shares = [Double](repeating: 0, count: known.values.count)
                    for (own, share) in zip(places[place], answer.shares) { shares[own] = share }
                    answer.shares = shares
                }
                return answer
            }
            return .none
        default: break
        }
        var answers: [(place: Int, answer: PMMLAnswer)] = []
        for (place, segment) in segments.enumerated() where segment.predicate.holds(row) == true {
            var own = row
            guard let answer = segment.model.answer(&own), answer.value != .missing else {
                if skipsMissing { continue }
                return .none
            }
            answers.append((place, answer))
        }
        guard !answers.isEmpty else { return .none }
        return known.map { voted(answers, $0) } ?? joined(answers)
    }

    private func joined(_ answers: [(place: Int, answer: PMMLAnswer)]) -> PMMLAnswer {
        let numbers = answers.compactMap(\.answer.value.number)
        guard numbers.count == answers.count else { return .none }
        let weights = answers.map { segments[$0.place].weight }
        func sum(_ values: [Double]) -> Double { values.reduce(0, +) }
        let weighted = zip(weights, numbers).map { $0 * $1 }
        switch method {
        case .sum: return PMMLAnswer(value: PMMLValue(sum(numbers)))
        case .weightedSum: return PMMLAnswer(value: PMMLValue(sum(weighted)))
        case .average: return PMMLAnswer(value: PMMLValue(sum(numbers) / Double(numbers.count)))
        case .weightedAverage: return PMMLAnswer(value: PMMLValue(sum(weighted) / sum(weights)))
        case .max: return PMMLAnswer(value: PMMLValue(numbers.max() ?? 0))
        case .median:
            let sorted = numbers.sorted()
            let middle = sorted.count / 2
            return PMMLAnswer(value: .number(sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2))
        default: return .none
        }
    }

    private func voted(_ answers: [(place: Int, answer: PMMLAnswer)], _ classes: PMMLClasses) -> PMMLAnswer {
        var shares = [Double](repeating: 0, count: classes.values.count)
        var all = 0.0
        for (place, answer) in answers {
            let weight = method == .weightedMajorityVote || method == .weightedAverage ? segments[place].weight : 1
            all += weight
            if method == .average || method == .weightedAverage {
                for (own, share) in zip(places[place], answer.shares) { shares[own] += weight * share }
            } else if let vote = classes.known(answer.value) {
                shares[vote] += weight
            }
        }
        guard all > 0 else { return .none }
        shares = shares.map { $0 / all }
        var best = 0
        for (place, share) in shares.enumerated() where share > shares[best] { best = place }
        return PMMLAnswer(value: classes.values[best], shares: shares)
    }
}
