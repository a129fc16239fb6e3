import AssayPolicy
import AssayTerms
import Testing

/// Values that are named once, and what is wrong with them.
@Suite struct PolicyVariablesTests {
    private static func text(_ variables: String, least: String = "'${least}'", column: String = "race") -> String {
        """
        assay: policy/v1
        name: p
        version: 1
        \(variables)
        data: {label: approve}
        checks:
          - {id: performance.accuracy, min: \(least)}
          - {id: fairness.demographic_parity_difference, column: "\(column)", max: 0.1}
        """
    }

    @Test func aPolicyWithVariablesIsTheOneWrittenOut() throws {
        let written = try Fixtures.read(Self.text("", least: "0.75"))
        for variables in ["variables: {least: 0.75}", "variables: {least: '0.75'}", "variables:\n  least: \"0.75\""] {
            let policy = try Fixtures.read(Self.text(variables))
            #expect(policy == written && policy.digest == written.digest)
        }
        let parts = try Fixtures.read(Self.text("variables: {a: 0., b_-9: 75, race: race}", least: "'${a}${b_-9}'", column: "${race}"))
        #expect(parts.digest == written.digest)
        // What was written out is read back as it stands.
        #expect(try Fixtures.read(String(decoding: written.canonicalText, as: UTF8.self), catalogue: nil) == written)
    }

    @Test func aDollarMayStandForItself() throws {
        let plain = try Fixtures.read(Self.text("", least: "0.75", column: "${race}"))
        #expect(plain.checks[1].column == "${race}")
        #expect(try Fixtures.read(String(decoding: plain.canonicalText, as: UTF8.self), catalogue: nil) == plain)
        let escaped = try Fixtures.read(Self.text("variables: {least: 0.75}", column: "$${race} $ {x} $$${least}"))
        #expect(escaped.checks[1].column == "${race} $ {x} $${least}")
    }

    @Test(arguments: [
        ("variables: {leats: 0.75}", "'${least}'", ["4:13: error: the variable 'leats' is used nowhere", "7:37: error: 'variables' has no 'least'; did you mean 'leats'?"]),
        ("variables: {least: 0.75, more: 1}", "'${least}'", ["4:26: error: the variable 'more' is used nowhere"]),
        ("variables: [least]", "0.75", ["4:12: error: 'variables' is a mapping"]),
        ("variables: {}", "0.75", ["4:12: error: 'variables' is a mapping"]),
        ("variables: {least: [1]}", "'${least}'", ["4:20: error: the variable 'least' is text"]),
        ("variables: {other: 1, least: '${other}'}", "'${least}${other}'", ["4:30: error: the variable 'least' is text"]),
        ("variables: {9a: 1}", "0.75", ["4:13: error: a variable's name is"]),
        ("variables: {least: 0.75}", "'${least'", ["7:37: error: '${' is not closed"]),
        ("variables: {least: many}", "'${least}'", ["7:37: error: "]),
        ("variables: {least: ''}", "'${least}'", ["4:20: error: the variable 'least' is text"]),
    ] as [(String, String, [String])])
    func whatIsWrongIsNamedWhereItStands(_ variables: String, _ least: String, _ expected: [String]) {
        let problems = Fixtures.problems(Self.text(variables, least: least))
        for problem in expected { #expect(problems.contains { $0.hasPrefix(problem) }, "\(problem) in \(problems)") }
    }

    /// Names, versions and checks are what they say, so that a search finds them.
    @Test func whatAPolicyIsStandsInItsText() {
        for line in ["name: ${x}", "version: ${x}"] {
            let text = Self.text("variables: {x: 5}", least: "'0.${x}'").split(separator: "\n").map { text in
                line.hasPrefix(text.prefix(5)) ? line : String(text)
            }.joined(separator: "\n")
            #expect(!Fixtures.problems(text).isEmpty, "\(text)")
        }
        let text = Self.text("variables: {x: accuracy}", least: "0.5").split(separator: "\n").map {
            $0.contains("performance.accuracy") ? "  - {id: \"performance.${x}\", min: 0.5}" : String($0)
        }.joined(separator: "\n")
        #expect(Fixtures.problems(text).contains { $0.contains("performance.${x}") })
    }
}
