package import AssayTerms

/// What a file belongs to.
package struct FileOwner: Hashable, Sendable {
    /// The raw values are stored.
    package enum Kind: String, Sendable, CaseIterable {
        case run
        case loggedModel
        /// A frozen list: written once when the version is made, then only erased.
        case modelVersion
        /// The list of the run a version came from, frozen with the version: its evaluation tables are there.
        case modelVersionRun
        /// The one file that a paper of a dossier names by its digest.
        case paper

        /// Whether the list is written once, by copying, and never changed after.
        package var isFrozen: Bool { self == .modelVersion || self == .modelVersionRun }
    }

    package let kind: Kind
    package let id: Text

    package init(_ kind: Kind, id: Text) {
        self.kind = kind
        self.id = id
    }
}
