/// Whether a record is in use. Deleting hides a record and keeps it, so that it can be restored.
package enum LifecycleStage: String, Sendable, CaseIterable {
    case active
    case deleted
}
