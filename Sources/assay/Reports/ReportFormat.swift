import ArgumentParser
import AssayPages
import AssayTerms

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
    /// For summaries of jobs: everything.
    case markdown
    /// For a comment on a change: what stands in the way, in a few lines.
    case comment
    /// For GitHub's workflows: annotations.
    case github
    /// For GitLab's merge requests: a code quality report.
    case gitlab
    /// One self-contained page.
    case html

    /// `report` in this form; `text` and `json` are each command's own.
    ///
    /// - Parameters:
    ///   - report: made only where the form is drawn from it.
    ///   - file: what results and annotations point at.
    func bytes(
        text: () -> String, json: () throws(AssayError) -> [UInt8], report: () -> Report, file: String
    ) throws(AssayError) -> [UInt8] {
        switch self {
        case .text: Array(text().utf8)
        case .json: try json()
        case .junit: Array(JUnitReport.text(report()).utf8)
        case .sarif: SARIFReport.text(report(), file: file)
        case .markdown: Array(MarkdownReport.text(report()).utf8)
        case .comment: Array(CommentReport.text(report()).utf8)
        case .github: Array(GitHubReport.text(report(), file: file).utf8)
        case .gitlab: CodeQualityReport.text(report(), file: file)
        case .html: Array(HTMLReport.text(report()).utf8)
        }
    }
}
