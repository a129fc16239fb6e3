import Testing

/// Boundaries are targets, and imports prove them: every import of every source file is held against the table in
/// docs/design/architecture.md.
struct ImportTableTests {
    private func table() throws -> ImportTable {
        ImportTable(markdown: try #require(Repository.file("docs/design/architecture.md")).text)
    }

    @Test func everyImportIsInTheTable() throws {
        let table = try table()
        let files = Repository.files(in: ["Sources"], endingWith: [".swift"])
        #expect(files.count > 20)
        for finding in files.flatMap(table.findings) { Issue.record("\(finding)") }
    }

    @Test func theTableIsRead() throws {
        let table = try table()
        #expect(table.rows.count >= 20)
        let policy = try #require(table.rows.first { $0.target == "AssayPolicy" })
        #expect(policy.ours == ["AssayTerms", "AssayCanonical", "AssayJSON"])
        #expect(policy.outside == ["Yams", "CYaml"])
        let data = try #require(table.rows.first { $0.target == "AssayData" })
        #expect(data.ours.isSuperset(of: ["CArrow", "AssayColumns"]))
        #expect(table.rows.first { $0.target == "AssayLedgerCheck" }?.outside == ["Crypto"])
    }

    /// The two cuts that matter most stay cut, whatever the page says.
    @Test func theCutsThatMatterMost() throws {
        let table = try table()
        let pure = ["AssayTerms", "AssayJSON", "AssayColumns", "AssayMetrics", "AssayPolicy", "AssayLedgerFormat"]
        for name in pure {
            let row = try #require(table.rows.first { $0.target == name })
            #expect(
                row.ours.isDisjoint(with: ["AssayStore", "AssayStoreSQLite", "AssayPages", "AssayServer", "AssayData"]))
            #expect(ImportTable.system[name, default: []].isSubset(of: ["Synchronization"]))
        }
        let check = try #require(table.rows.first { $0.target == "AssayLedgerCheck" })
        #expect(check.ours.allSatisfy { !table.rows.map(\.target).contains($0) })
        let pages = try #require(table.rows.first { $0.target == "AssayPages" })
        #expect(pages.ours == ["AssayTerms"])
    }

    @Test(arguments: [
        ("import Foundation", "Foundation"), ("package import AssayTerms", "AssayTerms"),
        ("@preconcurrency internal import struct Foundation.Data", "Foundation"), ("  import  NIOCore", "NIOCore"),
        ("let important = 1", ""), ("importer()", ""), ("// import Foundation", ""), ("\"import Foundation\"", ""),
    ])
    func importLines(_ line: String, _ module: String) throws {
        let code = try #require(SwiftText(line).lines.first).code
        #expect(ImportTable.importedModule(code) ?? "" == module)
    }

    @Test(arguments: [
        ("Sources/AssayPolicy/A/B.swift", "import AssayStore", 1),
        ("Sources/AssayPolicy/A/B.swift", "import Foundation", 1),
        ("Sources/AssayPolicy/A/B.swift", "import CYaml\nimport AssayTerms", 0),
        ("Sources/AssayMetrics/A/B.swift", "\npackage import AssayPages", 1),
        ("Sources/AssayLedgerCheck/A/B.swift", "import AssayTerms", 1),
        ("Sources/assay/A/B.swift", "import AssayStoreSQLite", 0),
        ("Sources/assay/A/B.swift", "import GRDB", 1), ("Sources/AssayNew/A/B.swift", "let a = 1", 1),
    ])
    func canFail(_ path: String, _ text: String, _ count: Int) throws {
        #expect(try table().findings(in: Repository.File(path: path, text: text)).count == count)
    }
}
