/// A role as data: its name and what holding it allows and denies.
package struct RoleDefinition: Hashable, Sendable {
    package let role: Role
    /// For people; empty for roles an organisation made without one.
    package let title: Text
    /// Sorted, without repeats, so that equal roles have equal forms.
    package let grants: [Grant]

    package init(_ role: Role, title: Text = "", _ grants: [Grant]) {
        self.role = role
        self.title = title
        self.grants = Set(grants).sorted()
    }

    package var isShipped: Bool { Self.shipped(role) != nil }

    /// Whether somebody who holds only this role may do it to anything at all.
    package func allows(_ verb: Permission) -> Bool { Reach(verb, in: grants).isPossible }

    // MARK: - Shipped

    package static func shipped(_ role: Role) -> RoleDefinition? { shipped.first { $0.role == role } }

    /// The roles every installation has. They can be given and not edited. Those at the end are for people whose view is
    /// narrower than any verb over everything; until an organisation makes a role of what they may see, they see nothing.
    package static let shipped: [RoleDefinition] = [
        of(.admin, "users, tokens, webhooks and roles; fills no approval", [.read, .share, .administer, .manageRoles]),
        of(.affectedPerson, "somebody a model decides about", []),
        of(.auditor, "internal audit", [.read, .attest, .audit, .exportEvidence]),
        of(
            .compliance, "compliance, legal, data protection",
            [
                .read, .request, .attest, .publish, .setThreshold, .approve, .waive, .classify, .classifyModel, .setRetention, .legalHold,
                .exportEvidence, .fileReport,
            ]),
        of(
            .dataEngineer, "data engineer or steward",
            [.read, .readSensitive, .log, .delete, .attest, .classify, .runEval, .setRetention, .approve]),
        of(
            .dataScientist, "data scientist or ML engineer",
            [.read, .log, .register, .delete, .request, .adopt, .attest, .editDraft, .runEval]),
        of(.devops, "platform and operations", [.read, .request, .attest, .deploy, .rollback, .kill, .approve]),
        of(.endUser, "somebody who works with a model's answers", []),
        of(.ethicsCommittee, "ethics committee", [.read, .attest, .approve]),
        of(.executive, "executive sponsor", [.read, .attest, .approve, .waive, .setThreshold]),
        of(.externalAuditor, "external auditor or authority", []),
        of(.gateway, "a program that serves models and says what it saw", [.read, .observe]),
        of(.product, "product or business owner", [.read, .request, .attest, .editDraft, .approve]),
        of(.riskManager, "risk manager", [.read, .attest, .editDraft, .approve]),
        of(.security, "security", [.read, .attest, .audit, .approve]),
        of(
            .validator, "independent validator",
            [.read, .request, .attest, .publish, .setThreshold, .approve, .waive, .classifyModel, .runEval]),
    ]

    private static func of(_ role: Role, _ title: Text, _ verbs: [Permission]) -> RoleDefinition {
        RoleDefinition(role, title: title, verbs.isEmpty ? [] : [Grant(.allow, verbs, on: .everything)])
    }
}
