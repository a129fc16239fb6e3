/// Whether a webhook is told of what happens. The raw values are MLflow's.
package enum WebhookStatus: String, Sendable, CaseIterable {
    case active = "ACTIVE"
    case disabled = "DISABLED"
}
