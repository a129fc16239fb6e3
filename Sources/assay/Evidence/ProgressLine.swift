import AssayServing
import Glibc

/// A line on a terminal's standard error that says how many rows were read, once that takes over a second.
struct ProgressLine {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let start = SystemClock.seconds()
    private var isShown = false

    mutating func show(rows: Int) {
        guard isTerminal, SystemClock.seconds() - start > 1 else { return }
        Self.write("\r\(NumberText.grouped(rows)) rows")
        isShown = true
    }

    /// Removes the line.
    mutating func clear() {
        guard isShown else { return }
        Self.write("\r\u{1B}[K")
        isShown = false
    }

    private static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
