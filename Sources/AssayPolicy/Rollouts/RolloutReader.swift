import AssayTerms

/// Turns the text of a rollout into a document, or lists everything that is wrong with it.
struct RolloutReader: DocumentReading {
    let isKept: Bool
    var problems: [PolicyProblems.Problem] = []

    mutating func rollout(_ node: YAMLNode) -> RolloutDocument? {
        guard let fields = fields(node, RolloutTables.rollout) else { return nil }
        requireFormat(RolloutDocument.format, in: fields)
        let model = text("model", in: fields)
        let candidate = integer("candidate", in: fields)
        let rationale = text("rationale", in: fields)
        let owner = text("owner", in: fields)
        let targets = self.targets(in: fields)
        let baseline = self.baseline(in: fields)
        guard let strategy = word(RolloutStrategy.self, "strategy", in: fields) else { return nil }
        let plan = self.plan(strategy, in: fields)
        guard let model, let candidate, let rationale, let first = targets.first else { return nil }
        if case .version(candidate)? = baseline { report(fields.keyPosition("baseline"), "the candidate cannot be compared with itself") }
        return RolloutDocument(
            model: model, candidate: candidate, baseline: baseline ?? .place(first), rationale: rationale, owner: owner, targets: targets, plan: plan)
    }

    // MARK: - Places

    private mutating func targets(in fields: Fields) -> [GateTarget] {
        guard let items = items("targets", in: fields) else { return [] }
        if items.count > RolloutDocument.targetLimit {
            report(fields.keyPosition("targets"), "'targets' are at most \(RolloutDocument.targetLimit) places, not \(items.count)")
        }
        var targets: [GateTarget] = []
        for item in items {
            guard let text = text(item, what: "an item of 'targets'"), let target = place(text, at: item.position) else { continue }
            if targets.contains(where: { $0.text == target.text }) {
                report(item.position, "'\(text)' stands in 'targets' twice")
            } else {
                targets.append(target)
            }
        }
        return targets
    }

    private mutating func place(_ text: Text, at position: SourcePosition) -> GateTarget? {
        for (word, make) in [("stage ", { GateTarget.stage($0) }), ("alias ", { .alias($0) })] as [(String, (Text) -> GateTarget)]
        where text.string.hasPrefix(word) && text.string.count > word.count {
            let target = make(Text(String(text.string.dropFirst(word.count))))
            if case .stage = target, !["stage Staging", "stage Production"].contains(target.text) {
                report(position, "a version is rolled out into Staging or Production, or under an alias, not into '\(text)'")
                return nil
            }
            if case .stage = target { return .stage(Text(String(target.text.string.dropFirst(word.count)))) }
            return target
        }
        report(position, "'\(text)' is no place; write stage Production, or alias NAME")
        return nil
    }

    private mutating func baseline(in fields: Fields) -> RolloutDocument.Baseline? {
        guard let node = fields["baseline"], let text = text("baseline", in: fields) else { return nil }
        guard text.string.hasPrefix("version ") else { return place(text, at: node.position).map { .place($0) } }
        guard let number = Int(text.string.dropFirst("version ".count)), number > 0 else {
            report(node.position, "'baseline' is version N, or a place; '\(text)' is neither")
            return nil
        }
        return .version(number)
    }

    // MARK: - The plan

    private mutating func plan(_ strategy: RolloutStrategy, in fields: Fields) -> RolloutPlan {
        let steps = self.steps(strategy, in: fields)
        let guards = (items("guards", in: fields) ?? []).compactMap { watched($0, strategy) }
        let words = automatic(in: fields)
        if let words, words.contains("rollback"), guards.isEmpty {
            report(fields.keyPosition("automatic"), "without 'guards' nothing is rolled back by itself")
        }
        if let words, words.contains("promote"), guards.isEmpty {
            report(fields.keyPosition("automatic"), "what is promoted by itself needs 'guards', in which it is shown to be no worse")
        }
        if !isKept { requireJudgeable(guards, strategy, steps, words, in: fields) }
        for (index, watched) in guards.enumerated() where guards[..<index].contains(where: { $0.kind == watched.kind }) {
            report(fields.keyPosition("guards"), "two guards watch the same \(watched.word)")
        }
        return RolloutPlan(
            strategy: strategy, steps: steps, guards: guards, advance: word(RolloutPlan.Advance.self, "advance", in: fields) ?? .notWorse,
            promotes: words?.contains("promote") ?? false, rollsBack: words?.contains("rollback") ?? !guards.isEmpty)
    }

