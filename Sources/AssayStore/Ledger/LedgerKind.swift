/// Kinds of entries that the store itself tells apart.
package enum LedgerKind {
    /// There is one or more for every run, so what goes through decisions leaves them out.
    package static let runSeal = "run.sealed"
}
