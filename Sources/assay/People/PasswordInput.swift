import AssayTerms
import Foundation

/// Passwords as they come to a command: on standard input, never as an argument that others on the machine could read.
enum PasswordInput {
    /// The first lines of standard input, without their line ends.
    static func lines(_ count: Int, naming what: String) throws -> [String] {
        var lines: [String] = []
        while lines.count < count, let line = readLine(strippingNewline: true) { lines.append(line) }
        guard lines.count == count, lines.allSatisfy({ !$0.isEmpty }) else {
            throw AssayError(.invalidArgument, "Standard input needs \(what).")
        }
        return lines
    }
}
