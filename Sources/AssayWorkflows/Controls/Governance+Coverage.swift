package import AssayControls
import AssayJSON
import AssayPolicy
import AssayStore
package import AssayTerms

extension Governance {
    /// What of a framework's controls is covered for a version, by what is kept about it now.
    ///
    /// - Parameters:
    ///   - asOf: the day whose obligations count; today where it is `nil`. Evidence is that of now, whatever the day.
    ///   - roles: whom the organisation is in this; empty counts every role.
    ///   - classes: of the system; empty counts every class.
    /// - Throws: `notFound` for the version or the framework, `invalidArgument` for a role or class that no control names.
    package func coverage(
        model: Text, version number: Int, framework id: Text, asOf: CalendarDate?, roles: [Text], classes: [Text]
    ) async throws -> (subject: CoverageJSON.Subject, coverage: ControlCoverage) {
        let catalogue = try ControlCatalogue.shipped()
        let framework = try catalogue.framework(id)
        try Self.hold(roles, to: catalogue.roles, what: "role")
        try Self.hold(classes, to: catalogue.classes, what: "class")
        let (version, facts) = try await store.read { tx in
            let record = try tx.existingVersion(Int64(number), ofModelNamed: model)
            try useCases.requireRecordedWhereGoverned([record], tx)
            let version = try governed(tx, record)
            var facts = try controlFacts(tx, of: version)
            facts.roles = roles.isEmpty ? nil : Set(roles)
            facts.classes = classes.isEmpty ? nil : Set(classes)
            facts.scope = try tx.classification(modelID: version.modelID).flatMap(Self.scope)
            return (version, facts)
        }
        let coverage = ControlCoverage(
            of: framework, in: catalogue, asOf: asOf ?? CalendarDate(milliseconds: effects.nowMilliseconds()), facts: facts)
        return (CoverageJSON.Subject(model: model.string, version: number, manifest: version.frozenManifest?.hex), coverage)
    }

    private static func hold(_ words: [Text], to known: [Text], what: String) throws(AssayError) {
        guard let unknown = words.first(where: { !known.contains($0) }) else { return }
        throw AssayError(
            .invalidArgument,
            "No control knows the \(what) '\(unknown.string.prefix(64))'; there are \(known.map(\.string).joined(separator: ", ")).")
    }

    /// What is kept about a version that a control could ask for. Evidence whose signature does not verify is not there, and
    /// neither are approvals and placements of other files.
    private func controlFacts(_ tx: any StoreSnapshot, of version: GovernedVersion) throws -> ControlFacts {
        var facts = ControlFacts()
        guard let manifest = version.frozenManifest else { return facts }
        facts.claims = try claims(tx, about: manifest, of: version)
        facts.records = try requestRecords(tx, of: version, manifest: manifest) + placeRecords(tx, of: version, manifest: manifest)
        let history = "/api/assay/v1/models/\(PercentEncoding.encode(version.model.string))/history"
        if let check = useCases.recordCheck, check.doubt == nil {
            facts.records.append(.init(kind: .log, text: "the log's entries agree with the database", link: Text(history)))
        }
        facts.records.append(.init(kind: .roles, text: "who may do what", link: "/api/assay/v1/roles"))
        if try modelCard(tx, of: version).missing.isEmpty {
            let card = "\(Self.path(of: version))/card"
            facts.records.append(.init(kind: .modelCard, text: "a model card without missing fields", link: Text(card)))
        }
        if let said = try tx.classification(modelID: version.modelID), let result = said.result {
            let link = "/api/assay/v1/classifications?model=\(PercentEncoding.encode(version.model.string))"
            let by = try tx.user(id: said.authorID)?.name ?? "an account that is gone"
            facts.records.append(
                .init(kind: .classification, text: Text("classified by \(by): class \(result.euClass), tier \(result.tier)"), link: Text(link)))
        }
        facts.records += try statedRecords(tx, of: version)
        for source in attestedEvidence { facts.attestations += try source.attestations(tx, of: version) }
        return facts
    }

    /// Risks and incidents of the model, whatever became of them: what was seen to is on record no less.
    private func statedRecords(_ tx: any StoreSnapshot, of version: GovernedVersion) throws -> [ControlFacts.Record] {
        let kinds: [(kind: PaperKind, shown: RecordKind, one: String, path: String)] = [
            (.risk, .risk, "risk", "risks"), (.incident, .incident, "incident", "incidents"),
        ]
        return try kinds.compactMap { kind, shown, one, path in
            let papers = try tx.papers(PaperQuery(kind, modelID: version.modelID))
            guard !papers.isEmpty else { return nil }
            let open = papers.count(where: \.isInForce)
            return ControlFacts.Record(
                kind: shown, text: Text("\(papers.count) \(papers.count == 1 ? one : path) on record, \(open) of them not closed"),
                link: Text("/api/assay/v1/\(path)?model=\(PercentEncoding.encode(version.model.string))"))
        }
    }

    /// What a classification that holds says of what applies.
    private static func scope(_ record: ClassificationRecord) -> ControlFacts.Scope? {
        guard let result = record.result, let outcome = (try? JSONValue(parsing: record.content))?["outcome"],
            let frameworks = outcome["frameworks"]?.array, let brings = outcome["brings"]?.array
        else { return nil }
        var brought: [Text: Bool] = [:]
        for item in brings {
            guard let name = item["name"]?.string, let isOpen = item["uncertain"]?.bool else { return nil }
            brought[Text(name)] = isOpen
        }
        return ControlFacts.Scope(
            title: "classification \(record.number) by the questionnaire \(result.questionnaire)",
            frameworks: Set(frameworks.compactMap(\.string).map { Text($0) }), brings: brought)
    }

