package import AssayTerms

/// All that coverage rests on besides the catalogue, about one version: collected by the caller, nothing is looked up.
package struct ControlFacts: Sendable {
    /// One signed statement of results whose signature was verified.
    package struct Claim: Sendable {
        /// What became of one check of the statement.
        package enum Verdict: String, Sendable {
            /// A policy in force asks for it, and it is met.
            case met
            /// A policy in force asks for it, and it is not met.
            case unmet
            /// No policy in force asks for it.
            case unjudged
            /// The check has no value for these rows.
            case undefined
        }

        package var digest: SHA256Digest
        package var provenance: Provenance
        /// By check id; where a check stands in the statement several times, the worst verdict.
        package var checks: [Text: Verdict]
        /// Where the statement can be read.
        package var link: Text

        package init(digest: SHA256Digest, provenance: Provenance, checks: [Text: Verdict], link: Text) {
            self.digest = digest
            self.provenance = provenance
            self.checks = checks
            self.link = link
        }
    }

    package struct Record: Hashable, Sendable {
        package var kind: RecordKind
        /// For people: "approved by vera".
        package var text: Text
        package var link: Text

        package init(kind: RecordKind, text: Text, link: Text) {
            self.kind = kind
            self.text = text
            self.link = link
        }
    }

    /// What a person signed, about an evidence code or about a control itself.
    package struct Attestation: Hashable, Sendable {
        package enum About: Hashable, Sendable {
            case code(Text)
            /// The control's `attestation` sentence.
            case control(Text)
        }

        package var about: About
        package var signer: Text
        package var from: CalendarDate
        /// The first day on which it does not count any more.
        package var until: CalendarDate?
        package var link: Text

        package init(about: About, signer: Text, from: CalendarDate, until: CalendarDate? = nil, link: Text) {
            self.about = about
            self.signer = signer
            self.from = from
            self.until = until
            self.link = link
        }

        package func counts(on day: CalendarDate) -> Bool { from <= day && until.map { day < $0 } ?? true }
    }

    /// What the classification of the model's use says of what applies to it.
    package struct Scope: Hashable, Sendable {
        /// For people: "classification 2, by the questionnaire assay 1".
        package var title: String
        /// The frameworks it decides about; of others it says nothing.
        package var frameworks: Set<Text>
        /// Frameworks, and `framework/class`, that it brings into play; `true` for those it leaves open.
        package var brings: [Text: Bool]

        package init(title: String, frameworks: Set<Text>, brings: [Text: Bool]) {
            self.title = title
            self.frameworks = frameworks
            self.brings = brings
        }
    }

    package var claims: [Claim]
    package var records: [Record]
    package var attestations: [Attestation]
    /// Whom the organisation is in this; `nil` where nobody said, and then every role counts.
    package var roles: Set<Text>?
    /// The classes the system is of; `nil` where nobody said, and then every class counts.
    package var classes: Set<Text>?
    /// `nil` where nobody classified the model, and then every framework counts.
    package var scope: Scope?

    package init(
        claims: [Claim] = [], records: [Record] = [], attestations: [Attestation] = [], roles: Set<Text>? = nil, classes: Set<Text>? = nil,
        scope: Scope? = nil
    ) {
        self.claims = claims
        self.records = records
        self.attestations = attestations
        self.roles = roles
        self.classes = classes
        self.scope = scope
    }
}

extension ControlFacts.Scope {
    /// The classes of a framework that it brings into play; `nil` for a framework it does not decide about.
    func classes(of framework: Text) -> Set<Text>? {
        guard frameworks.contains(framework) else { return nil }
        let start = "\(framework)/"
        return Set(brings.keys.filter { $0.string.hasPrefix(start) }.map { Text(String($0.string.dropFirst(start.count))) })
    }
}
