/// What an import is doing, told often; the listener decides what to show.
package struct ImportProgress: Sendable {
    package enum Phase: String, Sendable {
        case experiments = "experiments"
        case runs = "runs"
        case loggedModels = "logged models"
        case files = "files of runs and logged models"
        case registry = "registered models"
        case verification = "verification"
    }

    package let phase: Phase
    /// Records of the phase that are done.
    package let done: Int64
    /// Of how many, where that is known.
    package let total: Int64?

    package init(phase: Phase, done: Int64, total: Int64?) {
        self.phase = phase
        self.done = done
        self.total = total
    }
}
