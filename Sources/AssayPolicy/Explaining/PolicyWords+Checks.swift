import AssayTerms

extension PolicyWords {
    var checksInGeneral: [String] {
        guard !policy.checks.isEmpty else {
            return ["Nothing is measured." + (policy.declared.isEmpty ? "" : " What the run says of itself has to be as follows.")]
        }
        return [
            "Each of these has to be met. 'fail' means that the limit is shown to be broken; "
                + "'incomplete' means that neither is shown, and lets nothing through either."
        ]
    }

    func item(_ check: PolicyCheck) -> PolicyExplanation.Item {
        guard let descriptor = catalogue[check.id] else {
            return .init(
                name: check.id, title: check.title,
                sentences: ["This build has no check of that name, so it is always incomplete.", demand(check, nil)])
        }
        let sentences =
            ["What is measured: \(descriptor.sentence)"] + focus(check, descriptor) + options(check, descriptor)
            + slices(check) + [demand(check, descriptor)] + groups(check, descriptor) + [incomplete(check, descriptor)] + age(check) + waiving(check)
        return .init(name: check.id, title: check.title, sentences: sentences)
    }

    func item(_ check: DeclaredCheck) -> PolicyExplanation.Item {
        let what =
            switch check.kind {
            case .tag: "the tag"
            case .parameter: "the parameter"
            case .metric: "the latest value of the metric"
            }
        let demand =
            switch check.demand {
            case .present: "It has to be there, whatever it says."
            case .words(let words): "It has to be \(PhraseText.quoted(words, "or")), letter by letter."
            case .limit(let limit): "It has to be a number\(limit.usesMagnitude ? " that is, without its sign," : "") \(limit.boundsInWords)."
            }
        return .init(
            name: check.kind.rawValue, title: check.title,
            sentences: [
                "It looks at \(what) '\(check.name)' of the version's run. Whoever logged the run wrote it: nobody measured it, and every decision says so.",
                demand, "It is incomplete where the run does not say it. Nobody can waive it. Approvals are bound to what it says.",
            ])
    }

    /// The part of the rows, and how it is told apart.
    private func slices(_ check: PolicyCheck) -> [String] {
        var sentences: [String] = []
        if let slice = check.slice {
            sentences.append("It looks only at rows where \(slice); at least \(ReasonText.rows(check.minimumGroup)) of them.")
        }
        if let column = check.forEach {
            sentences.append(
                "The rows are told apart by the column '\(column)', and the following holds for each group of them, of at least \(ReasonText.rows(check.minimumGroup)).")
        }
        return sentences
    }

    private func age(_ check: PolicyCheck) -> [String] {
        guard let days = check.freshDays else { return [] }
        return ["Some evidence of it has to be younger than \(PhraseText.counted(days, "day", "days")), or than what the policy says of all checks."]
    }

    private func waiving(_ check: PolicyCheck) -> [String] { check.isWaivable ? [] : ["Nobody can waive it."] }

    /// What of the data the check looks at.
    private func focus(_ check: PolicyCheck, _ descriptor: CheckDescriptor) -> [String] {
        var sentences: [String] = []
        let hasGroups = descriptor.needs.contains(.sensitive)
        if let column = check.column {
            sentences.append(hasGroups ? "The groups are the values of the column '\(column)'." : "It looks at the column '\(column)'.")
        } else if descriptor.needs.contains(.anyColumn) {
            sentences.append("It looks at all columns.")
        }
        if let privileged = check.privileged {
            sentences.append("The privileged group, which the others are compared with, is \(privileged).")
        }
        if descriptor.needs.contains(.columnNames) {
            switch check.place {
            case .features: sentences.append("It looks among the columns that the model reads.")
            case .data: sentences.append("It looks among the columns of the data.")
            case nil: sentences.append("It looks among the columns that the model reads, and where no model is judged among those of the data.")
            }
        }
        return sentences
    }

    /// Options that are written and standard ones alike: both are part of what the number means.
    private func options(_ check: PolicyCheck, _ descriptor: CheckDescriptor) -> [String] {
        let words = descriptor.options.compactMap { option -> String? in
            if let given = check.options[option.name] {
                if case .document = option.form { return "'\(option.name)' is the document in the policy (\(given.utf8Count) bytes)" }
                return "'\(option.name)' is '\(given)'"
            }
            return option.standard.map { "'\(option.name)' is '\($0)', which is the standard" }
        }
        return words.isEmpty ? [] : ["Here \(PhraseText.list(words))."]
    }

