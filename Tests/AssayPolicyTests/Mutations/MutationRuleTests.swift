import AssayPolicy
import AssayTerms
import Testing

/// Who may change what of tags and aliases.
struct MutationRuleTests {
    private static func policy(_ rule: String) -> String {
        "assay: policy/v1\nname: p\nversion: 1\napplies-to: {models: ['loan-*']}\nmutations:\n  - {role: data_scientist, \(rule)}\n"
    }

    private static func isAllowed(_ rule: String, _ change: RegistryMutation, model: Text = "loan-a") throws -> Bool {
        Fixtures.gate([try Fixtures.read(policy(rule))]).refusal(of: change, names: [model], tier: nil) == nil
    }

    private static func change(
        alias: Text? = nil, key: Text? = nil, value: Text? = nil, on resource: MutationRule.Resource = .registeredModel,
        tags: [Text: Text] = ["frozen": "yes", "team": "Risk"], roles: Set<Text> = ["data_scientist", "validator"]
    ) -> RegistryMutation {
        RegistryMutation(resource: resource, roles: roles, alias: alias, tagKey: key, tagValue: value, tags: tags, aliases: ["champion": "3"])
    }

    @Test func requestsAndWhatIsThere() throws {
        let model = "type: registered-model"
        let alias = Self.change(alias: "champion")
        let tag = Self.change(key: "reviewed", value: "Yes")
        let cases: [(String, RegistryMutation, Bool)] = [
            ("\(model), request: \"alias != 'champion'\"", alias, false), ("\(model), request: \"alias != 'prod'\"", alias, true),
            ("\(model), request: \"alias NOT IN ('champion', 'prod')\"", alias, false), ("\(model), request: \"alias in ('champion')\"", alias, true),
            ("\(model), request: \"alias != 'Champion'\"", alias, false), ("\(model), request: \"alias LIKE 'CHAM%'\"", alias, true),
            ("\(model), resource: \"aliases.Champion != '3'\"", alias, false),
            // What the change does not have says nothing.
            ("\(model), request: \"alias != 'champion'\"", tag, true), ("\(model), request: \"tag_key = 'x'\"", alias, true),
            ("\(model), request: \"tag_key != 'reviewed'\"", tag, false), ("\(model), request: \"tag_value = 'yes'\"", tag, false),
            ("\(model), request: \"tag_value ILIKE 'yes'\"", tag, true), ("\(model), request: \"tag_value LIKE 'yes'\"", tag, false),
            ("\(model), request: \"tag_value LIKE '_e%'\"", tag, true), ("\(model), request: \"tag_value LIKE '%x%'\"", tag, false),
            ("\(model), request: \"tag_key != 'other' AND tag_value != 'Yes'\"", tag, false),
            ("\(model), request: \"tag_value = 'yes'\"", Self.change(key: "reviewed"), true),
            ("\(model), resource: \"tags.frozen != 'yes'\"", tag, false), ("\(model), resource: \"tags.absent != 'yes'\"", tag, true),
            ("\(model), resource: \"tags.absent = 'yes'\"", tag, false), ("\(model), resource: \"tags.`team` IN ('Risk')\"", tag, true),
            ("\(model), resource: \"aliases.champion = '3'\"", alias, true), ("\(model), resource: \"aliases.champion != '3'\"", alias, false),
            ("type: model-version, resource: \"tags.frozen != 'yes'\"", tag, true),
            ("type: model-version, resource: \"tags.frozen != 'yes'\"", Self.change(key: "a", on: .modelVersion), false),
            // The clients' own tags.
            ("\(model), request: \"tag_key = 'x'\"", Self.change(key: "mlflow.user", value: "y"), true),
            ("\(model), request: \"tag_value = 'it''s'\"", Self.change(key: "a", value: "it's"), true),
        ]
        for (rule, change, isAllowed) in cases { #expect(try Self.isAllowed(rule, change) == isAllowed, "\(rule): \(change)") }
        let rule = "\(model), request: \"alias != 'champion'\""
        #expect(try Self.isAllowed(rule, Self.change(alias: "champion", roles: ["validator"])))
        #expect(try Self.isAllowed(rule, alias, model: "fraud"))
    }

    @Test func mistakesAreReported() {
        let cases = [
            ("type: registered-model", "says nothing"), ("type: model, request: \"alias = 'a'\"", "'type' cannot be"),
            ("type: registered-model, request: \"alias = a\"", "single quotes"), ("type: registered-model, request: \"alias == 'a'\"", "single quotes"),
            ("type: registered-model, request: \"alias = 'a\"", "not closed"), ("type: registered-model, request: \"alias = 'a' OR alias = 'b'\"", "joins comparisons by AND"),
            ("type: registered-model, request: \"stage = 'a'\"", "not 'stage'"), ("type: registered-model, request: \"alias NOT 'a'\"", "NOT without IN"),
            ("type: registered-model, request: \"alias IN 'a'\"", "parentheses"), ("type: registered-model, request: \"alias IN ('a'\"", "not closed"),
            ("type: registered-model, request: \"alias\"", "ends where"), ("type: registered-model, request: \"alias > 'a'\"", "means nothing"),
            ("type: registered-model, request: \"alias = 'a' AND\"", "compares alias"), ("type: registered-model, request: \"tags.a = 'a'\"", "looked at in 'resource'"),
            ("type: registered-model, resource: \"alias = 'a'\"", "looked at in 'request'"), ("type: registered-model, resource: \"tags. = 'a'\"", "not 'tags.'"),
            ("type: model-version, request: \"alias = 'a'\"", "aliases are the registered model's"),
            ("type: registered-model, request: \"\(Array(repeating: "alias != 'a'", count: 6).joined(separator: " AND "))\"", "at most 5"),
        ]
        for (rule, words) in cases {
            let problems = Fixtures.problems(Self.policy(rule))
            #expect(problems.contains { $0.contains(words) }, "\(rule): \(problems)")
        }
    }

    /// Patterns with many `%` are no way to stop the server.
    @Test func patternsEndQuickly() throws {
        let pattern = String(repeating: "%a", count: 100) + "b"
        let value = Text(String(repeating: "a", count: 5_000))
        #expect(try !Self.isAllowed("type: registered-model, request: \"tag_value LIKE '\(pattern)'\"", Self.change(key: "k", value: value)))
    }

    @Test func rulesAloneStandBeforeNoPlace() throws {
        let policy = try Fixtures.read(Self.policy("type: registered-model, request: \"alias != 'champion'\""))
        #expect(!policy.isGate)
        let again = try PolicyReader.read(policy.canonicalText, catalogue: Fixtures.catalogue)
        #expect(again == policy)
        // The default stays where it was.
        #expect(Fixtures.gate([policy]).applicable(names: ["loan-a"], tier: nil, target: .stage("Production")).basis == .fallback)
        var looser = policy
        looser.mutations = []
        #expect(PolicyStrictness.compare(policy, looser, approvingRoles: []).map(\.part) == [.mutations])
        #expect(PolicyStrictness.compare(looser, policy, approvingRoles: []).isEmpty)
    }
}
