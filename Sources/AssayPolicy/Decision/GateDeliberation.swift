package import AssayTerms

/// What people said and agreed on beside approving, as far as a decision rests on it.
package struct GateDeliberation: Sendable {
    /// A "no", bound to what its speaker looked at.
    package struct Objection: Hashable, Sendable {
        package var objector: Text
        package var name: Text
        package var reason: Text
        package var binding: GateBinding

        package init(objector: Text, name: Text, reason: Text, binding: GateBinding) {
            self.objector = objector
            self.name = name
            self.reason = reason
            self.binding = binding
        }
    }

    /// What an approver asked for when a version of this model was promoted, and nobody has found done.
    package struct Condition: Hashable, Sendable {
        package var id: Text
        package var version: Text
        package var text: Text
        /// Seconds since 1970.
        package var dueAt: Int64

        package init(id: Text, version: Text, text: Text, dueAt: Int64) {
            self.id = id
            self.version = version
            self.text = text
            self.dueAt = dueAt
        }
    }

    /// That `delegate` fills the places `delegator` could fill in `role`, while both may approve.
    package struct Delegation: Hashable, Sendable {
        package var delegator: Text
        /// The name people know the delegator by.
        package var name: Text
        package var delegate: Text
        package var role: Text

        package init(delegator: Text, name: Text, delegate: Text, role: Text) {
            self.delegator = delegator
            self.name = name
            self.delegate = delegate
            self.role = role
        }
    }

    package var objections: [Objection]
    package var conditions: [Condition]
    package var delegations: [Delegation]

    package init(objections: [Objection] = [], conditions: [Condition] = [], delegations: [Delegation] = []) {
        self.objections = objections
        self.conditions = conditions
        self.delegations = delegations
    }
}