    /// The limit and who of the result is held against it, in one sentence.
    private func demand(_ check: PolicyCheck, _ descriptor: CheckDescriptor?) -> String {
        let limit = check.limit
        if case .drop(let amount, let text, let isRelative) = limit.shape {
            let much = isRelative ? "\(text) of that version's value" : text
            let place = "\(Self.baseline(check)), on the same rows"
            let worse = descriptor.flatMap { Self.worse($0.direction) }.map { "; worse means \($0)" } ?? ""
            if amount == .zero { return "It must not be worse than that of \(place)\(worse)." }
            return "It may be at most \(much) worse than that of \(place)\(worse)."
        }
        let sign = limit.usesMagnitude ? ", without its sign," : ""
        let bounds = "must be \(limit.boundsInWords)"
        switch check.judge {
        case .value:
            let reading = descriptor.flatMap { limit.reading(implied: $0.impliedLimit) }.map { ", that is: \($0)" } ?? ""
            return "Its value\(sign) \(bounds)\(reading)."
        case .interval:
            return "Its whole confidence interval\(sign) \(bounds): the rows have to show that the limit is met."
        }
    }

    private static func baseline(_ check: PolicyCheck) -> String {
        switch check.against {
        case .version(let model, let number, _)?: "version \(number) of the model '\(model)'"
        case .alias(let model, let alias)?: "the version of the model '\(model)' that has the alias '\(alias)' when the gate is asked"
        case .production?, nil: "the version that holds the place now"
        }
    }

    private static func worse(_ direction: CheckDescriptor.Direction) -> String? {
        switch direction {
        case .higherIsBetter: "lower"
        case .lowerIsBetter: "higher"
        case .zeroIsParity: "further from 0"
        case .oneIsParity: "further from 1"
        case .none: nil
        }
    }

    private func groups(_ check: PolicyCheck, _ descriptor: CheckDescriptor) -> [String] {
        guard descriptor.needs.contains(.sensitive) else { return [] }
        guard check.minimumGroup > 0 else { return ["Groups count however few rows they have."] }
        return ["Each group needs at least \(ReasonText.rows(check.minimumGroup))."]
    }

    /// When the answer is neither yes nor no.
    private func incomplete(_ check: PolicyCheck, _ descriptor: CheckDescriptor) -> String {
        var cases = ["there is no evidence of it that counts", "it has no value on these rows"]
        if descriptor.needs.contains(.sensitive) {
            cases.append(
                check.minimumGroup > 0 ? "fewer than two groups have rows, or one has too few" : "fewer than two groups have rows")
        }
        if check.slice != nil { cases.append("fewer rows of the slice count") }
        if check.forEach != nil { cases.append("a group has too few rows, or none") }
        if check.judge == .interval {
            cases.append("the measure has no sound interval")
            if descriptor.needs.contains(.sensitive) { cases.append("the rows are too few for even equal groups to show it") }
        }
        var ending = ""
        if check.against != nil {
            let isNamed = check.against != .production
            cases.append("\(isNamed ? "the version that is compared with" : "the version that holds the place") has no such value on the same rows")
            if isNamed { cases.append("that version is the one that asks") }
            let none = isNamed ? "there is no such version" : "no version holds the place yet"
            switch check.withoutBaseline {
            case .incomplete: cases.append(none)
            case .pass: ending = " Where \(none) it is met."
            }
        }
        return "It is incomplete where \(PhraseText.list(cases, "or")).\(ending)"
    }
}

extension Limit {
    /// `at most 0.1`, `at least 0.8 and at most 1.25`, `above 0 and below 1 (0 and 1 themselves are not allowed)`.
    fileprivate var boundsInWords: String {
        guard case .range(let lower, let upper) = shape else { return text }
        let words = [
            lower.map { ($0.isInclusive ? "at least " : "above ") + $0.text },
            upper.map { ($0.isInclusive ? "at most " : "below ") + $0.text },
        ].compactMap(\.self)
        let refused = [lower, upper].compactMap { $0 }.filter { !$0.isInclusive }.map(\.text)
        guard !refused.isEmpty else { return PhraseText.list(words) }
        let itself = refused.count == 1 ? "itself is" : "themselves are"
        return "\(PhraseText.list(words)) (\(PhraseText.list(refused)) \(itself) not allowed)"
    }

    /// What the limit comes to, where it is the one that is meant when none is written.
    fileprivate func reading(implied: CheckDescriptor.ImpliedLimit?) -> String? {
        guard case .range(let lower, let upper) = shape, !usesMagnitude else { return nil }
        switch implied {
        case .atLeastOne where upper == nil && lower?.isInclusive == true && lower?.decimal == ExactDecimal("1"): return "yes, or all of them"
        case .atMostZero where lower == nil && upper?.isInclusive == true && upper?.decimal == .zero: return "none at all"
        default: return nil
        }
    }
}
