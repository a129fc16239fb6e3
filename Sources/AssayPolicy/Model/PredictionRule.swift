package import AssayJSON
package import AssayTerms

/// What is asked of each single prediction while a version is served, and what is done where it holds.
///
/// All of its conditions have to hold. A condition that cannot be told of a row, for want of a column, a value, an explanation or a
/// profile, is neither met nor unmet: then ``unknown`` is done, and never nothing.
package struct PredictionRule: Hashable, Sendable {
    /// From the weakest to the strongest; of several the strongest is done.
    package enum Action: String, Sendable, CaseIterable, Comparable {
        /// The answer is given, and says so.
        case flag
        /// Another answer is given.
        case replace
        /// No answer is given for the row: a person has to decide.
        case refer
        /// The request is not answered.
        case refuse

        package static func < (one: Action, other: Action) -> Bool {
            allCases.firstIndex(of: one).map { first in allCases.firstIndex(of: other).map { first < $0 } ?? false } ?? false
        }
    }

    /// What is done where it cannot be told whether it holds.
    package enum Unknown: String, Sendable, CaseIterable {
        case flag, refer, refuse

        package var action: Action {
            switch self {
            case .flag: .flag
            case .refer: .refer
            case .refuse: .refuse
            }
        }

        /// What is done where the rule says nothing of it: the same; no replacement, since nobody said that it is right.
        package init(standardOf action: Action) {
            self =
                switch action {
                case .flag: .flag
                case .refuse: .refuse
                case .refer, .replace: .refer
                }
        }
    }

    package var name: Text
    /// A condition in the language of `rows`, over what was asked and what was predicted; `nil` for none.
    package var condition: Text?
    /// Inputs of which one lies outside of what the profile frozen with the version has seen; empty for none.
    package var outsideProfile: [Text]
    /// Inputs of which one moved the answer most; empty for none.
    package var explainedMostBy: [Text]
    package var action: Action
    /// What is answered instead, where the action is `replace`.
    package var value: Text?
    package var unknown: Unknown

    package init(
        name: Text, condition: Text? = nil, outsideProfile: [Text] = [], explainedMostBy: [Text] = [], action: Action, value: Text? = nil,
        unknown: Unknown? = nil
    ) {
        self.name = name
        self.condition = condition
        self.outsideProfile = outsideProfile
        self.explainedMostBy = explainedMostBy
        self.action = action
        self.value = value
        self.unknown = unknown ?? Unknown(standardOf: action)
    }

    /// As statements and canonical policies have it.
    package var json: JSONValue {
        var object: JSONObject = ["name": .string(name.string), "then": .string(action.rawValue), "if-unknown": .string(unknown.rawValue)]
        object["when"] = condition.map { .string($0.string) }
        if !outsideProfile.isEmpty { object["outside-profile"] = .array(outsideProfile.map { .string($0.string) }) }
        if !explainedMostBy.isEmpty { object["explained-most-by"] = .array(explainedMostBy.map { .string($0.string) }) }
        object["value"] = value.map { .string($0.string) }
        return .object(object)
    }

    private static let keys: Set<String> = ["name", "then", "if-unknown", "when", "outside-profile", "explained-most-by", "value"]

    /// Reads a statement's rule.
    ///
    /// - Returns: `nil` for what is in no known form: a rule that is not understood cannot be kept.
    package init?(statement value: JSONValue) {
        func names(_ key: String) -> [Text]? {
            guard let list = value[key] else { return [] }
            guard let items = list.array, !items.isEmpty else { return nil }
            let names = items.compactMap { $0.string.map { Text($0) } }
            return names.count == items.count ? names : nil
        }
        func text(_ key: String) -> Text?? {
            guard let part = value[key] else { return .some(nil) }
            return part.string.map { Text($0) }
        }
        guard let members = value.object?.members, members.allSatisfy({ Self.keys.contains($0.name) }),
            let name = value["name"]?.string, let action = value["then"]?.string.flatMap(Action.init(rawValue:)),
            let unknown = value["if-unknown"]?.string.flatMap(Unknown.init(rawValue:)), let condition = text("when"), let replacement = text("value"),
            let outside = names("outside-profile"), let most = names("explained-most-by"), (action == .replace) == (replacement != nil),
            condition != nil || !outside.isEmpty || !most.isEmpty
        else { return nil }
        self.init(
            name: Text(name), condition: condition, outsideProfile: outside, explainedMostBy: most, action: action, value: replacement, unknown: unknown)
    }

    /// Whether whoever keeps to this keeps to `other` too: the same question under the same name, with no weaker answer to it. Another
    /// wording of a condition is another question.
    func isAtLeastAsStrict(as other: PredictionRule) -> Bool {
        var same = self
        (same.action, same.unknown) = (other.action, other.unknown)
        guard same == other, unknown.action >= other.unknown.action else { return false }
        return action == .replace || other.action == .replace ? action == other.action : action >= other.action
    }

    /// `refer rows where income < 12000`
    package var demand: String {
        let what =
            switch action {
            case .flag: "flag"
            case .replace: "answer '\(value ?? "")' for"
            case .refer: "refer"
            case .refuse: "refuse"
            }
        return "\(what) rows where \(conditions) ('\(name)'; \(unknown.rawValue) where it cannot be told)"
    }

    /// What has to hold, in words.
    package var conditions: String {
        var parts: [String] = []
        if let condition { parts.append(condition.string) }
        if !outsideProfile.isEmpty { parts.append("\(Self.any(of: outsideProfile)) lies outside of the version's profile") }
        if !explainedMostBy.isEmpty { parts.append("\(Self.any(of: explainedMostBy)) moved the answer most") }
        return parts.joined(separator: ", and ")
    }

    private static func any(of names: [Text]) -> String { names.map { "'\($0)'" }.joined(separator: " or ") }
}