    /// What nothing can be compared with is judged by its own bound, or nothing would ever follow from it.
    private mutating func requireJudgeable(
        _ guards: [RolloutGuard], _ strategy: RolloutStrategy, _ steps: [RolloutPlan.Step], _ words: [Text]?, in fields: Fields
    ) {
        let plan = RolloutPlan(strategy: strategy, steps: steps)
        let hasWhole = steps.indices.contains { plan.hasNoBaseline(at: $0) }
        for watched in guards where watched.isRelative {
            if hasWhole, watched.maximum == nil {
                report(
                    fields.keyPosition("guards"),
                    "at 100% the baseline \(strategy == .batch ? "scores no job" : "answers nobody"), so this guard on \(watched.word) has nothing to compare with there; it needs 'max', the "
                        + "largest share that is taken")
            }
            if strategy == .flag, words != [] {
                report(
                    fields.keyPosition("guards"),
                    "whoever asks for the candidate of a flag chose it, so the two versions meet other requests and nothing follows from the "
                        + "difference by itself: give this guard on \(watched.word) 'max' instead of 'margin', or write automatic: []")
            }
        }
    }

    private mutating func automatic(in fields: Fields) -> [Text]? {
        guard fields.has("automatic") else { return nil }
        let words = texts("automatic", in: fields) ?? []
        for word in words where word != "promote" && word != "rollback" {
            report(fields.keyPosition("automatic"), "'automatic' holds promote and rollback, not '\(word)'")
        }
        return words
    }

    private mutating func steps(_ strategy: RolloutStrategy, in fields: Fields) -> [RolloutPlan.Step] {
        guard let items = items("steps", in: fields) else {
            switch strategy {
            // What began before jobs were counted goes on without steps, until people end it.
            case .batch: return isKept ? [] : [.init(share: RolloutPlan.wholeShare, requests: 10)]
            case .canary:
                if !fields.has("steps") { report(fields.position, "a canary needs 'steps': which share it answers, and how long") }
                return []
            case .ab: return [.init(share: RolloutPlan.wholeShare / 2, requests: 1_000)]
            case .shadow, .realTime: return [.init(share: RolloutPlan.wholeShare, requests: 1_000)]
            case .flag: return [.init(share: 0, requests: 1_000)]
            }
        }
        if items.count > 1, strategy != .canary, strategy != .batch { report(fields.keyPosition("steps"), "a \(strategy.rawValue) rollout has one step; a canary and a batch have several") }
        if items.count > RolloutDocument.stepLimit { report(fields.keyPosition("steps"), "'steps' are at most \(RolloutDocument.stepLimit), not \(items.count)") }
        var steps: [RolloutPlan.Step] = []
        for item in items {
            guard let step = step(item, strategy) else { continue }
            if let last = steps.last, step.share <= last.share {
                report(item.position, "each step has a larger share than the one before; \(RolloutDocument.share(step.share)) follows \(RolloutDocument.share(last.share))")
            }
            steps.append(step)
        }
        return steps
    }

    private mutating func step(_ node: YAMLNode, _ strategy: RolloutStrategy) -> RolloutPlan.Step? {
        guard let fields = fields(node, RolloutTables.step) else { return nil }
        var share: Int?
        switch strategy {
        case .flag:
            if fields.has("share") { report(fields.keyPosition("share"), "a flag is asked for, so it has no share") }
            share = 0
        case .realTime:
            if fields.has("share") { report(fields.keyPosition("share"), "a real-time rollout answers everything, so it has no share of its own") }
            share = RolloutPlan.wholeShare
        default:
            let takesAll = strategy == .shadow || strategy == .batch
            share = self.share(in: fields) ?? (fields.has("share") ? nil : takesAll ? RolloutPlan.wholeShare : nil)
            if !fields.has("share"), !takesAll { report(fields.position, "this step needs 'share', such as 5%") }
        }
        let minutes = integer("minutes", in: fields) ?? 0
        guard let requests = integer("requests", in: fields), let share else { return nil }
        return .init(share: share, requests: Int64(requests), minutes: Int64(minutes))
    }

