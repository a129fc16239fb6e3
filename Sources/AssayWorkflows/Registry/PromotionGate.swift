package import AssayJSON
package import AssayStore
package import AssayTerms

/// Decides whether a change of stages and aliases may happen.
///
/// It is asked inside the savepoint of the change, before anything is changed, and may write what belongs to its
/// decision. A refusal is an outcome: what it wrote is committed, the change does not happen, and the error is answered.
package protocol PromotionGate: Sendable {
    func decide(_ change: RegistryChange, by actor: Principal, in tx: any StoreTransaction) throws -> PromotionOutcome

    /// Says no to a change of tags and aliases that a rule stops. Nothing has been changed yet when it is asked.
    ///
    /// - Throws: `permissionDenied` with the rule.
    func requireAllowed(_ change: TagChange, by actor: Principal, in tx: any StoreSnapshot) throws
}

/// A change of what is written on a model or a version, as a gate is asked about it.
package enum TagChange: Sendable {
    case setModelTag(RegisteredModel, KeyValue)
    case deleteModelTag(RegisteredModel, key: Text)
    case setVersionTag(ModelVersion, KeyValue)
    case deleteVersionTag(ModelVersion, key: Text)
    case alias(Text, RegisteredModel)
}

package enum PromotionOutcome: Sendable {
    case allowed(PromotionLeave)
    case refused(AssayError)
}

/// What an allowed change carries along.
package struct PromotionLeave: Sendable {
    /// Stands in the change's own ledger entry as `gate`: decision, policies, claims, approvals.
    package let basis: JSONValue
    /// Of a registration: whether the version may take places from now on.
    package let admission: ModelAdmission
    /// Called in the same savepoint after the change was made and its entry recorded.
    package let finish: @Sendable (_ tx: any StoreTransaction, _ entryID: String) throws -> Void

    package init(
        basis: JSONValue, admission: ModelAdmission = .open, finish: @escaping @Sendable (any StoreTransaction, String) throws -> Void = { _, _ in }
    ) {
        self.basis = basis
        self.admission = admission
        self.finish = finish
    }
}

/// The registry as MLflow has it: everything is allowed, and each entry says that no policy was asked.
package struct OpenGate: PromotionGate {
    package init() {}

    package func decide(
        _ change: RegistryChange, by actor: Principal, in tx: any StoreTransaction
    ) -> PromotionOutcome {
        .allowed(PromotionLeave(basis: ["decision": "no-policy"]))
    }

    package func requireAllowed(_ change: TagChange, by actor: Principal, in tx: any StoreSnapshot) {}
}
