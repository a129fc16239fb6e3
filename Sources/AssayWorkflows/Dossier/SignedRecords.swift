import AssayControls
import AssayJSON
import AssayStore
import AssayTerms

/// The records of a dossier as what people attest to: about the version's own model, or the organisation.
struct SignedRecords: AttestedEvidence {
    func attestations(_ tx: any StoreSnapshot, of version: GovernedVersion) throws -> [ControlFacts.Attestation] {
        let papers = try tx.papersInForce(modelID: version.modelID, manifest: version.frozenManifest).map { try Paper($0, tx) }
        return papers.filter { paper in
            paper.record.kind == .record && Governance.bears(paper, on: version) && Governance.speaks(paper, for: version)
        }.flatMap { paper in
            let from = CalendarDate(milliseconds: paper.milliseconds("valid_from") ?? paper.record.madeMilliseconds)
            func words(_ field: String) -> [Text] { (paper.content[field]?.array ?? []).compactMap(\.string).map { Text($0) } }
            let codes = words("evidence").map(ControlFacts.Attestation.About.code)
            return (codes + words("controls").map(ControlFacts.Attestation.About.control)).map { about in
                ControlFacts.Attestation(
                    about: about, signer: paper.record.makerName, from: from,
                    until: paper.milliseconds("valid_until").map { CalendarDate(milliseconds: $0) },
                    link: Text("/api/assay/v1/records/\(paper.record.id)"))
            }
        }
    }
}
