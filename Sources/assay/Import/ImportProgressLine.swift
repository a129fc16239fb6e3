import AssayServing
import AssayWorkflows
import Glibc
import Synchronization

/// A line on standard error that says how far an import is: rewritten on a terminal, one a phase elsewhere.
final class ImportProgressLine: Sendable {
    private struct State {
        var phase: ImportProgress.Phase?
        var shownSeconds = 0.0
        var isShown = false
    }

    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let state = Mutex(State())

    func show(_ progress: ImportProgress) {
        state.withLock { state in
            let isNewPhase = state.phase != progress.phase
            state.phase = progress.phase
            guard isTerminal else {
                if isNewPhase { Self.write("assay: \(progress.phase.rawValue)\n") }
                return
            }
            let now = SystemClock.seconds()
            guard isNewPhase || now - state.shownSeconds > 0.1 else { return }
            state.shownSeconds = now
            state.isShown = true
            let of = progress.total.map { " of \(NumberText.grouped(Int($0)))" } ?? ""
            Self.write("\r\u{1B}[K\(progress.phase.rawValue): \(NumberText.grouped(Int(progress.done)))\(of)")
        }
    }

    /// Removes the line.
    func clear() {
        state.withLock { state in
            if state.isShown { Self.write("\r\u{1B}[K") }
            state.isShown = false
        }
    }

    private static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
