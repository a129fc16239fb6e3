import AssayJSON
import AssayPolicy
import AssayTerms
import Testing

/// What a policy demands, in words: each shape of each part has words, and another demand has other words.
struct PolicyExplanationTests {
    private static func explanation(_ policy: Policy) -> PolicyExplanation {
        PolicyExplanation(policy, catalogue: Fixtures.catalogue, approvingRoles: ["validator", "compliance"])
    }

    private static func sentences(_ part: PolicyExplanation.Part, _ text: String) throws -> [String] {
        let policy = try Fixtures.read("assay: policy/v1\nname: p\nversion: 1\n" + text)
        let section = try #require(explanation(policy).sections.first { $0.part == part })
        return section.sentences + section.items.flatMap { [$0.title] + $0.sentences }
    }

    /// The words about one check.
    private static func check(_ check: String, data: String = "{label: approve}") throws -> [String] {
        let section = try #require(explanation(try Fixtures.policy(check: check, data: data)).sections.first { $0.part == .checks })
        return try #require(section.items.first).sentences
    }

    @Test func theExampleInFull() throws {
        let explanation = Self.explanation(try Fixtures.read(PolicyReaderTests.example))
        #expect(explanation.title == "consumer-credit 2")
        #expect(explanation.description == "Why the limits are what they are.")
        #expect(explanation.sections.map(\.part) == PolicyExplanation.Part.allCases)
        let checks = try #require(explanation.sections.first { $0.part == .checks })
        #expect(
            checks.items.map(\.sentences) == [
                [
                    "What is measured: What fairness.demographic_parity_difference says.", "The groups are the values of the column 'race'.",
                    "Its value must be at most 0.10.", "Each group needs at least 30 rows.",
                    "It is incomplete where there is no evidence of it that counts, it has no value on these rows or fewer than two groups have rows, or one has too few.",
                ],
                [
                    "What is measured: What aif360.disparate_impact says.", "The groups are the values of the column 'race'.",
                    "The privileged group, which the others are compared with, is race=white.",
                    "Its value must be at least 0.8 and at most 1.25.", "Each group needs at least 50 rows.",
                    "It is incomplete where there is no evidence of it that counts, it has no value on these rows or fewer than two groups have rows, or one has too few.",
                ],
                [
                    "What is measured: What performance.roc_auc says.",
                    "Its whole confidence interval must be at least 0.75: the rows have to show that the limit is met.",
                    "It is incomplete where there is no evidence of it that counts, it has no value on these rows or the measure has no sound interval.",
                ],
                [
                    "What is measured: What performance.roc_auc says.",
                    "It may be at most 2% of that version's value worse than that of the version that holds the place now, on the same rows; worse means lower.",
                    "It is incomplete where there is no evidence of it that counts, it has no value on these rows or the version that holds the place has no such value on the same rows."
                        + " Where no version holds the place yet it is met.",
                ],
            ])
    }

    @Test func limitsInWords() throws {
        let demands: [(String, String)] = [
            ("max: 0.1", "Its value must be at most 0.1."), ("min: 0.1", "Its value must be at least 0.1."),
            ("below: 0.1", "Its value must be below 0.1 (0.1 itself is not allowed)."),
            ("above: 0.1", "Its value must be above 0.1 (0.1 itself is not allowed)."),
            ("min: 0.1, below: 0.5", "Its value must be at least 0.1 and below 0.5 (0.5 itself is not allowed)."),
            ("above: 0.1, below: 0.5", "Its value must be above 0.1 and below 0.5 (0.1 and 0.5 themselves are not allowed)."),
            ("between: [0.1, 0.5]", "Its value must be at least 0.1 and at most 0.5."),
            ("abs: true, max: 0.1", "Its value, without its sign, must be at most 0.1."),
            (
                "max: 0.1, judge: interval",
                "Its whole confidence interval must be at most 0.1: the rows have to show that the limit is met."
            ),
            (
                "against: production, max-drop: 0.02",
                "It may be at most 0.02 worse than that of the version that holds the place now, on the same rows; worse means lower."
            ),
            (
                "against: production, max-drop: 0",
                "It must not be worse than that of the version that holds the place now, on the same rows; worse means lower."
            ),
        ]
        for (limit, words) in demands {
            #expect(try Self.check("{id: performance.accuracy, \(limit)}").contains(words), "\(limit)")
        }
        #expect(
            try Self.check("{id: performance.log_loss, against: production, max-drop: 1%}").contains { $0.hasSuffix("worse means higher.") })
        let parity = "column: race, privileged: a, against: production, max-drop: 1%"
        #expect(try Self.check("{id: aif360.disparate_impact, \(parity)}").contains { $0.hasSuffix("worse means further from 1.") })
        #expect(
            try Self.check("{id: aif360.statistical_parity_difference, \(parity)}").contains { $0.hasSuffix("worse means further from 0.") })
        #expect(
            try Self.check("{id: performance.accuracy, against: production, max-drop: 1%}").contains {
                $0.hasSuffix("or no version holds the place yet.")
            })
    }

    @Test func whatACheckLooksAt() throws {
        #expect(
            try Self.check("{id: privacy.consent, column: ok, level: 4}") == [
                "What is measured: The share of rows with consent.", "It looks at the column 'ok'.",
                "Here 'value' is 'true', which is the standard and 'level' is '4'.", "Its value must be at least 1, that is: yes, or all of them.",
                "It is incomplete where there is no evidence of it that counts or it has no value on these rows.",
            ])
        let absent = "id: quality.column_absent, column: race"
        #expect(try Self.check("{\(absent), where: features}").contains("It looks among the columns that the model reads."))
        #expect(try Self.check("{\(absent), where: data}").contains("It looks among the columns of the data."))
        #expect(try Self.check("{\(absent)}").contains { $0.hasSuffix("where no model is judged among those of the data.") })
        let parity = "id: fairness.demographic_parity_difference, column: race, max: 0.1"
        #expect(try Self.check("{\(parity), min-group: 0}").contains("Groups count however few rows they have."))
        #expect(try Self.check("{\(parity), min-group: 1}").contains("Each group needs at least 1 row."))
        #expect(try Self.check("{\(parity), judge: interval}").contains { $0.contains("too few for even equal groups") })
    }

    /// A policy that was published where there were more checks.
    @Test func aCheckThatIsUnknownHereIsSaidToBe() throws {
        let text = "assay: policy/v1\nname: p\nversion: 1\ndata: {label: y}\nchecks: [{id: later.check, max: 0.1}]"
        let section = Self.explanation(try Fixtures.read(text, catalogue: nil)).sections.first { $0.part == .checks }
        #expect(
            section?.items.first?.sentences == [
                "This build has no check of that name, so it is always incomplete.", "Its value must be at most 0.1.",
            ])
    }

    @Test func placesAndModels() throws {
        let approval = "approvals: [{role: validator}]\n"
        #expect(
            try Self.sentences(.scope, approval) == [
                "It applies to every model.", "It applies whatever the model is classified as.",
                "A version meets it before it enters the stage Production or takes the alias 'champion', 'production' or 'prod'.",
                "Other policies may apply to the same change; all of them have to allow it.",
            ])
        let some = try Self.sentences(.scope, approval + "applies-to: {models: ['a-*', b], tiers: [low, high], registration: true}")
        #expect(some[0].hasPrefix("It applies to models named like 'a-*' or 'b':"))
        #expect(some[1] == "It applies to models classified as low or high, and to those that nobody has classified.")
        #expect(some[2] == "A version meets it before it is registered: it is not READY before.")
    }

    @Test func partsOfTheRowsAndNamedVersions() throws {
        let slice = try Self.check("{id: performance.accuracy, min: 0.8, slice: age >= 60, min-group: 100, fresh-within-days: 1}")
        #expect(slice.contains("It looks only at rows where age >= 60; at least 100 rows of them."), "\(slice)")
        #expect(slice.contains { $0.hasPrefix("Some evidence of it has to be younger than 1 day") })
        let each = try Self.check("{id: performance.accuracy, min: 0.8, for-each: region}")
        #expect(each.contains { $0.hasPrefix("The rows are told apart by the column 'region', and the following holds for each group of them, of at least 30 rows") })
        let named = try Self.check("{id: performance.accuracy, against: \"models:/fraud/7\", max-drop: 1%, if-none: pass}")
        #expect(
            named.contains(
                "It may be at most 1% of that version's value worse than that of version 7 of the model 'fraud', on the same rows; worse means lower."))
        #expect(named.contains { $0.hasSuffix("that version is the one that asks. Where there is no such version it is met.") }, "\(named)")
        #expect(try Self.check("{id: performance.accuracy, against: \"models:/fraud@champion\", max-drop: 0}").contains { $0.contains("has the alias 'champion' when the gate is asked") })
    }

    @Test func rowsAndColumns() throws {
        func data(_ fields: String, _ accept: String = "[supplied]") throws -> [String] {
            try Self.sentences(.data, "approvals: [{role: validator}]\naccept: \(accept)\ndata: {\(fields)}")
        }
        #expect(try Self.sentences(.data, "approvals: [{role: validator}]") == ["It looks at no rows."])
        let pin = "x@sha256:" + String(repeating: "ab", count: 32)
        let logged = try data("dataset: eval/a.parquet, label: y", "[recomputed]")
        #expect(logged[0].hasPrefix("The rows are the table 'eval/a.parquet' that was logged with the model."))
        #expect(logged.contains("The model itself, frozen with the version, scores the rows."))
        #expect(logged.contains("The label that counts as positive is 1 or true."))
        #expect(try data("dataset: \(pin), prediction: p")[0].contains("in exactly the version with the digest"))
        let columns = try data("label: y, prediction: p, score: s, positive: yes, weight: w, rows: age > 30")
        for words in [
            "The policy names no data set: a file given to assay check is judged, and evidence of the registry counts whatever rows it is on.",
            "Of these only the rows count where age > 30.", "What the model predicted stands in columns of the rows, where it predicted anything.",
            "The true labels stand in the column 'y'.", "The label that counts as positive is 'yes'.",
            "The predicted labels stand in the column 'p'.", "The scores stand in the column 's'.",
            "Each row counts by its weight in the column 'w'.",
        ] { #expect(columns.contains(words), "\(words)") }
        #expect(
            try data("label: y, scores: {low: p_low, high: p_high}").contains(
                "The scores stand of the class 'high' in the column 'p_high' and of the class 'low' in the column 'p_low'."))
        #expect(
            try data("predictions: 'artifact:out/p.parquet', prediction: p").contains(
                "What the model predicted stands in the file 'out/p.parquet' among the model's artifacts."))
        let bound = try data("score: s, thresholds: \(pin), thresholds-key: id, reference: \(pin)")
        #expect(bound.contains { $0.hasPrefix("Scores become decisions by the thresholds 'x'") && $0.contains("drawing rows by the column 'id'") })
        #expect(bound.contains { $0.hasPrefix("Drift is measured against the profile 'x'") })
    }

    @Test func evidencePeopleAndTime() throws {
        let check = "data: {label: approve}\nchecks: [{id: performance.accuracy, min: 0.5}]\n"
        #expect(try Self.sentences(.evidence, "approvals: [{role: validator}]") == ["It asks for no evidence."])
        #expect(try Self.sentences(.evidence, check).last == "Nothing else counts. Of several such statements each has to meet the limits.")
        let all = try Self.sentences(.evidence, check + "accept: [supplied, attested, recomputed]\nevaluators: [lab, firm]")
        #expect(all.map { $0.prefix(12) }.prefix(3) == ["'recomputed'", "'attested' e", "'supplied' e"])
        #expect(all[1].hasSuffix("Trusted are 'lab' and 'firm'."))
        #expect(try Self.sentences(.evidence, check + "accept: [attested]")[0].hasSuffix("No evaluator is named, so nobody's counts."))

        let young = try Self.sentences(.evidence, check + "fresh-within-days: 30")
        #expect(young.last == "Of each check some evidence has to be younger than 30 days, by when the server computed it or took it in.")

        #expect(try Self.sentences(.approvals, check) == ["Nobody has to approve."])
        #expect(try Self.sentences(.expiry, check) == ["There is nothing to approve, so nothing expires."])
        let people = "approvals: [{role: validator, count: 2}, {role: ethics, vote: majority}, {count: 1}]\napprovals-expire-after-days: 1\n"
        let policy = try Fixtures.read("assay: policy/v1\nname: p\nversion: 1\n" + people)
        let titles = Self.explanation(policy).sections.first { $0.part == .approvals }?.items.map(\.title)
        #expect(
            titles == [
                "2 people with the role 'validator'", "More than half of the people with the role 'ethics'",
                "1 person who may approve, with the role 'validator' or 'compliance'",
            ])
        #expect(try Self.sentences(.expiry, people)[0] == "An approval counts for 1 day, and for one promotion.")
        #expect(try Self.sentences(.duties, people).count == 3)
        #expect(
            try Self.sentences(.duties, people + "separation-of-duties: false") == [
                "Authors of a version may approve it themselves.", "Whoever published this policy never counts under it.",
            ])
    }

    @Test func whatIsWatched() throws {
        #expect(try Self.sentences(.monitoring, "approvals: [{role: validator}]\n") == ["It asks for no monitoring plan."])
        let words = try Self.sentences(
            .monitoring, "monitoring: [{id: performance.accuracy, min: 0.8, window: 7 days, alert: [risk, ana]}, {id: privacy.consent, column: c, window: batch, alert: [x]}]")
        #expect(words[0].hasSuffix("It is the plan that is asked for: nothing is watched by the gate."))
        #expect(words.contains("It is looked at over what is scored in 7 days, or less.") && words.contains("When it does not hold, 'risk' and 'ana' are told."))
        #expect(words.contains("It is looked at over each batch that is scored, or less.") && words.contains("When it does not hold, 'x' is told."))
    }

    @Test func whatMustBeOnRecord() throws {
        let none = try Self.sentences(.records, "approvals: [{role: validator}]\n")
        #expect(none[0] == "It asks for no signed record." && none[2].hasPrefix("An open finding that is critical blocks at once"))
        let some = try Self.sentences(
            .records, "records: [risk-evaluation, training_record]\nblocking-findings: [high]\n")
        #expect(some[0].hasPrefix("A signed record of 'training_record' has to be in force"), "\(some)")
        #expect(some[1] == "The risk evaluation of the model has to be complete, all ten sections.")
        #expect(some[2].hasPrefix("An open finding that is high or critical blocks at once"), "\(some)")
        #expect(try Self.check("{id: performance.accuracy, min: 0.7, waivable: false}").last == "Nobody can waive it.")
    }

    /// What asks for something else is told in other words.
    @Test(arguments: 0..<4)
    func anotherDemandHasOtherWords(_ seed: Int) {
        var draw = PolicyDraw(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 13)
        var differ = 0
        for _ in 0..<500 {
            var old = draw.policy("p")
            old.accept = Provenance.allCases
            var new = old
            draw.edit(&new)
            // Only checks of groups can have another number of rows a group.
            for index in new.checks.indices where new.checks[index].askedColumn == nil && new.checks[index].slice == nil {
                new.checks[index].minimumGroup = 30
            }
            let same = Self.explanation(old).sections == Self.explanation(new).sections
            let differences = PolicyComparison.differences(old, new, approvingRoles: ["validator", "compliance"])
            // Without checks nobody looks at evidence, and without approvals nothing expires.
            let isSaid = differences.contains { difference in
                switch difference.part {
                case .accept, .evaluators: !old.checks.isEmpty && new.accept.contains(.attested)
                case .expiry: !old.approvals.isEmpty
                case .scope, .data, .freshness, .checks, .records, .monitoring, .shadow, .serving, .findings, .documents, .approvals, .mutations, .duties: true
                case .title: false
                }
            }
            if isSaid { differ += 1 }
            #expect(!(isSaid && same), "\(differences)")
        }
        #expect(differ > 200)
    }

    @Test func asJSON() throws {
        let json = Self.explanation(try Fixtures.read(PolicyReaderTests.example)).json
        #expect(json["name"]?.string == "consumer-credit" && json["version"]?.string == "2")
        #expect(json["digest"]?["sha256"]?.string?.count == 64)
        let sections = try #require(json["sections"]?.array)
        #expect(sections.compactMap { $0["part"]?.string } == PolicyExplanation.Part.allCases.map(\.rawValue))
        #expect(sections[3]["items"]?.array?.count == 4)
        #expect(sections[3]["items"]?.array?[0]["name"]?.string == "fairness.demographic_parity_difference")
    }
}
