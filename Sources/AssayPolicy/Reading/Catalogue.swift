package import AssayTerms

/// The checks that exist, as they are handed in; policies know them by id only.
package struct Catalogue: Sendable {
    /// Sorted by id.
    package let descriptors: [CheckDescriptor]

    package init(_ descriptors: [CheckDescriptor]) {
        self.descriptors = descriptors.sorted { $0.id < $1.id }
    }

    package subscript(id: String) -> CheckDescriptor? { descriptors.first { $0.id == id } }

    package var ids: [String] { descriptors.map(\.id) }
}
