import AssayTerms

/// Models within a model.
extension SklearnReader {
    /// One that was read, and what may be asked of it.
    struct Member {
        let place: Int
        let head: Head
        /// Whether it has a `decision_function` as the library sees it, and the scores are what that answers.
        let decides: Bool
        let path: String

        var classCount: Int { head.classes?.count ?? 0 }
    }

    mutating func member(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Member {
        let fitted = try predictor(node, lanes)
        let place = builder.add(Graph.Model(features: fitted.features, head: fitted.head))
        // Up to 1.7 a multinomial regression of two classes has half of what its probabilities are made of as decision.
        var decides = fitted.decides
        if node.className.hasPrefix("sklearn.linear_model._logistic."), fitted.head.classes?.count == 2,
            try node.attribute("multi_class")?.scalar() == .text("multinomial")
        {
            decides = false
        }
        return Member(place: place, head: fitted.head, decides: decides, path: node.path)
    }

    func output(_ member: Member, _ output: Graph.Model.Output) -> Graph.Step { .output(model: member.place, output) }

    mutating func probabilities(_ member: Member) throws(AssayError) -> [GraphBuilder.Lane] {
        guard member.head.givesProbabilities else {
            throw AssayError(.unsupported, "\(file.name): \(member.path) gives no probabilities here, which the model above it asks it for")
        }
        var lanes: [GraphBuilder.Lane] = []
        for label in 0..<member.classCount { lanes.append(try builder.lane(output(member, .probability(label)))) }
        return lanes
    }

    mutating func decisions(_ member: Member) throws(AssayError) -> [GraphBuilder.Lane] {
        guard member.decides else {
            throw AssayError(.unsupported, "\(file.name): \(member.path) has no decision function here, which the model above it asks it for")
        }
        var lanes: [GraphBuilder.Lane] = []
        for score in 0..<(member.classCount == 2 ? 1 : member.classCount) { lanes.append(try builder.lane(output(member, .score(score)))) }
        return lanes
    }

    mutating func number(_ member: Member) throws(AssayError) -> GraphBuilder.Lane {
        guard member.head.classes == nil else {
            throw AssayError(.unsupported, "\(file.name): \(member.path) predicts classes where the model above it takes numbers")
        }
        return try builder.lane(output(member, .number))
    }

    /// The labels of a model that was fitted on classes by number: where each is among so many.
    func codes(_ member: Member, below count: Int) throws(AssayError) -> [Int] {
        guard case .integers(let labels)? = member.head.classes, labels.allSatisfy({ (0..<Int64(count)).contains($0) }) else {
            throw AssayError(.unreadable, "\(file.name): \(member.path) has other classes than the model above it")
        }
        return labels.map { Int($0) }
    }

    /// A weighted mean of numbers.
    mutating func mean(_ lanes: [GraphBuilder.Lane], weights: [Double]) throws(AssayError) -> Fitted {
        let total = weights.reduce(0, +)
        guard weights.count == lanes.count, total > 0, total.isFinite, weights.allSatisfy({ $0 >= 0 }) else {
            throw AssayError(.unreadable, "\(file.name) weighs its models by numbers that do not add up to one above 0")
        }
        let features = try builder.features(lanes)
        let head = try LinearHead(classes: nil, link: .identity, weights: [weights.map { $0 / total }], intercepts: [0], features: features)
        return Fitted(features: features, head: .linear(head))
    }
}
