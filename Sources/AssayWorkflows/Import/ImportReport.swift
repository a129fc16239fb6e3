package import AssayStore
package import AssayTerms
import Synchronization

/// What an import did and found, collected while it goes on.
package final class ImportReport: Sendable {
    private struct State {
        var problems: [ImportProblem] = []
        var known: Set<ImportProblem> = []
        var notes: [Text] = []
        var withheld: [Text] = []
        var differences: [ImportProblem] = []
        var created = ImportTally()
        var updated = ImportTally()
        var atSource = ImportTally()
        var here = ImportTally()
        var inventory = ImportInventory()
        var verifiedRecords: Int64 = 0
        var digest: SHA256Digest?
    }

    private let state = Mutex(State())

    package init() {}

    /// What could not be brought over as it stands, each once, in the order it was found.
    package var problems: [ImportProblem] { state.withLock { $0.problems } }
    /// What was brought over in another way than it stood: ids and names that were taken.
    package var notes: [Text] { state.withLock { $0.notes } }
    /// Places that a gate did not let a version take.
    package var withheld: [Text] { state.withLock { $0.withheld } }
    /// What is not the same here as at the source.
    package var differences: [ImportProblem] { state.withLock { $0.differences } }
    /// Records made by this import.
    package var created: ImportTally { state.withLock { $0.created } }
    /// Records that were here and were changed by it.
    package var updated: ImportTally { state.withLock { $0.updated } }
    /// What the verification read at the source, and here.
    package var atSource: ImportTally { state.withLock { $0.atSource } }
    package var here: ImportTally { state.withLock { $0.here } }
    package var inventory: ImportInventory { state.withLock { $0.inventory } }
    /// How many records the verification compared.
    package var verifiedRecords: Int64 { state.withLock { $0.verifiedRecords } }
    /// Over the digests of everything that was compared, as it is here.
    package var digest: SHA256Digest? { state.withLock { $0.digest } }

    package var hasChanges: Bool { state.withLock { $0.created != ImportTally() || $0.updated != ImportTally() } }

    /// Whether everything came over, and is here as it is there.
    package var isWhole: Bool { state.withLock { $0.problems.isEmpty && $0.withheld.isEmpty && $0.differences.isEmpty } }

    func note(_ problems: [ImportProblem]) {
        state.withLock { state in
            for problem in problems where state.known.insert(problem).inserted { state.problems.append(problem) }
        }
    }

    func note(_ object: Text, _ message: String) { note([ImportProblem(object, Text(message))]) }

    func noteMapping(_ text: String) {
        state.withLock { state in
            if !state.notes.contains(Text(text)) { state.notes.append(Text(text)) }
        }
    }

    func noteWithheld(_ text: String) { state.withLock { $0.withheld.append(Text(text)) } }
    func noteDifference(_ object: Text, _ message: String) {
        state.withLock { $0.differences.append(ImportProblem(object, Text(message))) }
    }

    func count(created kind: ImportKind, _ count: Int64 = 1) { state.withLock { $0.created[kind] += count } }
    func count(updated kind: ImportKind, _ count: Int64 = 1) { state.withLock { $0.updated[kind] += count } }
    func count(atSource tally: ImportTally) { state.withLock { $0.atSource.add(tally) } }
    func count(here tally: ImportTally) { state.withLock { $0.here.add(tally) } }
    func countVerified() { state.withLock { $0.verifiedRecords += 1 } }
    func keep(_ inventory: ImportInventory) { state.withLock { $0.inventory = inventory } }
    func keep(digest: SHA256Digest) { state.withLock { $0.digest = digest } }
}
