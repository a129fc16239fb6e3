package import AssayTerms

/// What is not settled and needs legal confirmation.
package struct OpenUncertainty: Hashable, Sendable {
    package var id: Int
    package var text: Text
}
