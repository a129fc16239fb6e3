import AssayStore
import AssayTerms

/// What comparing the tables with the log's entries came to.
package struct RecordComparison: Sendable {
    /// Something the tables say otherwise than the entries, or an entry that cannot be read.
    package struct Difference: Hashable, Sendable {
        /// What it is about, by ids only, for the server's own log: `roles of user 3f…`.
        package let object: String
        /// For people who may see values: `the log says 'validator', the database 'admin, validator'`.
        package let detail: String
        /// Whether nothing rests on it any more: it is told of, and keeps nothing waiting.
        package let isOver: Bool

        package init(object: String, detail: String, isOver: Bool = false) {
            self.object = object
            self.detail = detail
            self.isOver = isOver
        }

        package var text: String { "\(object): \(detail)" }
    }

    /// Sorted by object.
    package var differences: [Difference]
    /// Entries that were read.
    package var entryCount: Int
    /// Facts compared.
    package var factCount: Int
    /// Facts that erased entries say nothing of any more.
    package var unknownCount: Int

    package var isEqual: Bool { differences.isEmpty }
}

extension RecordComparison.Difference {
    init(_ fact: GovernedFact, log: Text?, database: Text?) {
        func said(_ text: Text?) -> String { text.map { "'\($0)'" } ?? "nothing of it" }
        self.init(object: fact.object, detail: "the log says \(said(log)), the database \(said(database))")
    }
}

extension GovernedFact {
    /// What it is about, by ids.
    var object: String {
        switch self {
        case .roles(let user): "roles of user \(user)"
        case .account(let user): "account of user \(user)"
        case .password(let user): "password of user \(user)"
        case .subject(_, let issuer, let user): "account of user \(user) with \(issuer)"
        case .token(let id, let user): "token \(id) of user \(user)"
        case .name(let model): "name of model \(model)"
        case .stage(let version, _): "stage of version \(version)"
        case .version(let version, _): "files of version \(version)"
        case .placement(let version, _, let target): "leave of version \(version) for \(target)"
        case .admission(let version, _): "admission of version \(version)"
        case .alias(let alias, let model): "alias '\(alias)' of model \(model)"
        case .policy(let name, let version): "policy \(name) \(version)"
        case .approval(let id, let request): "approval \(id) of request \(request)"
        case .adoption(let version): "adoption of version \(version)"
        case .trainedBy(let version): "authors of the training of version \(version)"
        case .role(let role): "role \(role.rawValue)"
        case .share(let object, let user): "share of \(object.kind.rawValue) \(object.id) with user \(user)"
        case .datasetClass(let name): "class of data set '\(name)'"
        case .proposal(let id): "proposal \(id)"
        case .accessRetention: "retention of the access log"
        case .accessSegment(let number): "segment \(number) of the access log"
        case .paper(let id): "paper \(id)"
        case .evaluator(let name): "evaluator '\(name)'"
        case .objection(let id, let request): "objection \(id) to request \(request)"
        case .condition(let id, let request): "condition \(id) of request \(request)"
        case .delegation(let id, let user): "delegation \(id) of user \(user)"
        case .classification(let model, let number): "classification \(number) of model \(model)"
        case .questionnaire(let number): "questionnaire no. \(number)"
        }
    }
}
