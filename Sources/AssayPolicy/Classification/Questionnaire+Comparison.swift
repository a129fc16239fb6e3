package import AssayTerms

extension Questionnaire {
    /// In what this questionnaire may ask for less than `old`; empty if no answers come to less here than there.
    ///
    /// Decided part by part and against this one in doubt, as policies are compared (``PolicyStrictness``): every question and rule
    /// of `old` is here, looks at the same, and has at least its effects. More of both may be here, since nothing that stands in
    /// `old` looks at what is new. Words, sections and citations do not count.
    ///
    /// - Parameter isLaw: only what Regulation (EU) 2024/1689 is answered by: questions and rules that make a class, and what these
    ///   look at.
    /// - Complexity: O(questions + rules) of both, each looked up.
    package func easings(from old: Questionnaire, ofLawAlone isLaw: Bool = false, approvingRoles: [Text] = []) -> [String] {
        let law = isLaw ? old.lawIDs : nil
        var found: [String] = []
        for question in old.questions where law?.contains(question.id) ?? true {
            guard let new = self.question(question.id) else {
                found.append("asks no longer '\(question.id)': \(question.text)")
                continue
            }
            if !Self.isAtLeast(new.kind, question.kind) { found.append("'\(question.id)' comes to less for some answer, or may be answered otherwise") }
        }
        for rule in old.rules where law?.contains(rule.id) ?? true {
            guard let new = rules.first(where: { $0.id == rule.id }) else {
                found.append("the rule '\(rule.id)' is gone: \(rule.text)")
                continue
            }
            let isSame = new.any == rule.any && new.all == rule.all && new.none == rule.none
            // One atom more of `any`, and one fewer of the others, lets it hold more often; but another rule may look at that.
            if !isSame { found.append("the rule '\(rule.id)' looks at other answers") }
            if !Self.isAtLeast(new.effects, rule.effects) { found.append("the rule '\(rule.id)' comes to less") }
        }
        guard !isLaw else { return found }
        if moderatePoints > old.moderatePoints { found.append("the tier moderate takes \(moderatePoints) points, where it took \(old.moderatePoints)") }
        if highPoints > old.highPoints { found.append("the tier high takes \(highPoints) points, where it took \(old.highPoints)") }
        for obligation in old.obligations {
            guard let new = obligations.first(where: { $0.id == obligation.id }) else {
                found.append("the obligation '\(obligation.id)' is gone")
                continue
            }
            if new.from > obligation.from || new.any != obligation.any && !new.any.isEmpty {
                found.append("the obligation '\(obligation.id)' begins later, or falls on other uses")
            }
        }
        for tier in [nil, .low, .moderate, .high] as [Tier?] {
            let word = tier?.rawValue ?? "unclassified"
            found += PolicyStrictness.compare(
                old.defaults.policy(for: tier), defaults.policy(for: tier), approvingRoles: approvingRoles
            ).map { "of \(word) models: \($0.text)" }
            let months = (old.defaults[tier].revalidationMonths, defaults[tier].revalidationMonths)
            if let before = months.0, months.1.map({ $0 > before }) ?? true {
                found.append("of \(word) models: is validated anew \(months.1.map { "after \($0) months" } ?? "never"), where it was after \(before)")
            }
        }
        return found
    }

    /// Questions and rules whose effects make a class, and all that these rules look at.
    private var lawIDs: Set<Text> {
        var ids: Set<Text> = []
        for question in questions {
            switch question.kind {
            case .yesNo(let effects): if effects.euClass != nil { ids.insert(question.id) }
            case .choice(let options), .several(let options):
                if options.contains(where: { $0.effects.euClass != nil }) { ids.insert(question.id) }
            }
        }
        // Rules look only at what stands before them, so one pass from the end reaches all.
        for rule in rules.reversed() where rule.effects.euClass != nil || ids.contains(rule.id) {
            ids.insert(rule.id)
            for atom in rule.any + rule.all + rule.none { ids.insert(atom.subject) }
        }
        return ids
    }

    private static func isAtLeast(_ new: Kind, _ old: Kind) -> Bool {
        switch (new, old) {
        case (.yesNo(let new), .yesNo(let old)): isAtLeast(new, old)
        // One option more is one more way to answer, which may come to less than what had to be chosen before.
        case (.choice(let new), .choice(let old)):
            new.map(\.id) == old.map(\.id) && zip(new, old).allSatisfy { isAtLeast($0.effects, $1.effects) }
        case (.several(let new), .several(let old)):
            old.allSatisfy { option in new.contains { $0.id == option.id && isAtLeast($0.effects, option.effects) } }
        default: false
        }
    }

    private static func isAtLeast(_ new: Effects, _ old: Effects) -> Bool {
        let isClass = old.euClass.map { before in new.euClass.map { $0 >= before } ?? false } ?? true
        let isTier = old.tier.map { before in new.tier.map { $0 >= before } ?? false } ?? true
        return isClass && isTier && new.points >= old.points && Set(old.brings).isSubset(of: new.brings)
    }
}

extension Questionnaire.Atom {
    /// The question or rule it looks at.
    var subject: Text {
        switch self {
        case .yes(let id), .choice(let id, _), .rule(let id): id
        }
    }
}
