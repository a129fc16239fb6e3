import AssayControls
import AssayJSON
import AssayStore
import AssayTerms

/// The records of a dossier as what people attest to: about the version's own model, or the organisation.
struct SignedRecords: AttestedEvidence {
    func attestations(_ tx: any StoreSnapshot, of version: GovernedVersion) throws -> [ControlFacts.Attestation] {
        let papers = try tx.papersInForce(modelID: version.modelID, manifest: version.frozenManifest).map { try Paper($0, tx) }
        return papers.filter { paper in
            let subject = paper.record.subject
            return paper.record.kind == .record && Governance.bears(paper, on: version)
                && (subject.modelID == version.modelID || subject == .organisation)
        }.flatMap { paper in
            let from = CalendarDate(milliseconds: paper.milliseconds("valid_from") ?? paper.record.madeMilliseconds)
            return (paper.content["evidence"]?.array ?? []).compactMap(\.string).map { code in
                ControlFacts.Attestation(
                    about: .code(Text(code)), signer: paper.record.makerName, from: from,
                    until: paper.milliseconds("valid_until").map { CalendarDate(milliseconds: $0) },
                    link: Text("/api/assay/v1/records/\(paper.record.id)"))
            }
        }
    }
}
