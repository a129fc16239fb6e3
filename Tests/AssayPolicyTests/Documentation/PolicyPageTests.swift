import AssayPolicy
import AssayTerms
import Foundation
import Testing

/// The policies that people copy must be good ones: those of docs/policy.md and of the example are read as they stand.
struct PolicyPageTests {
    private func text(_ path: String) throws -> String {
        // Tests/AssayPolicyTests/Documentation/PolicyPageTests.swift
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The YAML blocks of a page that hold whole policies.
    private func policies(in page: String) -> [String] { blocks(of: page).filter { $0.hasPrefix("assay:") } }

    private func blocks(of page: String) -> [String] {
        var blocks: [String] = []
        var current: [Substring]?
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "```yaml" {
                current = []
            } else if line == "```", let lines = current {
                blocks.append(lines.joined(separator: "\n"))
                current = nil
            } else {
                current?.append(line)
            }
        }
        return blocks
    }

    @Test func theLanguagesPage() throws {
        let blocks = policies(in: try text("docs/policy.md"))
        #expect(blocks.count == 10)
        for block in blocks { #expect(Fixtures.problems(block) == [], "\(block)") }
        #expect(try Fixtures.read(blocks[0]).checks.count == 5)
    }

    /// The page's cases hold of the page's first policy.
    @Test func theLanguagesCases() throws {
        let page = try text("docs/policy.md")
        let policy = try Fixtures.read(policies(in: page)[0])
        let source = try #require(blocks(of: page).first { $0.contains("\nassay: policy-test/v1\n") })
        let cases = try PolicyTestReader.read(Array(source.utf8), policy: policy, catalogue: Fixtures.catalogue)
        #expect(cases.count == 2)
        for tried in cases {
            let outcome = tried.run(policy, settings: .shipped(), catalogue: Fixtures.catalogue)
            #expect(outcome.problems == [], "\(tried.name)")
        }
    }

    @Test func theLoanExample() throws {
        let policy = try Fixtures.read(try text("examples/loans/policy.yaml"))
        #expect(policy.scope.selects(names: ["loan-approval"], tier: nil, target: .stage("Production")))
        #expect(policy.separatesDuties)
    }

    /// A page with a mistake in it would be noticed.
    @Test func canFail() {
        let blocks = policies(in: "a\n```yaml\nassay: policy/v1\nname: p\n```\n```yaml\nother: 1\n```\n")
        #expect(blocks == ["assay: policy/v1\nname: p"])
        #expect(!Fixtures.problems(blocks[0]).isEmpty)
    }
}
