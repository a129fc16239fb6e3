package import AssayTerms

/// A law, standard or guidance with its controls.
package struct ControlFramework: Hashable, Sendable {
    /// `eu-ai-act`.
    package var id: Text
    package var title: Text
    package var citation: Text
    /// The day up to which its facts were followed.
    package var asOf: CalendarDate
    /// In the order of the file.
    package var controls: [Control]
}