    private mutating func share(in fields: Fields) -> Int? {
        guard let node = fields["share"], let text = text("share", in: fields) else { return nil }
        guard text.string.hasSuffix("%"), let percent = ExactDecimal(text.string.dropLast()), let hundred = ExactDecimal("100"),
            let share = Int((percent * hundred).description), (1...RolloutPlan.wholeShare).contains(share)
        else {
            report(node.position, "'share' is a percentage from 0.01% to 100% with at most two digits after the point, not '\(text)'")
            return nil
        }
        return share
    }

    // MARK: - Guards

    private static let keys: [Text: Set<Text>] = [
        "errors": ["margin", "max"], "latency": ["margin", "max", "over-ms"], "agreement": ["min", "tolerance"],
        "outcome": ["margin", "max", "label"], "mistakes": ["margin", "max", "tolerance"],
    ]

    private mutating func watched(_ node: YAMLNode, _ strategy: RolloutStrategy) -> RolloutGuard? {
        guard let fields = fields(node, RolloutTables.watch), let word = text("on", in: fields), let at = fields["on"]?.position else { return nil }
        guard let keys = Self.keys[word] else {
            report(at, "a guard is on errors, latency, agreement, outcome or mistakes, not on '\(word)'")
            return nil
        }
        for entry in fields.entries where fields.table[entry.key] != nil && !keys.contains(entry.key) && entry.key != "on" && entry.key != "level" {
            report(entry.keyPosition, "a guard on \(word) has no '\(entry.key)'")
        }
        if word == "agreement", strategy != .shadow {
            report(at, "only a shadow predicts what the baseline predicted, so only there 'agreement' can be watched")
        }
        let maximum = fields.has("max") && word != "agreement" ? unit("max", in: fields) : nil
        let needsBound = word == "agreement" || !fields.has("max")
        let bound = needsBound || fields.has("margin") ? unit(word == "agreement" ? "min" : "margin", in: fields) : nil
        let level = fields.has("level") ? self.level(in: fields) : 0.95
        let kind: RolloutGuard.Kind?
        switch word {
        case "errors": kind = .errors
        case "latency":
            if !fields.has("over-ms") { report(fields.position, "a guard on latency needs 'over-ms'") }
            kind = integer("over-ms", in: fields).map { .latency(overMilliseconds: $0) }
        case "agreement":
            kind = tolerance(in: fields).map { .agreement(tolerance: $0) }
        case "mistakes": kind = tolerance(in: fields).map { .mistakes(tolerance: $0) }
        default:
            if !fields.has("label") { report(fields.position, "a guard on an outcome needs 'label'") }
            kind = text("label", in: fields).map { .outcome(label: $0) }
        }
        guard let kind, let level, bound != nil || maximum != nil else { return nil }
        return RolloutGuard(kind, bound: bound, maximum: maximum, level: level)
    }

    private mutating func tolerance(in fields: Fields) -> Double? {
        guard fields.has("tolerance") else { return 0 }
        let tolerance = number("tolerance", in: fields)
        if let tolerance, tolerance < 0 { report(fields.keyPosition("tolerance"), "'tolerance' is not negative") }
        return tolerance
    }

    private mutating func number(_ key: Text, in fields: Fields) -> Double? {
        guard let node = fields[key], let text = text(node, what: "'\(key)'") else { return nil }
        guard ExactDecimal(text.string) != nil, let number = Double(text.string), number.isFinite else {
            report(node.position, "'\(key)' is a decimal number, not '\(text)'; write digits such as 0.05")
            return nil
        }
        return number
    }

    private mutating func unit(_ key: Text, in fields: Fields) -> Double? {
        guard let node = fields[key] else {
            report(fields.position, "this guard needs '\(key)'\(key == "margin" ? " or 'max'" : "")")
            return nil
        }
        guard let number = number(key, in: fields) else { return nil }
        guard (0...1).contains(number) else {
            report(node.position, "'\(key)' is a share from 0 to 1")
            return nil
        }
        return number
    }

    private mutating func level(in fields: Fields) -> Double? {
        guard let node = fields["level"], let number = number("level", in: fields) else { return nil }
        guard number >= 0.5, number <= 0.999_999 else {
            report(node.position, "'level' is a probability from 0.5 to 0.999999")
            return nil
        }
        return number
    }
}
