/// A report as GitHub's workflow commands, which show each finding at the changed file and in the summary of the job.
///
/// What failed or could not be judged is an error, what was waived a warning, the whole a notice. What passed is not repeated.
///
/// - Source: GitHub, "Workflow commands for GitHub Actions", setting an error message.
package enum GitHubReport {
    /// - Parameter file: what the annotations point at, by a path relative to the repository.
    package static func text(_ report: Report, file: String) -> String {
        var lines = report.findings.compactMap { finding -> String? in
            let level: String
            switch finding.outcome {
            case .fail, .incomplete: level = "error"
            case .waived: level = "warning"
            case .pass, .skipped: return nil
            }
            let place = finding.place.isEmpty ? "" : " (\(finding.place))"
            let words = finding.message + (finding.remedy.map { " → " + $0 } ?? "")
            return "::\(level) file=\(property(file)),title=\(property(finding.id + place))::\(message(words))"
        }
        if let verdict = report.verdict {
            lines.append("::notice title=\(property(report.title))::\(message("\(verdict.outcome.rawValue): \(verdict.sentence)"))")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// Text that cannot end its line, and so cannot begin a command of its own.
    private static func message(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": escaped += "%25"
            case "\r": escaped += "%0D"
            case "\n": escaped += "%0A"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func property(_ text: String) -> String {
        message(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}
