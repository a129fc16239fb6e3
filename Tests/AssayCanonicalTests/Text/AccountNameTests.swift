import AssayCanonical
import AssayTerms
import Testing

/// Which names people cannot tell apart.
@Suite struct AccountNameTests {
    @Test(arguments: [
        ("ana", "Ana"), ("ana", "ＡＮＡ"), ("Jos\u{e9}", "jose\u{301}"), ("stra\u{df}e", "STRASSE"), ("\u{3bf}\u{3c2}", "\u{39f}\u{3a3}"),
        ("\u{fb01}n", "FIN"), ("\u{17f}am", "SAM"), ("a\u{a0}b", "A b"), ("\u{212a}im", "kim"), ("x\u{b2}", "X2"),
    ] as [(Text, Text)])
    func lookAlikesFoldAlike(_ pair: (Text, Text)) {
        #expect(pair.0 != pair.1)
        #expect(AccountName.fold(pair.0) == AccountName.fold(pair.1))
        #expect(AccountName.fold(AccountName.fold(pair.0)) == AccountName.fold(pair.0))
    }

    @Test func othersDoNot() {
        let names: [Text] = ["ana", "anna", "an\u{e1}", "ana-2", "ana 2", "張偉", "张伟", "аня", "Αννα", "o'neill"]
        #expect(Set(names.map(AccountName.fold)).count == names.count)
    }

    @Test func lettersOfSeveralAlphabetsAreSeen() {
        for name in ["\u{430}na", "an\u{430}", "\u{391}na", "\u{13aa}na", "ana\u{570}", "\u{ff41}\u{430}", "v\u{1d00}l"] as [Text] {
            #expect(AccountName.mixesAlphabets(name), "\(name)")
        }
        for name in ["ana", "аня", "Αννα", "ana 张伟", "Ana-2", "", "Ana María", "\u{ff41}na", "50 €"] as [Text] {
            #expect(!AccountName.mixesAlphabets(name), "\(name)")
        }
    }
}
