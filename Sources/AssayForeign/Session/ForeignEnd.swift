/// How a model's process ended, and the head of what it wrote; for logs, never for a client.
package struct ForeignEnd: Error, Sendable, CustomStringConvertible {
    /// Whether a limit of processor time or memory ended it.
    package var isAtLimit = false
    /// Whether it was ended because an exchange took too long.
    package var isLate = false
    /// In words; empty where nobody knows.
    package var reason = ""
    package var log = ""

    package init(isAtLimit: Bool = false, reason: String = "", log: String = "") {
        self.isAtLimit = isAtLimit
        self.reason = reason
        self.log = log
    }

    package var description: String { log }
}
