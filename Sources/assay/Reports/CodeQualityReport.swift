import AssayCanonical
import AssayJSON
import AssayPages
import AssayTerms

/// What stands in the way as GitLab's code quality report, which merge requests show beside the changed files.
///
/// - Source: GitLab, "Code Quality", the format of reports: description, check name, fingerprint, severity, path and first line.
enum CodeQualityReport {
    /// - Parameter file: what the findings point at, by a path relative to the repository.
    static func text(_ report: Report, file: String) -> [UInt8] {
        let issues = report.findings.compactMap { finding -> JSONValue? in
            let severity: String
            switch finding.outcome {
            case .fail: severity = "critical"
            case .incomplete: severity = "major"
            case .waived: severity = "minor"
            case .pass, .skipped: return nil
            }
            // The same finding of another run is the same finding, whatever its numbers are.
            let identity = SHA256Hasher.digest(of: Array("\(file)\u{0}\(finding.id)\u{0}\(finding.place)".utf8))
            let place = finding.place.isEmpty ? "" : " (\(finding.place))"
            let words = "\(finding.id)\(place): \(finding.message)" + (finding.remedy.map { " → " + $0 } ?? "")
            return [
                "description": .string(words), "check_name": .string(finding.id), "fingerprint": .string(identity.hex),
                "severity": .string(severity), "location": ["path": .string(file), "lines": ["begin": 1]],
            ]
        }
        return JSONValue.array(issues).bytes(pretty: true) + [UInt8(ascii: "\n")]
    }
}
