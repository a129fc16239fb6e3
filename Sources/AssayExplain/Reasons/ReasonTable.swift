package import AssayColumns
package import AssayModels
package import AssayTerms

/// A table of reason codes bound to a model's inputs: which code an input belongs to is decided before anything is computed.
package struct ReasonTable: Sendable {
    /// One reason for a row.
    package struct Reason: Hashable, Sendable {
        package let code: Text
        package let text: Text
        /// What its inputs together moved the answer toward the unfavourable side, in the space of the attributions; above 0.
        package let contribution: Double
        /// Those of its inputs that moved it there, the furthest first.
        package let features: [Text]
    }

    /// What is said of one row.
    package struct RowReasons: Hashable, Sendable {
        package let reasons: [Reason]
        /// What inputs that are never named moved the answer toward the unfavourable side, those that moved it away left out.
        package let neverNamed: Double
    }

    /// An input's codes in the table's order; the first whose condition holds is the input's.
    private struct Choice: Sendable {
        var code: Int
        var condition: ReasonCodes.Condition?
    }

    private enum Cover: Sendable {
        case never
        case codes([Choice])
        /// Nothing is made from it, so that it moves nothing.
        case unused
    }

    package let codes: ReasonCodes
    /// Of the table's bytes.
    package let digest: SHA256Digest
    private let form: ModelForm
    private let covers: [Cover]
    /// Which score is explained, and 1 or -1 for whether a higher one is unfavourable.
    private let score: Int
    private let sign: Double

    /// - Throws: `invalidArgument` for a class that the model does not have; names of inputs that it does not have; an input that it uses and that
    ///   neither a code covers nor `never` names, or that is covered in two ways of which one is never asked.
    package init(_ codes: ReasonCodes, digest: SHA256Digest, form: ModelForm) throws(AssayError) {
        self.codes = codes
        self.digest = digest
        self.form = form
        (score, sign) = try Self.side(codes, form)
        covers = try Self.covers(codes, form)
    }

    private static func problem(_ codes: ReasonCodes, _ message: String) -> AssayError {
        AssayError(.invalidArgument, "the reason codes '\(codes.name)' \(codes.version) do not fit the model: \(message)")
    }

    private static func side(_ codes: ReasonCodes, _ form: ModelForm) throws(AssayError) -> (Int, Double) {
        switch (codes.unfavourable, form.classes) {
        case (.high, nil): return (0, 1)
        case (.low, nil): return (0, -1)
        case (.high, _?), (.low, _?):
            throw problem(codes, "it answers with classes; write 'unfavourable: {class: LABEL}'")
        case (.label(let label), nil):
            throw problem(
                codes, "it gives no probabilities of classes, so '\(label)' is none of them; write 'unfavourable: {number: high}' or low")
        case (.label(let label), let classes?):
            guard let place = ClassChoice.place(of: label, in: classes) else {
                throw problem(codes, "it has no class '\(label)'; it has \(ClassChoice.list(classes))")
            }
            // Of two classes the second's score is explained.
            return classes.count == 2 ? (0, place == 1 ? 1 : -1) : (place, 1)
        }
    }

    private static func covers(_ codes: ReasonCodes, _ form: ModelForm) throws(AssayError) -> [Cover] {
        let used = Set(form.usedInputs)
        func places(_ pattern: Text, of what: String) throws(AssayError) -> [Int] {
            let found = form.inputs.indices.filter { matches(form.inputs[$0], pattern) }
            guard !found.isEmpty else {
                throw problem(codes, "\(what) names '\(pattern)', which is none of its inputs\(NearNames.question(NearNames.near(pattern, among: form.inputs)))")
            }
            return found
        }
        var never: Set<Int> = []
        for pattern in codes.never { never.formUnion(try places(pattern, of: "'never'")) }
        var choices: [Int: [Choice]] = [:]
        for (number, code) in codes.codes.enumerated() {
            var seen: Set<Int> = []
            for pattern in code.features {
                for place in try places(pattern, of: "the code '\(code.code)'") where seen.insert(place).inserted {
                    let name = form.inputs[place]
                    guard !never.contains(place) else {
                        throw problem(codes, "'\(name)' is never to be named, and the code '\(code.code)' covers it")
                    }
                    if let first = choices[place]?.first(where: { $0.condition == nil || $0.condition == code.condition }) {
                        throw problem(
                            codes,
                            "'\(name)' belongs to '\(codes.codes[first.code].code)' already, so '\(code.code)' would never be its reason; "
                                + "leave it out there, or give the first a 'when'")
                    }
                    choices[place, default: []].append(Choice(code: number, condition: code.condition))
                }
            }
        }
        let open = form.inputs.indices.filter { used.contains($0) && !never.contains($0) && choices[$0] == nil }
        guard open.isEmpty else {
            throw problem(
                codes,
                "no code covers \(ValueList.text(open.map { form.inputs[$0] }, limit: 20)); give each a code, or name it under 'never'")
        }
        let partly = choices.filter { entry in entry.value.allSatisfy { $0.condition != nil } && used.contains(entry.key) }.keys.sorted()
        guard partly.isEmpty else {
            throw problem(
                codes,
                "\(ValueList.text(partly.map { form.inputs[$0] }, limit: 20)) \(partly.count == 1 ? "has" : "have") codes with 'when' alone; "
                    + "add one without it for every other value")
        }
        return form.inputs.indices.map { place in
            never.contains(place) ? .never : choices[place].map { .codes($0) } ?? .unused
        }
    }

    private static func matches(_ name: Text, _ pattern: Text) -> Bool {
        guard pattern.utf8.last == UInt8(ascii: "*") else { return name == pattern }
        return name.utf8.starts(with: pattern.utf8.dropLast())
    }

    /// The reasons of each row, the greatest contribution first.
    ///
    /// Definition: a code's contribution is the sum of its inputs' attributions to the unfavourable class's score (turned round where the other
    /// class's is explained), in the inputs' order. Codes of contributions above 0 and at least the minimum are ranked by contribution. A contribution
    /// that is less than the next greater one by no more than 2⁻³⁰ of the row's greatest has the same rank, and so has one that misses the minimum
    /// by no more: what is equal but for rounding is ranked by the table's order alone.
    ///
    /// - Parameter block: the rows that were explained; conditions look at their values.
    /// - Throws: `invalidArgument` where a code asks whether a text is above or below a number; `unsupported` for attributions to groups of inputs.
    /// - Complexity: O(rows × (inputs + codes log codes)).
    package func reasons(_ explanation: Explanation, _ block: RowBlock) throws(AssayError) -> [RowReasons] {
        guard explanation.featureNames == form.inputs else {
            throw AssayError(.unsupported, "reasons are made of attributions to each of the model's inputs, and these are to groups of them; explain without groups")
        }
        guard score < explanation.baseValues.count else {
            throw AssayError(.unsupported, "the model gives no probabilities, so nothing is attributed to the unfavourable class")
        }
        let columns = try conditionColumns(block)
        var all: [RowReasons] = []
        all.reserveCapacity(explanation.rowCount)
        for row in 0..<explanation.rowCount {
            let attributions = explanation.attributions(row: row, score: score)
            var sums = [Double](repeating: 0, count: codes.codes.count)
            var movers = [[(feature: Int, value: Double)]](repeating: [], count: codes.codes.count)
            var neverNamed = 0.0
            for (feature, value) in attributions.enumerated() {
                let moved = sign * value
                switch covers[feature] {
                case .unused: continue
                case .never: neverNamed += max(moved, 0)
                case .codes(let choices):
                    guard let code = try code(of: choices, columns[feature] ?? nil, row) else { continue }
                    sums[code] += moved
                    if moved > 0 { movers[code].append((feature, moved)) }
                }
            }
            all.append(RowReasons(reasons: ranked(sums, movers), neverNamed: neverNamed))
        }
        return all
    }

    /// The columns of inputs whose code depends on their value.
    private func conditionColumns(_ block: RowBlock) throws(AssayError) -> [Int: Column?] {
        let asked = covers.indices.filter { place in
            if case .codes(let choices) = covers[place] { choices.count > 1 } else { false }
        }
        guard !asked.isEmpty else { return [:] }
        let bound = try form.bound(block)
        var columns: [Int: Column?] = [:]
        for place in asked { columns[place] = bound[form.inputs[place]] }
        return columns
    }

    private func code(of choices: [Choice], _ column: Column?, _ row: Int) throws(AssayError) -> Int? {
        for choice in choices {
            guard let condition = choice.condition else { return choice.code }
            if try holds(condition, column?.value(at: row), of: codes.codes[choice.code]) { return choice.code }
        }
        return nil
    }

    private func holds(_ condition: ReasonCodes.Condition, _ value: ColumnValue?, of code: ReasonCodes.Code) throws(AssayError) -> Bool {
        guard let value else { return condition == .missing }
        switch condition {
        case .missing: return false
        case .above(let bound), .below(let bound):
            guard let number = value.number else {
                throw AssayError(
                    .invalidArgument, "the code '\(code.code)' asks whether '\(code.features[0])' is above or below a number, and it holds no numbers")
            }
            if case .above = condition { return number > bound }
            return number < bound
        case .oneOf(let texts):
            let type: ColumnType = value.number == nil ? .text : .double
            return texts.contains { text in (try? ColumnValue(reading: text, as: type, column: code.features[0])) == value }
        }
    }

    private func ranked(_ sums: [Double], _ movers: [[(feature: Int, value: Double)]]) -> [Reason] {
        var total = 0.0
        var greatest = 0.0
        for sum in sums where sum > 0 {
            total += sum
            greatest = max(greatest, sum)
        }
        guard greatest > 0 else { return [] }
        let least: Double =
            switch codes.minimum {
            case .amount(let amount): amount
            case .share(let share): share * total
            }
        // What rounding leaves of a sum that is nothing is below it too.
        let step = greatest * 0x1p-30
        let found = sums.indices.filter { sums[$0] > step && sums[$0] >= least - step }
        return Self.order(found.map { (place: $0, value: sums[$0]) }, step: step).prefix(codes.limit).map { place in
            let code = codes.codes[place]
            let features = Self.order(movers[place].map { (place: $0.feature, value: $0.value) }, step: step)
            return Reason(code: code.code, text: code.text, contribution: sums[place], features: features.map { form.inputs[$0] })
        }
    }

    /// Places by value, the greatest first; those that follow one another within `step` by their own order.
    private static func order(_ entries: [(place: Int, value: Double)], step: Double) -> [Int] {
        let sorted = entries.sorted { ($1.value, $0.place) < ($0.value, $1.place) }
        var ranks: [[Int]] = []
        var last = Double.infinity
        for (place, value) in sorted {
            if last - value <= step { ranks[ranks.count - 1].append(place) } else { ranks.append([place]) }
            last = value
        }
        return ranks.flatMap { $0.sorted() }
    }
}
