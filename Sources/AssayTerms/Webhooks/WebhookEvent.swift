/// What webhooks are told of: an entity and what became of it, written `entity.action`.
package enum WebhookEvent: String, Sendable, CaseIterable {
    // MLflow's
    case registeredModelCreated = "registered_model.created"
    case modelVersionCreated = "model_version.created"
    case modelVersionTagSet = "model_version_tag.set"
    case modelVersionTagDeleted = "model_version_tag.deleted"
    case modelVersionAliasCreated = "model_version_alias.created"
    case modelVersionAliasDeleted = "model_version_alias.deleted"
    case promptCreated = "prompt.created"
    case promptVersionCreated = "prompt_version.created"
    case promptTagSet = "prompt_tag.set"
    case promptTagDeleted = "prompt_tag.deleted"
    case promptVersionTagSet = "prompt_version_tag.set"
    case promptVersionTagDeleted = "prompt_version_tag.deleted"
    case promptAliasCreated = "prompt_alias.created"
    case promptAliasDeleted = "prompt_alias.deleted"
    /// Accepted, and never sent: there are no budgets here.
    case budgetPolicyExceeded = "budget_policy.exceeded"

    // Ours
    case registeredModelRenamed = "registered_model.renamed"
    case registeredModelDeleted = "registered_model.deleted"
    case modelVersionDeleted = "model_version.deleted"
    case modelVersionStageUpdated = "model_version_stage.updated"
    case modelVersionAliasUpdated = "model_version_alias.updated"
    case promotionRequestCreated = "promotion_request.created"
    case promotionRequestUpdated = "promotion_request.updated"
    case promotionRequestApproved = "promotion_request.approved"
    case gateAllowed = "gate.allowed"
    case gateRefused = "gate.refused"

    package var entity: String { String(rawValue.prefix { $0 != "." }) }
    package var action: String { String(rawValue.drop { $0 != "." }.dropFirst()) }

    /// Whether MLflow 3.17's clients know it. They fail on a webhook that lists an event they do not know.
    package var isMLflow: Bool {
        switch self {
        case .registeredModelCreated, .modelVersionCreated, .modelVersionTagSet, .modelVersionTagDeleted,
            .modelVersionAliasCreated, .modelVersionAliasDeleted, .promptCreated, .promptVersionCreated, .promptTagSet,
            .promptTagDeleted, .promptVersionTagSet, .promptVersionTagDeleted, .promptAliasCreated, .promptAliasDeleted,
            .budgetPolicyExceeded:
            true
        case .registeredModelRenamed, .registeredModelDeleted, .modelVersionDeleted, .modelVersionStageUpdated,
            .modelVersionAliasUpdated, .promotionRequestCreated, .promotionRequestUpdated, .promotionRequestApproved,
            .gateAllowed, .gateRefused:
            false
        }
    }
}

extension WebhookEvent: Comparable {
    /// By entity, then by action.
    package static func < (left: WebhookEvent, right: WebhookEvent) -> Bool {
        (left.entity, left.action) < (right.entity, right.action)
    }
}
