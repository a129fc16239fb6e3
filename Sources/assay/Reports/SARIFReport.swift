import AssayEvidence
import AssayJSON
import AssayPages
import AssayTerms

/// Findings as SARIF 2.1.0, which code hosts show beside the changed files: a rule for each check, a result for each finding.
/// What passed is a result too, of the kind `pass`, so that a reader can tell it from what was not judged.
enum SARIFReport {
    /// - Parameter file: what the results point at, by a path relative to the repository: the policy, else the data.
    static func text(_ report: Report, file: String) -> [UInt8] {
        var ids: [String] = []
        var rules: [JSONValue] = []
        for finding in report.findings where !ids.contains(finding.id) {
            ids.append(finding.id)
            rules.append(rule(finding))
        }
        let driver: JSONObject = [
            "name": .string("assay"), "version": .string(AssayVersion.current), "rules": .array(rules),
        ]
        var facts: JSONObject = [:]
        // A log of the same findings is the same, whenever it was written.
        for fact in report.facts where fact.name != "computed" { facts[fact.name] = .string(fact.value) }
        let run: JSONObject = [
            "tool": .object(["driver": .object(driver)]),
            "results": .array(report.findings.map { result($0, file: file, rule: ids.firstIndex(of: $0.id) ?? 0) }),
            "properties": .object(facts),
        ]
        let log: JSONObject = [
            "$schema": .string("https://json.schemastore.org/sarif-2.1.0.json"), "version": .string("2.1.0"),
            "runs": .array([.object(run)]),
        ]
        return JSONValue.object(log).bytes(pretty: true) + [UInt8(ascii: "\n")]
    }

    private static func rule(_ finding: Report.Finding) -> JSONValue {
        let sentence =
            finding.sentence ?? (try? CheckCatalogue.descriptor(id: finding.id).sentence) ?? "A requirement of the policy."
        return .object(["id": .string(finding.id), "shortDescription": .object(["text": .string(sentence)])])
    }

    private static func result(_ finding: Report.Finding, file: String, rule: Int) -> JSONValue {
        let (kind, level) =
            switch finding.outcome {
            case .fail: ("fail", "error")
            // Open: it could not be determined. SARIF gives a level to failures only.
            case .incomplete: ("open", "none")
            case .waived: ("review", "none")
            case .pass: ("pass", "none")
            case .skipped: ("notApplicable", "none")
            }
        let place = finding.place.isEmpty ? "" : " (\(finding.place))"
        let words = "\(finding.id)\(place): \(finding.message)" + (finding.remedy.map { " → " + $0 } ?? "")
        let artifact: JSONObject = ["uri": .string(encoded(file))]
        return .object([
            "ruleId": .string(finding.id), "ruleIndex": .integer(Int64(rule)), "kind": .string(kind), "level": .string(level),
            "message": .object(["text": .string(words)]),
            "locations": .array([.object(["physicalLocation": .object(["artifactLocation": .object(artifact)])])]),
        ])
    }

    /// The path as a URI reference: everything percent-encoded but what a path is made of.
    private static func encoded(_ path: String) -> String {
        var encoded = ""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.unicodeScalars.append(UnicodeScalar(byte))
            default: encoded += "%" + Hex.encode([byte]).uppercased()
            }
        }
        return encoded
    }
}
