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
        /// Of classes by place; those that are not named have none.
        var shares: [(place: Int, share: Double)] = []
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
        guard let root = try element.only("Node") else { throw element.unsupported("has no nodes; embedded models are not read") }
        var reading = Reading(isClassifier: isClassifier, isText: targetIsText)
        try reading.read(root, &scope)
        nodes = reading.finished()
        origins = reading.origins
        classes = isClassifier ? reading.classes.values : nil
        if isClassifier, reading.classes.values.isEmpty { throw element.damaged("has no classes") }
    }

    private struct Reading {
        let isClassifier: Bool
        let isText: Bool
        var nodes: [Node] = []
        var origins: [Set<Int>] = []
        var classes = PMMLClasses()

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
                guard element.all("Regression").isEmpty, element.all("DecisionTree").isEmpty else { throw element.unsupported("holds another model") }
                let score = try element.text("score").map { (text) throws(AssayError) in try scope.value(text, isText: isText, at: element) }
                let place = nodes.count
                nodes.append(Node(predicate: predicate, score: score ?? .missing))
                origins.append(own)
                names.append([:])
                var seen: Set<Int> = []
                for part in element.all("ScoreDistribution") where isClassifier {
                    let own = try classes.place(of: scope.value(part.required("value"), isText: isText, at: part), at: part)
                    let records = try part.number("recordCount")
                    guard let share = try part.number("probability") ?? records, share >= 0 else { throw part.damaged("has no count") }
                    guard seen.insert(own).inserted else { throw part.damaged("names a class twice") }
                    nodes[place].shares.append((own, share))
                }
                if isClassifier, let score { _ = try classes.place(of: score, at: element) }
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

        /// Counts as shares of one.
        mutating func finished() -> [Node] {
            for place in nodes.indices where isClassifier {
                let own = nodes[place].shares
                let sum = own.reduce(0) { $0 + $1.share }
                if sum == 0 {
                    // A score alone is certain.
                    nodes[place].shares = classes.known(nodes[place].score).map { [($0, 1)] } ?? []
                    continue
                }
                nodes[place].shares = own.map { ($0.place, $0.share / sum) }
                guard nodes[place].score == .missing else { continue }
                // Of equal ones the class that the document names first.
                let best = nodes[place].shares.max { ($0.share, -$0.place) < ($1.share, -$1.place) }
                if let best { nodes[place].score = classes.values[best.place] }
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

    private func answer(at place: Int) -> PMMLAnswer {
        let node = nodes[place]
        guard let classes, !node.shares.isEmpty else { return PMMLAnswer(value: node.score) }
        var shares = [Double](repeating: 0, count: classes.count)
        for (place, share) in node.shares { shares[place] = share }
        return PMMLAnswer(value: node.score, shares: shares)
    }
}
