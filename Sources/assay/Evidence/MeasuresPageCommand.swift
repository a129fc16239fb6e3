import ArgumentParser
import AssayEvidence

/// Writes docs/measures.md anew: `assay measures-page > docs/measures.md`.
struct MeasuresPageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measures-page", abstract: "Print the page of all measures.", shouldDisplay: false)

    func run() throws {
        try StandardOutput.write(Array(MeasuresPage.text().utf8))
    }
}
