package import AssayTerms

/// Everything that is wrong with a policy's text, in the order of the text.
package struct PolicyProblems: Error, Sendable {
    package struct Problem: Hashable, Sendable {
        package var position: SourcePosition
        /// What is wrong and what would be right.
        package var message: String

        package init(position: SourcePosition, message: String) {
            self.position = position
            self.message = message
        }
    }

    /// Never empty.
    package let problems: [Problem]

    package init(_ problems: [Problem]) {
        precondition(!problems.isEmpty, "a list of problems is empty")
        self.problems = problems
    }

    /// The problems in the order of the text, and of one place in the order in which they were found.
    init(sorting problems: [Problem]) {
        self.init(
            problems.enumerated().sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }.map(\.element))
    }

    /// `FILE:LINE:COLUMN: error: MESSAGE`, one line a problem, as compilers write it.
    package func lines(file: String) -> [String] {
        problems.map { "\(file):\($0.position): error: \($0.message)" }
    }

    package func error(file: String) -> AssayError {
        AssayError(.invalidArgument, lines(file: file).joined(separator: "\n"))
    }
}
