package import AssayJSON

/// What holds of a version while it is served, beyond its statement's end: carried by the signed deployment statement, and kept by
/// whoever serves it.
package struct ServingRules: Hashable, Sendable {
    /// What is done when a statement has ended and the registry, which would give another, is away.
    package enum Offline: String, Sendable, CaseIterable {
        /// Nothing is answered until there is a new statement.
        case stop
        /// Answers go on, and say so. What the registry says once it is back takes effect at once.
        case keepServing = "keep-serving"
    }

    /// Whether answers carry explanations.
    package enum Explanations: String, Sendable, CaseIterable {
        /// Every answer; a model that cannot be explained is not served.
        case always
        /// Answers to requests that ask for one.
        case onRequest = "on-request"
        /// No answer, whoever asks.
        case never
    }

    package var whenOffline: Offline
    /// `nil` leaves it to whoever serves.
    package var explanations: Explanations?
    /// What each single prediction is held against, in this order.
    package var predictions: [PredictionRule]

    /// Whether explained answers have to carry reasons by a table that was frozen with the version; `nil` leaves that to the version.
    package var reasons: ReasonsDemand?

    package init(
        whenOffline: Offline = .stop, explanations: Explanations? = nil, predictions: [PredictionRule] = [], reasons: ReasonsDemand? = nil
    ) {
        self.reasons = reasons
        self.whenOffline = whenOffline
        self.explanations = explanations
        self.predictions = predictions
    }

    /// Whether an answer is explained.
    ///
    /// - Parameters:
    ///   - isAsked: whether the request asks for an explanation, or for none; `nil` where it says nothing.
    ///   - isNeeded: whether a rule looks at what moved the answer.
    package func explains(isAsked: Bool?, isNeeded: Bool) -> Bool {
        switch explanations {
        case .always: true
        case nil: isAsked != false || isNeeded || reasons != nil
        case .onRequest: isAsked == true
        case .never: false
        }
    }

    /// What several policies let be done: answers go on only where each of them says so, of their words about explanations the one
    /// that shows least holds, and predictions are held against the rules of all. Of no policy: the rules of one that says nothing.
    package init(strictest all: [ServingRules]) {
        whenOffline = !all.isEmpty && all.allSatisfy { $0.whenOffline == .keepServing } ? .keepServing : .stop
        explanations = ([.never, .onRequest, .always] as [Explanations]).first { word in all.contains { $0.explanations == word } }
        predictions = []
        for rule in all.flatMap(\.predictions) where !predictions.contains(rule) { predictions.append(rule) }
        reasons = ReasonsDemand(all: all.compactMap(\.reasons))
    }

    /// As statements and canonical policies have it; absent words mean their defaults.
    package var json: JSONValue {
        var object: JSONObject = ["when-offline": .string(whenOffline.rawValue)]
        object["explanations"] = explanations.map { .string($0.rawValue) }
        object["reasons"] = reasons?.json
        if !predictions.isEmpty { object["rules"] = .array(predictions.map(\.json)) }
        return .object(object)
    }

    /// What else a statement says in the same place: whom a rollout's candidate may answer.
    private static let keys: Set<String> = ["when-offline", "explanations", "reasons", "rules", "answers"]

    /// Reads a statement's rules. A word that this program does not know is none that it could keep.
    ///
    /// - Returns: `nil` for what is in no known form; a statement without rules has the default ones.
    package init?(statement value: JSONValue?) {
        self.init()
        guard let value else { return }
        guard let members = value.object?.members, members.allSatisfy({ Self.keys.contains($0.name) }) else { return nil }
        if let word = value["when-offline"] {
            guard let offline = word.string.flatMap(Offline.init(rawValue:)) else { return nil }
            whenOffline = offline
        }
        if let word = value["explanations"] {
            guard let explanations = word.string.flatMap(Explanations.init(rawValue:)) else { return nil }
            self.explanations = explanations
        }
        if let demand = value["reasons"] {
            guard let reasons = ReasonsDemand(statement: demand) else { return nil }
            self.reasons = reasons
        }
        if let list = value["rules"] {
            guard let items = list.array else { return nil }
            predictions = items.compactMap { PredictionRule(statement: $0) }
            guard predictions.count == items.count else { return nil }
        }
    }

    /// Whether whoever keeps to this keeps to `other` too. About explanations two words are never shown to be: more is told to some
    /// and less hidden from others. Nor are two lists of replacements: one more can let through what the model would have declined, and
    /// which comes first decides.
    func isAtLeastAsStrict(as other: ServingRules) -> Bool {
        (whenOffline == .stop || other.whenOffline == .keepServing) && (other.explanations == nil || explanations == other.explanations)
            && other.predictions.allSatisfy { old in predictions.contains { $0.isAtLeastAsStrict(as: old) } }
            && replacements == other.replacements
            && (other.reasons.map { old in reasons?.isAtLeastAsStrict(as: old) ?? false } ?? true)
    }

    private var replacements: [PredictionRule] {
        predictions.filter { $0.action == .replace }.map { rule in
            var rule = rule
            rule.unknown = .refer
            return rule
        }
    }

    /// `stop when the registry is away, explanations never`
    package var demand: String {
        let offline = whenOffline == .stop ? "stop when a statement ends" : "keep serving while the registry is away"
        let explained = "explanations \(explanations?.rawValue ?? "as whoever serves chooses")"
        return ([offline, explained] + [reasons?.demand].compactMap { $0 } + predictions.map(\.demand)).joined(separator: ", ")
    }
}
