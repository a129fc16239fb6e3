import AssayEvidence
import AssayJSON
import AssayPolicy
import AssayStore
package import AssayTerms

/// What gateways counted, and what follows from it by itself.
extension Governance {
    /// More starts of gateways than any rollout sees.
    private static let reporterLimit = 1_000

    /// What a gateway is told about its report.
    package struct RolloutReceipt: Sendable {
        package let state: Text
        package let revision: Int64
        /// Whether the report was newer than what had come before.
        package let isNew: Bool
    }

    /// Takes in what a gateway has counted since it started, and lets the rollout go on, back, or ask the gate, if that is what follows.
    ///
    /// A report holds totals and takes the place of the gateway's former one, so one that is sent again counts once, and one that is
    /// lost is made up for by the next.
    ///
    /// - Parameters:
    ///   - gateway: which start of which gateway: 32 hexadecimal digits.
    ///   - sequence: larger in each newer report; an older one or the same is answered and not counted.
    ///   - tallies: by the place of the step.
    /// - Throws: `notFound`; `invalidArgument` for what is no report; `conflict` where counts went back, another account reports for
    ///   this gateway already, or more gateways report than can be.
    package func observeRollout(
        id: String, gateway: Text, sequence: Int64, tallies: [Int: RolloutTally], by principal: Principal
    ) async throws -> RolloutReceipt {
        guard Hex.decode(gateway.string)?.count == 16, gateway.string == gateway.string.lowercased() else {
            throw AssayError(.invalidArgument, "'gateway' is 32 hexadecimal digits in lower case, drawn when the gateway started.")
        }
        guard tallies.values.allSatisfy({ $0.candidate.labelled == 0 && $0.baseline.labelled == 0 }) else {
            throw AssayError(.invalidArgument, "Labels are counted by the registry, where they arrive, and by no gateway.")
        }
        guard sequence > 0 else { throw AssayError(.invalidArgument, "'sequence' is a whole number from 1.") }
        let (receipt, ready) = try await store.write { tx -> (RolloutReceipt, Rollout?) in
            var rollout = try self.existingRollout(id, tx)
            let report = RolloutReport(
                rolloutID: id, gateway: gateway.string, sequence: sequence, reporterID: principal.id, reportedMilliseconds: self.now, tallies: tallies)
            let isNew = try self.take(report, of: rollout, tx)
            var ready: Rollout?
            if rollout.isRunning {
                let (after, isReady) = try self.goOn(rollout, tx)
                rollout = after
                if isReady { ready = after }
            }
            return (RolloutReceipt(state: rollout.paper.record.state, revision: rollout.paper.record.revision, isNew: isNew), ready)
        }
        if let ready, rolloutAttempts.begin(id, at: now) { try await promoteByItself(ready) }
        return receipt
    }

    /// Takes in what labels say of the present step, and lets the rollout go on. It is kept as one more report, whose counts may go back:
    /// labels are corrected, and records erased.
    ///
    /// - Parameter tally: the labelled and mistaken counts alone.
    func observeOutcomes(ofRollout id: String, step: Int, _ tally: RolloutTally) async throws {
        let ready = try await store.write { tx -> Rollout? in
            let rollout = try self.existingRollout(id, tx)
            guard rollout.isRunning, rollout.step == step else { return nil }
            let standing = try tx.rolloutReport(rolloutID: id, gateway: Self.labelReporter)
            guard standing?.tallies[step] != tally else { return nil }
            var tallies = standing?.tallies ?? [:]
            tallies[step] = tally
            try tx.putRolloutReport(
                RolloutReport(
                    rolloutID: id, gateway: Self.labelReporter, sequence: (standing?.sequence ?? 0) + 1, reporterID: Principal.server.id,
                    reportedMilliseconds: self.now, tallies: tallies))
            let (after, isReady) = try self.goOn(rollout, tx)
            return isReady ? after : nil
        }
        if let ready, rolloutAttempts.begin(id, at: now) { try await promoteByItself(ready) }
    }

