import AssayTerms
import Synchronization

/// How much one request asks for: its rows, as soon as they are known, and what they cost. Refuses more rows than there may be.
package final class RequestMeter: Sendable {
    private struct State {
        var rows: Int64 = 0
        var explainedRows: Int64 = 0
        var modelMilliseconds: Int64 = 0
    }

    private let rowLimit: Int
    private let state = Mutex(State())

    package init(rowLimit: Int) { self.rowLimit = rowLimit }

    /// Called before rows are scored.
    ///
    /// - Throws: `badRequest` for more than there may be.
    func take(_ rows: Int, isExplained: Bool) throws(ServingFailure) {
        guard rows <= rowLimit else {
            throw .badRequest("The request has \(rows) rows, and at most \(rowLimit) may be asked at once. Send less, or several requests.")
        }
        state.withLock { state in
            // The same rows may be asked of a second version, for comparison, which is not the caller's to pay.
            state.rows = Int64(rows)
            state.explainedRows = isExplained ? Int64(rows) : 0
        }
    }

    /// Adds the time for which a model's own process was asked.
    package func note(modelMilliseconds: Int64) { state.withLock { $0.modelMilliseconds += max(0, modelMilliseconds) } }

    package var rows: Int64 { state.withLock { $0.rows } }
    package var explainedRows: Int64 { state.withLock { $0.explainedRows } }
    package var modelMilliseconds: Int64 { state.withLock { $0.modelMilliseconds } }
}
