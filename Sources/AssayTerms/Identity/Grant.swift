/// One line of a role: verbs that are allowed on a resource, or denied. A denial wins over every allowance.
package struct Grant: Hashable, Sendable, Comparable {
    package enum Effect: String, Sendable, CaseIterable {
        case allow
        case deny
    }

    package let effect: Effect
    /// Sorted, without repeats.
    package let verbs: [Permission]
    package let resource: Resource

    package init(_ effect: Effect, _ verbs: some Sequence<Permission>, on resource: Resource) {
        self.effect = effect
        self.verbs = Set(verbs).sorted { $0.rawValue < $1.rawValue }
        self.resource = resource
    }

    /// `allow read,register on model:loan-*`
    package var text: Text {
        Text("\(effect.rawValue) \(verbs.map(\.rawValue).joined(separator: ",")) on \(resource.text)")
    }

    package static func < (left: Grant, right: Grant) -> Bool { left.text < right.text }
}
