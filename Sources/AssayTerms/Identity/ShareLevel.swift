/// What one user may do with one experiment or registered model: MLflow's permissions, by its words (3.17,
/// `mlflow.server.auth.permissions`), as verbs of ours. The raw values are stored and stand in the log.
package enum ShareLevel: String, Sendable, CaseIterable {
    case read = "READ"
    /// MLflow lets it call endpoints; there are none of its kind here, so it is reading.
    case use = "USE"
    case edit = "EDIT"
    /// What whoever makes an experiment or model has on it.
    case manage = "MANAGE"

    /// The levels that a share must have for the verb; empty where sharing never gives it.
    package static func levels(for verb: Permission) -> [ShareLevel] {
        switch verb {
        case .read: [.read, .use, .edit, .manage]
        case .log, .register: [.edit, .manage]
        case .delete, .share: [.manage]
        default: []
        }
    }
}
