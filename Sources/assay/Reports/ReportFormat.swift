import ArgumentParser
import AssayPages

/// The forms in which commands answer.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people at a terminal.
    case text
    /// For programs: an in-toto statement with the results beside.
    case json
    /// For CI systems.
    case junit
    /// For code hosts.
    case sarif
    /// For comments and summaries.
    case markdown
    /// One self-contained page.
    case html

    /// `report` in this form; `text` and `json` are each command's own.
    ///
    /// - Parameters:
    ///   - report: made only where the form is drawn from it.
    ///   - file: what SARIF's results point at.
    func bytes(
        text: () -> String, json: () throws -> [UInt8], report: () -> Report, file: String
    ) rethrows -> [UInt8] {
        switch self {
        case .text: Array(text().utf8)
        case .json: try json()
        case .junit: Array(JUnitReport.text(report()).utf8)
        case .sarif: SARIFReport.text(report(), file: file)
        case .markdown: Array(MarkdownReport.text(report()).utf8)
        case .html: Array(HTMLReport.text(report()).utf8)
        }
    }
}
