package import AssayJSON
import AssayStore
package import AssayTerms

/// Incidents: what happened, which clocks run because of it, what was reported to whom, and what was done about it.
///
/// Nothing ticks: how far a clock has run follows from when the organisation became aware and from what was filed, for any moment
/// that is asked about.
extension Governance {
    package enum IncidentState {
        package static let open: Text = "open"
        package static let closed: Text = "closed"
    }

    private static let incidentForm = PaperForm(
        "An incident",
        [
            .init("title", .text(PaperForm.lineLimit), isRequired: true, "what happened, in one line"),
            .init("severity", .word(Severity.allCases.map(\.rawValue)), isRequired: true, "how bad it is"),
            .init("aware", .time, isRequired: true, "since when the organisation knows; clocks start there"),
            .init("owner", .person, isRequired: true, "who sees to it"),
            .init("occurred", .time, "when it happened"),
            .init("clocks", .list(.word(ReportingClock.all.map(\.id))), "which clocks run"),
            .init("escalate_to", .person, "who is told when a clock runs out"),
            .init("text", .text(PaperForm.documentLimit), "what happened, to whom, and how it was found"),
        ])

    private static let reportForm = PaperForm(
        "A report",
        [
            .init("clock", .word(ReportingClock.all.map(\.id)), isRequired: true, "the clock that it answers"),
            .init("outcome", .word(["filed", "not-required"]), isRequired: true, "filed, or not-required with the reason"),
            .init("text", .text(PaperForm.documentLimit), isRequired: true, "what was filed with whom, or why nothing has to be"),
            .init("filed", .time, "when it was filed; now without it"),
            .init("reference", .text(PaperForm.lineLimit), "the receiver's reference"),
        ])

    /// How far one clock of an incident has run.
    package struct RunningClock: Sendable {
        package let clock: ReportingClock
        package let state: ReportingClock.State
        /// Milliseconds since 1970.
        package let start: Int64
        package let warning: Int64?
        package let due: Int64?
        package let filed: Int64?
    }

    /// Records an incident. The clocks it names run from when the organisation became aware.
    ///
    /// - Throws: `invalidArgument` for a wrong form, the same clock twice, and an awareness that is yet to come.
    package func openIncident(about address: PaperAddress, _ members: JSONObject, by principal: Principal) async throws -> Paper {
        try requireSigner(principal, .attest, about: address, for: "An incident")
        return try await store.write { tx in
            let content = try Self.incidentForm.read(members) { try self.person(named: $0, tx) }
            let clocks = (content["clocks"]?.array ?? []).compactMap(\.string)
            guard Set(clocks).count == clocks.count else { throw AssayError(.invalidArgument, "'clocks' names a clock twice.") }
            guard try UseCases.moment(Text(content["aware"]?.string ?? "")) <= self.now else {
                throw AssayError(.invalidArgument, "'aware' is yet to come.")
            }
            return try self.insert(
                .incident, type: Text(content["severity"]?.string ?? ""), about: address.subject(tx), state: IncidentState.open, content,
                event: "opened", by: principal, tx)
        }
    }

    /// Records what was filed, or that nothing has to be: it stops the clock.
    ///
    /// - Throws: `permissionDenied` without the permission to file reports; `conflict` for a clock that does not run or is answered;
    ///   `invalidArgument` for a time that is yet to come or before the incident was known, and for one that is past without the
    ///   receiver's reference.
    package func reportIncident(id: String, _ members: JSONObject, by principal: Principal) async throws -> Paper {
        try await store.write { tx in
            let paper = try self.existingPaper(id, .incident, tx)
            try self.requireSigner(principal, .fileReport, about: try paper.address, for: "A report")
            try Self.requireInForce(paper)
            var report = try Self.reportForm.read(members) { try self.person(named: $0, tx) }
            let clock = report["clock"]?.string ?? ""
            guard paper.content["clocks"]?.array?.contains(.string(clock)) ?? false else {
                throw AssayError(.conflict, "The incident \(id) has no clock \(clock).")
            }
            var reports = paper.content["reports"]?.array ?? []
            guard !reports.contains(where: { $0["clock"]?.string == clock }) else {
                throw AssayError(.conflict, "The clock \(clock) of the incident \(id) is answered already.")
            }
            if let filed = report["filed"]?.string {
                let moment = try UseCases.moment(Text(filed))
                guard moment <= self.now, moment >= paper.milliseconds("aware") ?? 0 else {
                    throw AssayError(.invalidArgument, "'filed' is yet to come, or before the incident was known.")
                }
                guard report["reference"] != nil else {
                    throw AssayError(.invalidArgument, "What was filed earlier needs the receiver's 'reference'.")
                }
            }
            report["filed"] = report["filed"] ?? .string(Self.time(self.now))
            report["entered"] = .string(Self.time(self.now))
            report["by"] = .string(principal.name.string)
            report["by_id"] = .string(principal.id)
            reports.append(.object(report))
            var content = paper.content
            content["reports"] = .array(reports)
            return try self.revise(paper, content, event: "reported", by: principal, tx)
        }
    }

    /// Closes an incident once every clock is answered.
    ///
    /// - Parameter action: what was done so that it does not happen again.
    /// - Throws: `permissionDenied` for the owner and for people who may not approve; `conflict` while a clock runs.
    package func closeIncident(id: String, action: Text, by principal: Principal) async throws -> Paper {
        let action = try Self.reason(action)
        return try await store.write { tx in
            let paper = try self.existingPaper(id, .incident, tx)
            try self.requireSigner(principal, .approve, about: try paper.address, for: "Closing an incident")
            try Self.requireInForce(paper)
            guard paper.text("owner_id") != principal.id else {
                throw AssayError(.permissionDenied, "The incident is \(principal.name)'s to see to; somebody else has to close it.")
            }
            let running = try Self.clocks(of: paper, at: self.now).filter { $0.filed == nil }.map(\.clock.id)
            guard running.isEmpty else {
                throw AssayError(.conflict, "Clocks of the incident \(id) still run: \(running.joined(separator: ", ")). Report first, or say that nothing has to be filed.")
            }
            var content = paper.content
            content["corrective_action"] = .string(action)
            content["closed_by"] = .string(principal.name.string)
            content["closed_by_id"] = .string(principal.id)
            return try self.revise(paper, state: IncidentState.closed, isInForce: false, content, event: "closed", by: principal, tx)
        }
    }

    /// The clocks of an incident at `moment`, in the order in which they were named.
    package static func clocks(of incident: Paper, at moment: Int64) throws(AssayError) -> [RunningClock] {
        guard let start = incident.milliseconds("aware") else { throw corrupt(incident) }
        var clocks: [RunningClock] = []
        for name in incident.content["clocks"]?.array ?? [] {
            guard let clock = name.string.flatMap(ReportingClock.named) else { throw corrupt(incident) }
            let report = incident.content["reports"]?.array?.first { $0["clock"]?.string == clock.id }
            // What was filed later was not filed yet at that moment.
            let filed = report?["filed"]?.string.flatMap { try? UseCases.moment(Text($0)) }.flatMap { $0 <= moment ? $0 : nil }
            let isNotRequired = filed != nil && report?["outcome"]?.string == "not-required"
            clocks.append(
                RunningClock(
                    clock: clock, state: isNotRequired ? .notRequired : clock.state(from: start, filed: filed, at: moment), start: start,
                    warning: clock.warning(from: start), due: clock.due(from: start), filed: filed))
        }
        return clocks
    }
}
