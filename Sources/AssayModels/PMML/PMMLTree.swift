import AssayTerms

/// A decision tree asked by predicates.
///
/// - Source: PMML 4.4, "Tree Model".
struct PMMLTree: PMMLComputing {
    enum WhenMissing: Sendable {
        case nothing, lastPrediction, nullPrediction, defaultChild
    }

    struct Node: Sendable {
        var predicate: PMMLPredicate
        var score: PMMLValue
        var shares: [Double]
        /// Places among the nodes.
        var children: [Int] = []
        var defaultChild: Int?
    }

    let nodes: [Node]
    let classes: [PMMLValue]?
    let whenMissing: WhenMissing
    let returnsLast: Bool
    /// The input columns that each node's predicate looks at.
    let origins: [Set<Int>]

    /// - Parameter targetIsText: whether scores are words.
    init(_ element: PMMLElement, _ scope: inout PMMLScope, isClassifier: Bool, targetIsText: Bool) throws(AssayError) {
        switch element.text("missingValueStrategy") ?? "none" {
        case "none": whenMissing = .nothing
        case "lastPrediction": whenMissing = .lastPrediction
        case "nullPrediction": whenMissing = .nullPrediction
        case "defaultChild": whenMissing = .defaultChild
        case let word: throw element.unsupported("treats missing values by '\(word.prefix(40))', which is not read")
        }
        guard try element.number("missingValuePenalty") ?? 1 == 1 else { throw element.unsupported("has a penalty for missing values, which is not read") }
        switch element.text("noTrueChildStrategy") ?? "returnNullPrediction" {
        case "returnNullPrediction": returnsLast = false
        case "returnLastPrediction": returnsLast = true
        case let word: throw element.damaged("has noTrueChildStrategy '\(word.prefix(40))'")
        }
        guard let root = element.first("Node") else { throw element.unsupported("has no nodes; embedded models are not read") }
        var reading = Reading(isClassifier: isClassifier, isText: targetIsText)
        try reading.read(root, &scope)
        nodes = try reading.finished()
        origins = reading.origins
        classes = isClassifier ? reading.classes : nil
        if isClassifier, reading.classes.isEmpty { throw element.damaged("has no classes") }
    }

    private struct Reading {
        let isClassifier: Bool
        let isText: Bool
        var nodes: [Node] = []
        var origins: [Set<Int>] = []
        var classes: [PMMLValue] = []
        private var counts: [[PMMLValue: Double]] = []

        init(isClassifier: Bool, isText: Bool) {
            self.isClassifier = isClassifier
            self.isText = isText
        }

        /// Without recursion, so that depth costs no stack.
        mutating func read(_ root: PMMLElement, _ scope: inout PMMLScope) throws(AssayError) {
            var open: [(element: PMMLElement, parent: Int)] = [(root, -1)]
            var names: [[Text: Int]] = []
            var defaults: [(node: Int, name: String, element: PMMLElement)] = []
            while let (element, parent) = open.popLast() {
                let (predicate, own) = try PMMLPredicate.among(element, &scope)
                guard element.first("Regression") == nil, element.first("DecisionTree") == nil else { throw element.unsupported("holds another model") }
                let score = try element.text("score").map { (text) throws(AssayError) in try scope.value(text, isText: isText, at: element) }
                let place = nodes.count
                nodes.append(Node(predicate: predicate, score: score ?? .missing, shares: []))
                origins.append(own)
                names.append([:])
                counts.append([:])
                for part in element.all("ScoreDistribution") {
                    let value = try scope.value(part.required("value"), isText: isText, at: part)
                    if !classes.contains(value) { classes.append(value) }
                    let records = try part.number("recordCount")
                    guard let share = try part.number("probability") ?? records, share >= 0 else { throw part.damaged("has no count") }
                    guard counts[place].updateValue(share, forKey: value) == nil else { throw part.damaged("names a class twice") }
                }
                if isClassifier, score ?? .missing != .missing, !classes.contains(nodes[place].score) { classes.append(nodes[place].score) }
                if parent >= 0 {
                    nodes[parent].children.append(place)
                    if let id = element.text("id") { names[parent][Text(id)] = place }
                }
                if let name = element.text("defaultChild") { defaults.append((place, name, element)) }
                for child in element.all("Node").reversed() { open.append((child, place)) }
            }
            for (node, name, element) in defaults {
                guard let child = names[node][Text(name)] else { throw element.damaged("has a default child that is none of its children") }
                nodes[node].defaultChild = child
            }
        }

        /// Shares by class, once all classes are known.
        mutating func finished() throws(AssayError) -> [Node] {
            for place in nodes.indices where isClassifier {
                let sum = counts[place].values.reduce(0, +)
                if counts[place].isEmpty || sum == 0 {
                    // A score alone is certain.
                    if nodes[place].score != .missing { nodes[place].shares = classes.map { $0 == nodes[place].score ? 1 : 0 } }
                    continue
                }
                nodes[place].shares = classes.map { (counts[place][$0] ?? 0) / sum }
                if nodes[place].score == .missing {
                    var best = 0
                    for (index, share) in nodes[place].shares.enumerated() where share > nodes[place].shares[best] { best = index }
                    nodes[place].score = classes[best]
                }
            }
            return nodes
        }
    }

    func answer(_ row: PMMLRow) -> PMMLAnswer {
        guard nodes[0].predicate.holds(row) == true else { return .none }
        var place = 0
        while !nodes[place].children.isEmpty {
            var next: Int?
            var isUnknown = false
            search: for child in nodes[place].children {
                switch nodes[child].predicate.holds(row) {
                case true?:
                    next = child
                    break search
                case false?: continue
                case nil:
                    // Without a strategy what is unknown is not true.
                    guard whenMissing != .nothing else { continue }
                    isUnknown = true
                    break search
                }
            }
            if isUnknown {
                switch whenMissing {
                case .defaultChild:
                    guard let child = nodes[place].defaultChild else { return .none }
                    next = child
                case .lastPrediction: return answer(at: place)
                case .nullPrediction, .nothing: return .none
                }
            }
            guard let next else { return returnsLast ? answer(at: place) : .none }
            place = next
        }
        return answer(at: place)
    }

    private func answer(at place: Int) -> PMMLAnswer { PMMLAnswer(value: nodes[place].score, shares: nodes[place].shares) }
}