    static func path(of version: GovernedVersion) -> String {
        "/api/assay/v1/models/\(PercentEncoding.encode(version.model.string))/versions/\(version.version)"
    }

    private func claims(
        _ tx: any StoreSnapshot, about manifest: SHA256Digest, of version: GovernedVersion
    ) throws -> [ControlFacts.Claim] {
        let link = "/api/assay/v1/evidence?model=\(PercentEncoding.encode(version.model.string))&version=\(version.version)"
        let verdicts = try self.verdicts(tx, of: version)
        return try evidence(tx, of: manifest, onTablesOf: version).map { evidence in
            var checks: [Text: ControlFacts.Claim.Verdict] = [:]
            for result in evidence.envelope.results {
                let own: ControlFacts.Claim.Verdict = result.value == nil ? .undefined : .unjudged
                let judged = verdicts[Judged(claim: evidence.claim, check: result.id)]
                let id = Text(result.id)
                checks[id] = Self.worse(checks[id], judged ?? own)
            }
            return ControlFacts.Claim(
                digest: evidence.claim, provenance: evidence.envelope.provenance, checks: checks, link: Text(link))
        }
    }

    private struct Judged: Hashable {
        var claim: SHA256Digest
        var check: String
    }

    /// What the policies in force make of each claim's checks, for production and for every place the version holds.
    private func verdicts(_ tx: any StoreSnapshot, of version: GovernedVersion) throws -> [Judged: ControlFacts.Claim.Verdict] {
        var verdicts: [Judged: ControlFacts.Claim.Verdict] = [:]
        let places = try Set(heldPlaces(tx, of: version)).union([.stage("Production")])
        for place in places {
            let evaluation = try evaluate(tx, version, action: Action.promote, target: place)
            for reason in evaluation.outcome.parts.flatMap(\.reasons) {
                guard let measurement = reason.measurement else { continue }
                let key = Judged(claim: measurement.claim, check: measurement.result.id)
                verdicts[key] = Self.worse(verdicts[key], reason.decision.allows ? .met : .unmet)
            }
        }
        return verdicts
    }

    /// The one that lets less pass.
    private static func worse(
        _ left: ControlFacts.Claim.Verdict?, _ right: ControlFacts.Claim.Verdict
    ) -> ControlFacts.Claim.Verdict {
        let order: [ControlFacts.Claim.Verdict] = [.unmet, .met, .unjudged, .undefined]
        return order.first { $0 == left || $0 == right } ?? right
    }

    private func requestRecords(
        _ tx: any StoreSnapshot, of version: GovernedVersion, manifest: SHA256Digest
    ) throws -> [ControlFacts.Record] {
        let now = effects.nowMilliseconds()
        var records: [ControlFacts.Record] = []
        for request in try tx.requests(state: nil, model: version.model, limit: 1_000)
        where request.version == version.version && request.manifest == manifest {
            let link = Text("/api/assay/v1/requests/\(request.id)")
            records.append(.init(kind: .request, text: Text("\(request.openedByName) asked for \(request.target)"), link: link))
            for approval in try tx.approvals(requestID: request.id) {
                let counts = approval.state == .used || approval.state == .standing && now < approval.expiresMilliseconds
                guard counts else { continue }
                let text = Text("approved by \(approval.approverName)")
                records.append(.init(kind: .approval, text: text, link: link))
                if !version.hasAnonymousAuthor, !version.authors.contains(Text(approval.approverID)) {
                    records.append(.init(kind: .separatedApproval, text: Text("\(text), who is no author"), link: link))
                }
            }
        }
        return records
    }

    private func placeRecords(
        _ tx: any StoreSnapshot, of version: GovernedVersion, manifest: SHA256Digest
    ) throws -> [ControlFacts.Record] {
        let held = try heldPlaces(tx, of: version).map(\.text)
        let today = CalendarDate(milliseconds: effects.nowMilliseconds())
        var records: [ControlFacts.Record] = []
        for placement in try tx.placements(versionID: version.id) where placement.manifest == manifest {
            if Decision(rawValue: placement.decision)?.allows ?? false {
                let link = placement.requestID.map { "/api/assay/v1/requests/\($0)" }
                    ?? "/api/assay/v1/models/\(PercentEncoding.encode(version.model.string))/history"
                records.append(
                    .init(kind: .gateDecision, text: Text("the gate of \(placement.target): \(placement.decision)"), link: Text(link)))
            }
            if let due = (try? JSONValue(parsing: placement.detail))?["revalidate_by"]?.string.flatMap({ CalendarDate(Text($0)) }),
                today < due, held.contains(placement.target)
            {
                let link = "/api/assay/v1/models/\(PercentEncoding.encode(version.model.string))/history"
                records.append(
                    .init(kind: .revalidation, text: Text("to be looked at anew by \(due), for \(placement.target)"), link: Text(link)))
            }
            if held.contains(placement.target) {
                let link = "/api/assay/v1/statements/\(PercentEncoding.encode(version.model.string))/\(version.version)"
                records.append(
                    .init(kind: .deploymentStatement, text: Text("a signed statement for \(placement.target)"), link: Text(link)))
            }
        }
        return records
    }
}
