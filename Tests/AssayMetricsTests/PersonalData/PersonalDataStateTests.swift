import AssayColumns
import AssayMetrics
import AssayTerms
import Testing

/// The goal: a cell counts once a kind, however blocks are cut, and nothing is shown unmasked. The method: columns of known
/// cells; recall and precision on a corpus are held against Presidio in Tests/Reference.
@Suite struct PersonalDataStateTests {
    private func findings(_ texts: [Text], name: Text = "x", cut: Int? = nil) -> [PersonalDataState.Finding] {
        let dictionary = TextDictionary()
        let column = Column(name: name, values: .text(codes: texts.map { dictionary.code(for: $0) }, dictionary: dictionary))
        var state = PersonalDataState(name: name, type: .text)
        let places = Array(texts.indices)
        if let cut {
            state.add(column.gathered(Array(places[..<cut])))
            state.add(column.gathered(Array(places[cut...])))
        } else {
            state.add(column)
        }
        return state.findings().findings
    }

    @Test func numbersBesideNumbersAreToldApart() {
        let found = findings(["42 078-05-1120", "call 1 (212) 555-0100 or +49 30 1234567", "DE89 3704 0044 0532 0130 00", "1.2.3.4.5"])
        #expect(found.map(\.kind) == [.phone, .iban, .socialSecurity])
        #expect(found.map(\.count) == [1, 1, 1])
    }

    @Test func bareDigitsNeedAMajorityOrAName() {
        #expect(findings(["218456780", "x", "y"]).isEmpty)
        #expect(findings(["218456780", "219451234", "y"]).map(\.kind) == [.socialSecurity])
        #expect(findings(["218456780", "x", "y"], name: "customerSSN").map(\.kind) == [.socialSecurity])
    }

    @Test func samplesAreMaskedAndBlocksChangeNothing() {
        let texts: [Text] = ["anna@example.org", "b@c.de", "anna@example.org", "none"]
        let whole = findings(texts)
        #expect(whole.first?.count == 3)
        #expect(whole.first?.samples == ["a***@*******.***", "b@*.**"])
        for cut in 0...texts.count { #expect(findings(texts, cut: cut) == whole) }
    }

    @Test func longAndHostileTextEnds() {
        let digits = Text(String(repeating: "1-", count: 100_000))
        let signs = Text(String(repeating: "@", count: 100_000))
        #expect(findings([digits, signs, "\u{0}@\u{0}.com"]).isEmpty)
    }
}
