import AssayJSON
package import AssayTerms

/// That explained answers carry reasons by a table of reason codes that was frozen with the version.
package struct ReasonsDemand: Hashable, Sendable {
    /// The tables it has to be, by the SHA-256 of their bytes, ascending: none for whichever was frozen; of several a version can meet none.
    package let tables: [SHA256Digest]

    package init(tables: [SHA256Digest] = []) { self.tables = Set(tables).sorted { $0.hex < $1.hex } }

    /// What several policies demand together; `nil` where none demands any.
    init?(all: [ReasonsDemand]) {
        guard !all.isEmpty else { return nil }
        self.init(tables: all.flatMap(\.tables))
    }

    package static let anyTable = "required"

    /// What files are called that are taken for a model's table.
    package static let fileNames = ["reason-codes.yaml", "reason-codes.yml", "reason-codes.json"]

    package static func isTable(_ path: Text) -> Bool { path.string.split(separator: "/").last.map { fileNames.contains(String($0)) } ?? false }

    private static let prefix = "sha256:"

    /// `required`, or `sha256:` and the digest of the table, as policies write it.
    init?(word: Text) {
        if word.string == Self.anyTable {
            self.init()
            return
        }
        guard word.string.hasPrefix(Self.prefix), let digest = SHA256Digest(hex: String(word.string.dropFirst(Self.prefix.count))) else { return nil }
        self.init(tables: [digest])
    }

    /// As canonical policies and statements have it: the word; of several tables a list, which no policy has.
    var json: JSONValue {
        switch tables.count {
        case 0: .string(Self.anyTable)
        case 1: .string(Self.prefix + tables[0].hex)
        default: .array(tables.map { .string(Self.prefix + $0.hex) })
        }
    }

    init?(statement value: JSONValue) {
        if let word = value.string {
            self.init(word: Text(word))
            return
        }
        guard let list = value.array, list.count > 1 else { return nil }
        let demands = list.compactMap { $0.string.flatMap { ReasonsDemand(word: Text($0)) } }
        guard demands.count == list.count, demands.allSatisfy({ $0.tables.count == 1 }) else { return nil }
        self.init(tables: demands.flatMap(\.tables))
    }

    func isAtLeastAsStrict(as other: ReasonsDemand) -> Bool { Set(tables).isSuperset(of: other.tables) }

    /// `reasons by a frozen table`
    var demand: String {
        tables.isEmpty ? "reasons by a frozen table" : "reasons by the table \(tables.map { Self.prefix + $0.hex }.joined(separator: " and "))"
    }

    /// Whether a version with this table meets it; `nil` for a version without.
    package func isMet(by table: SHA256Digest?) -> Bool {
        guard let table else { return false }
        return tables.allSatisfy { $0 == table }
    }
}
