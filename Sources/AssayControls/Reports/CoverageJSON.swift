package import AssayJSON
import AssayTerms

/// A coverage as the server answers with it, and as programs read it.
package enum CoverageJSON {
    /// What the report stands for: a version, fixed by the digest of its files.
    package struct Subject: Sendable {
        package var model: String
        package var version: Int
        /// The manifest's digest; `nil` for a version that is not frozen.
        package var manifest: String?

        package init(model: String, version: Int, manifest: String?) {
            self.model = model
            self.version = version
            self.manifest = manifest
        }
    }

    /// The sentence every form of the report ends with.
    package static let caution =
        "An aid to people: it says what is there, never whether an obligation is met. Obligations are in short words; read the texts."

    package static func value(of coverage: ControlCoverage, about subject: Subject) -> JSONValue {
        var counts = JSONObject()
        for state in ControlFinding.State.allCases { counts[state.rawValue] = .integer(Int64(coverage.count(state))) }
        return [
            "model": .string(subject.model), "version": .integer(Int64(subject.version)),
            "manifest": subject.manifest.map { .string($0) } ?? .null, "framework": .string(coverage.framework.id.string),
            "title": .string(coverage.framework.title.string), "citation": .string(coverage.framework.citation.string),
            "as_of": .string(coverage.asOf.description), "facts_followed_until": .string(coverage.framework.asOf.description),
            "roles": coverage.roles.map { .array($0.map { .string($0.string) }) } ?? .null,
            "classes": coverage.classes.map { .array($0.map { .string($0.string) }) } ?? .null, "basis": coverage.basis.map { .string($0) } ?? .null, "counts": .object(counts),
            "controls": .array(coverage.findings.map(finding)),
            "uncertainties": .array(
                coverage.uncertainties.map { ["id": .integer(Int64($0.id)), "text": .string($0.text.string)] }),
            "caution": .string(caution),
        ]
    }

    package static func control(_ control: Control) -> JSONObject {
        var object: JSONObject = [
            "id": .string(control.id.string), "citation": .string(control.citation.string), "title": .string(control.title.string),
            "obligation": .string(control.obligation.string), "status": .string(control.status.rawValue),
        ]
        if !control.starts.isEmpty {
            object["from"] = .object(JSONObject(control.starts.map { ($0.scope.string, .string($0.date.description)) }))
        }
        object["until"] = control.until.map { .string($0.description) }
        object["formal_date"] = control.formalDate.map { .string($0.description) }
        object["roles"] = words(control.roles)
        object["classes"] = words(control.classes)
        object["evidence"] = words(control.evidence)
        object["attestation"] = control.attestation.map { .string($0.string) } ?? .null
        object["confidence"] = .string(control.confidence.rawValue)
        object["sources"] = words(control.sources)
        object["uncertainties"] = .array(control.uncertainties.map { .integer(Int64($0)) })
        object["supersedes"] = control.supersedes.map { .string($0.string) }
        return object
    }

    private static func words(_ words: [Text]) -> JSONValue { .array(words.map { .string($0.string) }) }

    private static func finding(_ finding: ControlFinding) -> JSONValue {
        var object = control(finding.control)
        object["state"] = .string(finding.state.rawValue)
        object["reason"] = finding.reason.map { .string($0) } ?? .null
        object["parts"] = .array(
            finding.parts.map { part in
                [
                    "code": part.code.map { .string($0.string) } ?? .null, "title": .string(part.title.string),
                    "proofs": .array(part.proofs.map(proof)), "lack": part.lack.map { .string($0) } ?? .null,
                ]
            })
        return .object(object)
    }

    private static func proof(_ proof: ControlFinding.Part.Proof) -> JSONValue {
        switch proof {
        case .claim(let digest, let provenance, let link):
            ["kind": "claim", "claim": .string(digest.hex), "provenance": .string(provenance.rawValue), "link": .string(link.string)]
        case .record(let record):
            ["kind": .string(record.kind.rawValue), "text": .string(record.text.string), "link": .string(record.link.string)]
        case .attestation(let signed):
            [
                "kind": "attestation", "text": .string("signed by \(signed.signer) on \(signed.from)"),
                "link": .string(signed.link.string),
            ]
        }
    }
}
