package import AssayTerms

/// The checks that exist, as they are handed in; policies know them by id only.
package struct Catalogue: Sendable {
    /// Sorted by id.
    package let descriptors: [CheckDescriptor]

    /// Why a condition on rows cannot be read; `nil` where it can.
    package let problemOfRows: @Sendable (Text) -> String?

    package init(_ descriptors: [CheckDescriptor], problemOfRows: @escaping @Sendable (Text) -> String? = { _ in nil }) {
        self.problemOfRows = problemOfRows
        self.descriptors = descriptors.sorted { $0.id < $1.id }
    }

    package subscript(id: String) -> CheckDescriptor? { descriptors.first { $0.id == id } }

    package var ids: [String] { descriptors.map(\.id) }
}
