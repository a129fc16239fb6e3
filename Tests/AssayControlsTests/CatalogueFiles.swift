import AssayControls

/// A small catalogue that reads, for tests that break it in one place.
enum CatalogueFiles {
    static let codes = """
        assay: evidence-codes/v1
        codes:
          - id: fairness_report
            title: Fairness
          - id: approval_record
            title: Approval
          - id: training_record
            title: Training
        """
    static let sources = """
        assay: sources/v1
        sources:
          - id: S1
            title: A page
            date: ''
        """
    static let uncertainties = """
        assay: uncertainties/v1
        uncertainties:
          - id: 1
            text: Not settled.
        """
    static let map = """
        assay: evidence-map/v1
        produced:
          - code: fairness_report
            checks: [fairness.*, quality.representativeness]
          - code: approval_record
            records: [approval]
        """
    static let framework = """
        assay: controls/v1
        framework: law
        title: A law
        citation: Law 1
        as-of: 2026-11-21
        controls:
          - id: law/a
            citation: Art. 1
            title: Fairness
            obligation: Groups are compared.
            status: in_force
            from: {all: 2026-01-01}
            roles: [provider]
            evidence: [fairness_report]
            confidence: S
            sources: [S1]
          - id: law/b
            citation: Art. 2
            title: Approval
            obligation: Somebody approves.
            status: enacted_future
            from: {annex-iii: 2027-12-02, annex-i: 2028-08-02}
            formal-date: 2026-08-02
            roles: [provider, deployer]
            classes: [high-annex-iii, high-annex-i]
            evidence: [approval_record, training_record]
            attestation: Somebody signs.
            confidence: R
            sources: [S1]
            uncertain: [1]
            supersedes: law/c
          - id: law/c
            citation: Art. 0
            title: The old way
            obligation: Something was done.
            status: repealed
            until: 2026-06-01
            roles: [provider]
            attestation: Somebody signed.
            confidence: P
            sources: [S1]
          - id: law/d
            citation: Bill
            title: A bill
            obligation: Something may be done.
            status: proposed
            roles: [provider]
            evidence: [fairness_report]
            confidence: P
            sources: [S1]
          - id: law/e
            citation: Rule
            title: A rule that goes
            obligation: Groups are compared.
            status: under_rescission
            roles: [employer]
            evidence: [fairness_report]
            confidence: P
            sources: [S1]
        """

    static func files(
        codes: String = codes, sources: String = sources, uncertainties: String = uncertainties, map: String = map,
        framework: String = framework
    ) -> [ControlFiles.File] {
        let texts = [
            ("evidence-codes.yaml", codes), ("sources.yaml", sources), ("uncertainties.yaml", uncertainties), ("evidence-map.yaml", map),
            ("law.yaml", framework),
        ]
        return texts.map { ControlFiles.File(name: $0.0, bytes: Array($0.1.utf8)) }
    }
}
