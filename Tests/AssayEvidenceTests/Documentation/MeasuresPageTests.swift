import AssayEvidence
import AssayTerms
import Foundation
import Testing

/// The goal: docs/measures.md says what this build computes. The method: it is compared with what the catalogue prints.
@Suite struct MeasuresPageTests {
    @Test func thePageIsCurrent() throws {
        // Tests/AssayEvidenceTests/Documentation/MeasuresPageTests.swift
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        let page = try String(contentsOf: root.appendingPathComponent("docs/measures.md"), encoding: .utf8)
        #expect(page == MeasuresPage.text(), "write it anew: assay measures-page > docs/measures.md")
    }

    @Test func everyCheckHasARow() {
        let rows = MeasuresPage.text().split(separator: "\n")
        for descriptor in CheckCatalogue.descriptors {
            #expect(rows.contains { $0.hasPrefix("| `\(descriptor.id)`") && $0.contains(descriptor.sentence) })
        }
    }
}