    /// No gateway's: theirs are 32 hexadecimal digits.
    private static let labelReporter = "labels"

    private func take(_ report: RolloutReport, of rollout: Rollout, _ tx: any StoreTransaction) throws -> Bool {
        let steps = rollout.plan.steps.indices
        if let step = report.tallies.keys.sorted().first(where: { !steps.contains($0) }) {
            throw AssayError(.invalidArgument, "The rollout \(rollout.id) has no step \(step); it has \(rollout.plan.steps.count), from 0.")
        }
        guard let standing = try tx.rolloutReport(rolloutID: rollout.id, gateway: report.gateway) else {
            guard try tx.rolloutReporters(rolloutID: rollout.id) < Self.reporterLimit else {
                throw AssayError(.conflict, "More than \(Self.reporterLimit) gateways report of the rollout \(rollout.id). End it and begin another one.")
            }
            try tx.putRolloutReport(report)
            return true
        }
        guard standing.reporterID == report.reporterID else {
            throw AssayError(.conflict, "Another account reports for the gateway \(report.gateway).")
        }
        guard report.sequence > standing.sequence else { return false }
        for (step, tally) in standing.tallies where !(report.tallies[step] ?? RolloutTally()).isAtLeast(tally) {
            throw AssayError(.conflict, "The gateway \(report.gateway) counted more of step \(step) before; a gateway that lost its counts draws another id.")
        }
        try tx.putRolloutReport(report)
        return true
    }

    /// - Returns: the rollout as it is then, and whether it may ask for its targets now.
    private func goOn(_ rollout: Rollout, _ tx: any StoreTransaction) throws -> (Rollout, Bool) {
        guard try candidateStands(rollout, tx) else {
            return (try end(rollout, RolloutState.stopped, "version \(rollout.document.candidate) is not there any more", by: .server, tx), false)
        }
        guard try baselineStands(rollout, tx) else {
            let baseline = rollout.baseline.map { "version \($0.version)" } ?? "what it compares with"
            let reason = "\(baseline) does not hold \(rollout.baseline?.place?.string ?? "its place") any more, so there is nothing to compare with"
            return (try end(rollout, RolloutState.stopped, reason, by: .server, tx), false)
        }
        let tally = try tx.rolloutTallies(rolloutID: rollout.id)[rollout.step] ?? RolloutTally()
        switch RolloutJudge(rollout.plan).move(step: rollout.step, began: rollout.began, tally: tally, now: now) {
        case .stay: return (rollout, false)
        case .rollBack(let reason): return (try end(rollout, RolloutState.rolledBack, reason, by: .server, tx), false)
        case .finish: return (rollout, rollout.plan.promotes)
        case .advance(let step):
            let share = RolloutDocument.share(rollout.plan.steps[step].share)
            var content = try summary(of: rollout, "step \(rollout.step + 1) is over; now \(share)", tx)
            content["step"] = .integer(Int64(step))
            content["step_began_ms"] = .integer(now)
            return (try Rollout(revise(rollout.paper, content, event: "advanced", by: .server, tx)), false)
        }
    }

    // MARK: - Promotion

