import ArgumentParser

/// The forms of answers that are never drawn.
enum AnswerFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}
