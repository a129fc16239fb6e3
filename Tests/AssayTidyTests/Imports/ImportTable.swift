/// Who may import whom, read from docs/design/architecture.md: the page that people read is the table that is held.
struct ImportTable {
    struct Row {
        let target: String
        let ours: Set<String>
        let outside: Set<String>
    }

    /// What a name in the page's last column lets a target import.
    static let modules: [String: Set<String>] = [
        "swift-crypto": ["Crypto"],
        // The part of the same package with scrypt and RSA.
        "CryptoExtras": ["CryptoExtras"],
        "swift-numerics": ["RealModule"],
        // Yams carries libYAML as CYaml; the policy reader uses its events (docs/design/policy.md says why).
        "Yams": ["Yams", "CYaml"],
        "GRDB": ["GRDB", "GRDBSQLite"],
        "swift-log": ["Logging"],
        "mustache": ["Mustache"],
        // Hummingbird's own types come from these.
        "Hummingbird": ["Hummingbird", "HTTPTypes", "NIOCore", "NIOPosix", "NIOHTTP1", "NIOHTTPTypes", "HummingbirdCore"],
        "service-lifecycle": ["ServiceLifecycle", "UnixSignals"],
        "async-http-client": ["AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOPosix"],
        "argument-parser": ["ArgumentParser"],
        "swift-nio-ssl": ["NIOSSL"],
        "grpc-swift-2": ["GRPCCore", "GRPCNIOTransportHTTP2Posix"],
    ]

    /// What comes with the compiler or the system. Rooms that compute, decide or write text know no files and no clock.
    static let system: [String: Set<String>] = [
        // Unicode's compatibility form of passwords.
        "AssayCanonical": ["Foundation"],
        "AssayColumns": ["Synchronization"],
        "AssayData": ["Synchronization", "Dispatch", "Glibc"],
        "AssayModels": ["Synchronization", "Glibc", "Darwin"],
        "AssayForeign": ["Synchronization", "Glibc"],
        "AssayExplain": ["Synchronization"],
        "AssayEvidence": ["Synchronization", "Glibc", "Foundation"],
        "AssayLedger": ["Synchronization", "Dispatch", "Glibc"],
        // The verifier reads files itself, with nothing of ours.
        "AssayLedgerCheck": ["Foundation", "Glibc", "Synchronization"],
        "assay-verify": ["Glibc"],
        "AssayServing": ["Synchronization", "Glibc"],
        "AssayStore": ["Synchronization", "Dispatch", "Glibc"],
        "AssayStoreSQLite": ["Synchronization", "Dispatch", "Foundation"],
        "AssayImport": ["Synchronization", "Dispatch", "Foundation", "Glibc"],
        "AssayServer": ["Synchronization", "Foundation", "Glibc"],
        "AssayWorkflows": ["Synchronization"],
        "assay": ["Synchronization", "Dispatch", "Foundation", "Glibc"],
    ]

    let rows: [Row]

    /// Rows are the lines `| targets | what | ours | outside |` whose first cell is in backticks.
    init(markdown: String) {
        rows = markdown.split(separator: "\n").flatMap { line -> [Row] in
            let cells = line.split(separator: "|").map { $0.trimmed }
            guard line.hasPrefix("|"), cells.count == 4, cells[0].hasPrefix("`") else { return [] }
            let targets = cells[0].split(separator: ",").map { $0.trimmed.filter { $0 != "`" } }
            let ours = Set(
                cells[2].split(separator: ",").map(\.trimmed).filter { $0 != "–" }.map {
                    $0.hasPrefix("C") && !["Canonical", "Columns", "Controls"].contains($0) ? $0 : "Assay" + $0
                })
            let outside = cells[3].split(separator: ",").map(\.trimmed).reduce(into: Set<String>()) {
                $0.formUnion(Self.modules[$1] ?? [])
            }
            return targets.map { Row(target: $0, ours: ours, outside: outside) }
        }
    }

    func findings(in file: Repository.File) -> [Finding] {
        let parts = file.path.split(separator: "/")
        guard parts.count > 2, parts[0] == "Sources" else { return [] }
        let target = String(parts[1])
        guard let row = rows.first(where: { $0.target == target }) else {
            return [Finding(path: file.path, line: 1, message: "\(target) is not in docs/design/architecture.md")]
        }
        // Drivers, clock, ids and logger are picked in the executable, which may import every room.
        let isExecutable = target == "assay"
        var allowed = row.ours.union(row.outside).union(Self.system[target] ?? [])
        allowed.insert(target)
        return SwiftText(file.text).lines.compactMap { line in
            guard let module = Self.importedModule(line.code), !allowed.contains(module) else { return nil }
            if isExecutable, module.hasPrefix("Assay") || module == "CSandbox" { return nil }
            return Finding(path: file.path, line: line.number, message: "\(target) may not import \(module)")
        }
    }

    /// The top-level module of an import line, `nil` for any other line.
    static func importedModule(_ code: String) -> String? {
        var words = code.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
        while let first = words.first, first.hasPrefix("@") || accessWords.contains(first) { words.removeFirst() }
        guard words.first == "import", words.count >= 2 else { return nil }
        words.removeFirst()
        if words.count == 2, kindWords.contains(words[0]) { words.removeFirst() }
        return words[0].split(separator: ".").first.map(String.init)
    }

    private static let accessWords: Set<String> = ["public", "package", "internal", "fileprivate", "private"]
    private static let kindWords: Set<String> = [
        "struct", "class", "enum", "protocol", "typealias", "func", "var", "let",
    ]
}

extension Substring {
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
