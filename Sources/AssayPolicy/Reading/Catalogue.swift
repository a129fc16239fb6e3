package import AssayTerms

/// The checks that exist, as they are handed in; policies know them by id only.
package struct Catalogue: Sendable {
    /// Sorted by id.
    package let descriptors: [CheckDescriptor]
    private let byID: [Text: CheckDescriptor]

    /// Why a condition on rows cannot be read; `nil` where it can.
    package let problemOfRows: @Sendable (Text) -> String?
    /// Why a document that a check takes as an option cannot be read; `nil` where it can.
    package let problemOfDocument: @Sendable (_ check: String, Text) -> String?

    package init(
        _ descriptors: [CheckDescriptor], problemOfRows: @escaping @Sendable (Text) -> String? = { _ in nil },
        problemOfDocument: @escaping @Sendable (_ check: String, Text) -> String? = { _, _ in nil }
    ) {
        self.problemOfRows = problemOfRows
        self.problemOfDocument = problemOfDocument
        self.descriptors = descriptors.sorted { $0.id < $1.id }
        byID = Dictionary(self.descriptors.map { (Text($0.id), $0) }) { first, _ in first }
    }

    package subscript(id: String) -> CheckDescriptor? { byID[Text(id)] }

    package var ids: [String] { descriptors.map(\.id) }
}
