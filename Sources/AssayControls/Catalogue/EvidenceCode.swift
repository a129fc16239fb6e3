package import AssayTerms

/// A kind of proof that controls ask for, and what of ours produces it.
package struct EvidenceCode: Hashable, Sendable {
    package var id: Text
    package var title: Text
    /// Ids of checks, or `family.*`.
    package var checks: [Text] = []
    package var records: [RecordKind] = []

    /// Whether anything but an attested record can show it.
    package var isProduced: Bool { !checks.isEmpty || !records.isEmpty }

    package func isShown(byCheck id: Text) -> Bool {
        checks.contains { $0.string.hasSuffix(".*") ? id.string.hasPrefix($0.string.dropLast()) : $0 == id }
    }
}