    /// The candidate takes the targets, through the gate as any version: all of them in one savepoint, or none.
    ///
    /// - Throws: the gate's refusal of the first target that is refused, for which and for every other one a request is opened;
    ///   `permissionDenied` for who may not take places; `notFound`; `conflict` for one that has ended.
    package func promoteRollout(id: String, by principal: Principal) async throws -> RolloutView {
        let rollout = try await store.read { tx in
            let rollout = try self.existingRollout(id, tx)
            try Self.requireRunning(rollout)
            try self.requireRegistering(principal, self.version(tx, model: rollout.model, number: rollout.document.candidate), tx)
            return rollout
        }
        try requireSigner(principal, .request, about: try PaperAddress(model: rollout.model), for: "A promotion")
        let outcome: Result<RolloutView, AssayError> = try await store.write { tx in
            var rollout = try self.existingRollout(id, tx)
            try Self.requireRunning(rollout)
            let version = try self.version(tx, model: rollout.model, number: rollout.document.candidate)
            let number = Int64(version.version)
            // All are asked before the first is taken, so that each refusal leaves its request.
            var refusal: AssayError?
            let held = Set(try self.heldPlaces(tx, of: version).map(\.text))
            for target in rollout.document.targets where !held.contains(target.text) {
                if case .failure(let error) = try self.ask(target, for: version, by: principal, tx), refusal == nil { refusal = error }
            }
            if let refusal { return .failure(refusal) }
            for (index, target) in rollout.document.targets.enumerated() {
                var gated = useCases
                let isLast = index == rollout.document.targets.count - 1
                gated.promotionGate = RolloutGate(governance: self, rollout: isLast ? id : nil, actor: principal)
                // What is refused now throws, which takes the targets of before back too.
                switch target {
                case .stage(let stage):
                    _ = try gated.moveVersion(
                        number, ofModelNamed: rollout.model, to: UseCases.stage(stage), archivingOthers: true, by: principal, in: tx).get()
                case .alias(let alias): try gated.setAlias(alias, ofModelNamed: rollout.model, to: number, by: principal, in: tx).get()
                case .registration, .retirement: break
                }
            }
            rollout = try self.existingRollout(id, tx)
            // It held the last target already, so no gate was asked.
            if rollout.isRunning { rollout = try self.end(rollout, RolloutState.promoted, "it holds its targets", by: principal, tx) }
            return .success(try self.view(rollout, [], tx))
        }
        return try outcome.get()
    }

    /// In the name of who began the rollout and wrote that it may; a refusal stands in the rollout, which goes on at its last step.
    private func promoteByItself(_ rollout: Rollout) async throws {
        // The server's own work: what the gate looks at does not hang on who reported last.
        try await AccessGuard.$current.withValue(nil) {
            let refusal: String
            do {
                guard let user = try await store.read({ try $0.user(id: rollout.paper.record.makerID) }), !user.isDisabled else {
                    throw AssayError(.permissionDenied, "The account of \(rollout.paper.record.makerName), who began the rollout, is out of use.")
                }
                _ = try await promoteRollout(id: rollout.id, by: user.principal)
                return
            } catch let error as AssayError where error.code == .permissionDenied || error.code == .conflict {
                refusal = error.message
            }
            try await store.write { tx in
                let rollout = try self.existingRollout(rollout.id, tx)
                guard rollout.isRunning, rollout.paper.text("refusal") != refusal else { return }
                var content = try self.summary(of: rollout, "all steps are over, and the gate says no", tx)
                content["refusal"] = .string(refusal)
                _ = try self.revise(rollout.paper, content, event: "waiting", by: .server, tx)
            }
        }
    }
}

/// The gate before a target of a rollout, which ends with the last one in the same savepoint.
private struct RolloutGate: PromotionGate {
    let governance: Governance
    /// `nil` for a target that is not the last.
    let rollout: String?
    let actor: Principal

    func decide(_ change: RegistryChange, by actor: Principal, in tx: any StoreTransaction) throws -> PromotionOutcome {
        let outcome = try governance.decide(change, by: actor, in: tx)
        guard let rollout, case .allowed(let leave) = outcome else { return outcome }
        return .allowed(
            PromotionLeave(basis: leave.basis, admission: leave.admission) { [governance, actor] tx, entryID in
                try leave.finish(tx, entryID)
                let standing = try governance.existingRollout(rollout, tx)
                try Governance.requireRunning(standing)
                _ = try governance.end(standing, RolloutState.promoted, "the gate let it in", change: entryID, by: actor, tx)
            })
    }

    func requireAllowed(_ change: TagChange, by actor: Principal, in tx: any StoreSnapshot) throws {
        try governance.requireAllowed(change, by: actor, in: tx)
    }
}
