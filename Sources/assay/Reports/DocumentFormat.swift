import ArgumentParser

/// The forms of answers that are read rather than judged.
enum DocumentFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people at a terminal.
    case text
    /// For comments and pages.
    case markdown
    /// For programs.
    case json
}
