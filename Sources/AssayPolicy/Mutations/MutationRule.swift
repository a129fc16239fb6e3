package import AssayTerms

/// What holders of a role may change of a model's tags and aliases: grants add, rules subtract.
package struct MutationRule: Hashable, Sendable {
    /// What carries the tag or the alias. Aliases are the registered model's, as in MLflow.
    package enum Resource: String, Sendable, CaseIterable {
        case registeredModel = "registered-model"
        case modelVersion = "model-version"
    }

    /// Of the holders it binds, whatever other roles they have.
    package var role: Text
    package var resource: Resource
    /// What has to hold of the change itself.
    package var request: MutationCondition?
    /// What has to hold of what is changed, before it is.
    package var present: MutationCondition?

    package init(role: Text, resource: Resource, request: MutationCondition?, present: MutationCondition?) {
        self.role = role
        self.resource = resource
        self.request = request
        self.present = present
    }

    /// Why the change may not be made; `nil` where the rule lets it be.
    func refusal(of change: RegistryMutation) -> String? {
        guard change.resource == resource, change.roles.contains(role), !change.isSystemTag else { return nil }
        if let request, !request.holds(of: change) { return "holders of the role '\(role)' change it only where \(request.text)" }
        if let present, !present.holds(of: change) { return "holders of the role '\(role)' change it only while \(present.text)" }
        return nil
    }

    /// `data_scientist, registered-model: alias != 'champion'; while tags.frozen != 'yes'`.
    package var title: String {
        let parts = [request.map { $0.text.string }, present.map { "while \($0.text)" }].compactMap(\.self)
        return "\(role), \(resource.rawValue): \(parts.joined(separator: "; "))"
    }
}
