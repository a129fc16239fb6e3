package import AssayTerms
import Synchronization

/// The distinct texts of one column, in order of first appearance. It only grows, and a code keeps its meaning,
/// so all blocks of a column share one dictionary while it is still being filled.
package final class TextDictionary: Sendable {
    private struct State {
        var texts: [Text] = []
        var codes: [Text: Int32] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    package convenience init(_ texts: [Text]) {
        self.init()
        for text in texts { _ = code(for: text) }
    }

    package var count: Int { state.withLock { $0.texts.count } }

    /// The code of `text`, adding it if it is new.
    package func code(for text: Text) -> Int32 {
        state.withLock { state in
            if let code = state.codes[text] { return code }
            let code = Int32(state.texts.count)
            state.texts.append(text)
            state.codes[text] = code
            return code
        }
    }

    /// The code of `text`, or `nil` where no row had it.
    package func existingCode(for text: Text) -> Int32? { state.withLock { $0.codes[text] } }

    package subscript(code: Int32) -> Text { state.withLock { $0.texts[Int(code)] } }

    /// All texts so far, by code.
    package var texts: [Text] { state.withLock { $0.texts } }
}
