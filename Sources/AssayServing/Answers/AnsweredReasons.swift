package import AssayExplain
package import AssayJSON
package import AssayTerms

/// The reasons of a block's rows, with the table they are of.
package struct AnsweredReasons: Sendable {
    /// Of the table's bytes.
    package let digest: SHA256Digest
    let name: Text
    let version: Text
    package let rows: [ReasonTable.RowReasons]

    init(_ table: ReasonTable, _ rows: [ReasonTable.RowReasons]) {
        digest = table.digest
        name = table.codes.name
        version = table.codes.version
        self.rows = rows
    }

    /// `[{"code", "text", "contribution", "features"}]`; what inputs that are never named did is not told.
    package func json(_ row: Int) -> JSONValue { rows[row].json }

    /// `AA01 AA03`, as records keep it; empty where nothing counts against the row.
    package func codes(_ row: Int) -> Text { Text(rows[row].reasons.map(\.code.string).joined(separator: " ")) }

    static func table(_ table: ReasonTable) -> JSONValue {
        [
            "name": .string(table.codes.name.string), "version": .string(table.codes.version.string), "sha256": .string(table.digest.hex),
        ]
    }

    package static let field = "Assay-Reason-Codes"

    /// `Assay-Reason-Codes: sha256:…` on answers whose rows have reasons.
    package static func headers(_ scored: [ScoredRows]) -> [(name: String, value: String)] {
        scored.lazy.compactMap(\.reasons).first.map { [(name: field, value: "sha256:\($0.digest.hex)")] } ?? []
    }
}
