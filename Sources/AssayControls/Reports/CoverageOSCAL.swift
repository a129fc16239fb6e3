package import AssayJSON
package import AssayTerms

/// A coverage as OSCAL 1.2 assessment results (NIST, oscal_assessment-results_schema): a finding for each control, an observation for
/// each claim, record and signature it rests on.
///
/// OSCAL knows `satisfied` and `not-satisfied`. Only a control that is covered is given the first; every other state is in the
/// finding's `assay-state` and its reason, and the controls nobody has to look at are findings too, so that none goes unseen.
package enum CoverageOSCAL {
    static let version = "1.2.1"
    private static let namespace = "urn:assay:oscal"

    /// - Parameters:
    ///   - report: what ``CoverageJSON`` wrote.
    ///   - server: put before the links; the server's address without a slash at its end.
    ///   - moment: when the report was asked for, in RFC 3339.
    /// - Throws: `unreadable` if the report has not the fields of one.
    package static func value(of report: JSONValue, server: String, moment: String) throws(AssayError) -> JSONValue {
        guard let model = report["model"]?.string, let number = report["version"]?.integer, let asOf = report["as_of"]?.string,
            let framework = report["framework"]?.string, let title = report["title"]?.string, let controls = report["controls"]?.array
        else { throw AssayError(.unreadable, "The server's answer is no coverage of controls.") }
        let manifest = report["manifest"]?.string ?? "unfrozen"
        let name = "\(model)/\(number)@\(manifest)/\(framework)/\(asOf)"
        var observations = Observations(name: name, server: server, moment: moment)
        let findings = try controls.map { control throws(AssayError) in
            try finding(control, of: name, framework: framework, &observations)
        }
        let subject = "\(model)/\(number)"
        var result: JSONObject = [
            "uuid": .string(NamedUUID.of("result/\(name)")), "title": .string("\(title): \(subject)"),
            "description": .string("What of \(title) is covered for \(subject) on \(asOf). \(CoverageJSON.caution)"),
            "start": .string(moment),
            "props": [property("model", model), property("version", "\(number)"), property("manifest", manifest), property("as-of", asOf)],
            "reviewed-controls": [
                "control-selections": [
                    ["include-controls": .array(controls.compactMap { $0["id"]?.string }.map { ["control-id": .string(token($0))] })]
                ]
            ],
        ]
        // OSCAL has no empty lists.
        if !observations.values.isEmpty { result["observations"] = .array(observations.values) }
        result["findings"] = .array(findings)
        return [
            "assessment-results": [
                "uuid": .string(NamedUUID.of(name)),
                "metadata": [
                    "title": .string("Control coverage of \(subject)"), "last-modified": .string(moment),
                    "version": .string(asOf), "oscal-version": .string(version),
                ],
                "import-ap": ["href": .string("urn:assay:controls:\(framework)")],
                "results": [.object(result)],
            ]
        ]
    }

    /// OSCAL's tokens have no slash: `eu-ai-act/art-12` is `eu-ai-act.art-12`.
    static func token(_ id: String) -> String { id.replacing("/", with: ".") }

    private static func property(_ name: String, _ value: String) -> JSONValue {
        ["name": .string(name), "ns": .string(namespace), "value": .string(value)]
    }

    private static func finding(
        _ control: JSONValue, of name: String, framework: String, _ observations: inout Observations
    ) throws(AssayError) -> JSONValue {
        guard let id = control["id"]?.string, let state = control["state"]?.string.flatMap(ControlFinding.State.init(rawValue:)),
            let title = control["title"]?.string, let obligation = control["obligation"]?.string
        else { throw AssayError(.unreadable, "A control of the server's answer has no state.") }
        let parts = control["parts"]?.array ?? []
        let related = parts.flatMap { $0["proofs"]?.array ?? [] }.map { observations.uuid(of: $0) }
        var status: JSONObject = ["state": .string(state.isCovered ? "satisfied" : "not-satisfied")]
        status["reason"] = .string(state.isCovered ? "pass" : "other")
        let lacks = parts.compactMap { part in
            part["lack"]?.string.map { "\(part["code"]?.string ?? "attestation"): \($0)" }
        }
        let remarks = [control["reason"]?.string].compactMap(\.self) + lacks
        if !remarks.isEmpty { status["remarks"] = .string(remarks.joined(separator: "\n")) }
        var finding: JSONObject = [
            "uuid": .string(NamedUUID.of("finding/\(name)/\(id)")), "title": .string("\(control["citation"]?.string ?? id): \(title)"),
            "description": .string(obligation),
            "props": [property("assay-state", state.rawValue), property("confidence", control["confidence"]?.string ?? "R")],
            "target": ["type": "objective-id", "target-id": .string(token(id)), "status": .object(status)],
        ]
        if !related.isEmpty { finding["related-observations"] = .array(related.map { ["observation-uuid": .string($0)] }) }
        return .object(finding)
    }

    /// Each proof once, however many controls rest on it.
    private struct Observations {
        let name: String
        let server: String
        let moment: String
        private(set) var values: [JSONValue] = []
        private var known: Set<Text> = []

        init(name: String, server: String, moment: String) {
            self.name = name
            self.server = server
            self.moment = moment
        }

        mutating func uuid(of proof: JSONValue) -> String {
            let kind = proof["kind"]?.string ?? "record"
            let text = proof["text"]?.string ?? "claim \(proof["claim"]?.string ?? "")"
            let link = proof["link"]?.string ?? ""
            let uuid = NamedUUID.of("observation/\(name)/\(kind)/\(text)/\(link)")
            guard known.insert(Text(uuid)).inserted else { return uuid }
            values.append([
                "uuid": .string(uuid), "description": .string(text),
                "methods": [kind == "attestation" ? "INTERVIEW" : kind == "claim" ? "TEST" : "EXAMINE"],
                "relevant-evidence": [["href": .string(server + link), "description": .string(text)]],
                "collected": .string(moment),
            ])
            return uuid
        }
    }
}

extension ControlFinding.State {
    /// Whether all that a control asks for is there.
    package var isCovered: Bool { self == .evidence || self == .attestation }
}
