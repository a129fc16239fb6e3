package import AssayTerms

/// Where facts about controls come from.
package struct ControlSource: Hashable, Sendable {
    package var id: Text
    package var title: Text
    /// Of the page or of its last check, as far as it is known: `2026-05..07`.
    package var date: Text
}
