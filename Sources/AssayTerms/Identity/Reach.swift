/// To what somebody may do one verb: the one place where grants are weighed. A driver compiles the same rules into SQL with
/// ``GlobPattern`` as its function, so that a search and a single look decide alike.
package struct Reach: Hashable, Sendable {
    package let verb: Permission
    /// What is allowed, without repeats.
    package let allowed: [Resource]
    /// What is denied; wins.
    package let denied: [Resource]
    /// Whose shares of single experiments and models count too; empty for nobody's.
    package let userID: String

    package init(_ verb: Permission, in grants: some Sequence<Grant>, userID: String = "") {
        self.verb = verb
        self.userID = userID
        var allowed: [Resource] = []
        var denied: [Resource] = []
        for grant in grants where grant.verbs.contains(verb) {
            switch grant.effect {
            case .allow: if !allowed.contains(grant.resource) { allowed.append(grant.resource) }
            case .deny: if !denied.contains(grant.resource) { denied.append(grant.resource) }
            }
        }
        self.allowed = allowed
        self.denied = denied
    }

    /// Nothing to look up: everything is allowed, and nothing is denied.
    package var isTotal: Bool { allowed.contains(.everything) && denied.isEmpty }

    /// Whether anything may be reached at all.
    package var isPossible: Bool {
        !denied.contains(.everything) && (!allowed.isEmpty || !userID.isEmpty && !ShareLevel.levels(for: verb).isEmpty)
    }

    /// Of an experiment by name and, where it exists, id.
    package func admits(experiment name: Text, id: Int64?, isShared: Bool = false) -> Bool {
        admits(isShared: isShared) { resource, regardsCase in
            switch resource {
            case .everything: true
            case .experiment(let pattern): GlobPattern(pattern, regardsCase: regardsCase).matches(name)
            case .experimentID(let number): number == id
            case .model, .modelID, .dataset, .datasetClass, .prediction: false
            }
        }
    }

    /// Of a registered model by name and, where it exists, id.
    package func admits(model name: Text, id: String?, isShared: Bool = false) -> Bool {
        admits(isShared: isShared) { resource, regardsCase in
            switch resource {
            case .everything: true
            case .model(let pattern): GlobPattern(pattern, regardsCase: regardsCase).matches(name)
            case .modelID(let other): other == id
            case .experiment, .experimentID, .dataset, .datasetClass, .prediction: false
            }
        }
    }

    /// Of a data set by name and, where it was said, class.
    package func admits(dataset name: Text, class datasetClass: DatasetClass?) -> Bool {
        admits(isShared: false) { resource, regardsCase in
            switch resource {
            case .everything: true
            case .dataset(let pattern): GlobPattern(pattern, regardsCase: regardsCase).matches(name)
            case .datasetClass(let other): other == datasetClass
            case .experiment, .experimentID, .model, .modelID, .prediction: false
            }
        }
    }

    /// Whether a data set is denied by name or class.
    package func denies(dataset name: Text, class datasetClass: DatasetClass?) -> Bool {
        denied.contains { resource in
            switch resource {
            case .everything: true
            case .dataset(let pattern): GlobPattern(pattern).matches(name)
            case .datasetClass(let other): other == datasetClass
            case .experiment, .experimentID, .model, .modelID, .prediction: false
            }
        }
    }

    private func admits(isShared: Bool, _ matches: (_ resource: Resource, _ regardsCase: Bool) -> Bool) -> Bool {
        (isShared || allowed.contains { matches($0, true) }) && !denied.contains { matches($0, false) }
    }
}
