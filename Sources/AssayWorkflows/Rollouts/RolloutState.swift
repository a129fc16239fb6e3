package import AssayTerms

/// The states of a rollout, as its paper has them.
package enum RolloutState {
    package static let running: Text = "running"
    /// Its candidate took the targets.
    package static let promoted: Text = "promoted"
    /// Its candidate was worse, or somebody said so.
    package static let rolledBack: Text = "rolled-back"
    /// Somebody ended it, or what it compared with is not there any more.
    package static let stopped: Text = "stopped"
}
