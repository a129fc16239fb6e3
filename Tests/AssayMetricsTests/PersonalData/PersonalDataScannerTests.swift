import AssayTerms
import Testing

@testable import AssayMetrics

/// The goal: the scanner finds what has a form of personal data wherever it stands in a text, and only that; its buffers carry
/// nothing from one text to the next. The method: forms at the start, in the middle and at the end of texts, with neighbours.
@Suite struct PersonalDataScannerTests {
    private static let forms: [(text: Text, kind: PersonalDataKind)] = [
        ("anna@example.org", .email), ("+49 30 1234567", .phone), ("(212) 555-0173", .phone), ("1 212 555 0173", .phone),
        ("4111 1111 1111 1111", .card), ("4111111111111111", .card), ("DE89 3704 0044 0532 0130 00", .iban),
        ("GB82WEST12345698765432", .iban), ("192.168.0.1", .address), ("2001:db8::8a2e:370:7334", .address),
        ("078-05-1120", .socialSecurity), ("943 476 5919", .nhs), ("12345678Z", .nif), ("X1234567L", .nif),
        ("131052-308T", .finnishIdentity), ("S1234567D", .nric),
    ]

    @Test func formsAreFoundWhereverTheyStand() {
        var scanner = PersonalDataScanner()
        for (form, kind) in Self.forms {
            for text in ["\(form)", "\(form), seen", "seen: \(form)", "v1 \(form) é", "\(form)\n\(form)"] {
                let found = scanner.findings(in: Text(text))
                #expect(found.certain == PersonalDataKind.Set([kind]), "\(text)")
            }
            #expect(scanner.findings(in: "nothing 42 here").isEmpty)
        }
    }

    @Test func twoFormsInOneTextAreBothFound() {
        var scanner = PersonalDataScanner()
        for (first, one) in Self.forms {
            for (second, other) in Self.forms {
                let found = scanner.findings(in: Text("\(first) and \(second)"))
                #expect(found.certain == PersonalDataKind.Set([one, other]), "\(first) and \(second)")
            }
        }
    }

    @Test(arguments: [
        "", "@", "a@", "@b.co", "a@b", "a@b..co", "a@-b.co", "a@b.c1", "1.2.3", "256.1.1.1", "1.2.3.4.5", "4111111111111112", "10:30:20", "a+1",
        "DE89370400440532013001", "DE89", "X1234567A", "131052-308U", "S1234567A", "x078-05-1120", "078-05-1120x", "2024-01-31", "(", "+", "+1",
    ])
    func nearFormsAreNothing(text: String) {
        var scanner = PersonalDataScanner()
        #expect(scanner.findings(in: Text(text)).certain.isEmpty, "\(text)")
    }

    @Test func bareDigitsAreOnlyPossible() {
        var scanner = PersonalDataScanner()
        #expect(scanner.findings(in: "078051120").possible.contains(.socialSecurity))
        #expect(scanner.findings(in: "9434765919").possible == PersonalDataKind.Set([.nhs, .phone]))
        #expect(scanner.findings(in: 44_051_401_359).possible.contains(.pesel))
        #expect(scanner.findings(in: 4_111_111_111_111_111).certain.contains(.card))
        // Beside other digits they are no column's numbers.
        #expect(scanner.findings(in: "7 078051120").isEmpty)
    }

    @Test func namesOfASCIIAreLikeTheOthers() {
        for (text, isName): (Text, Bool) in [
            ("Anna", true), ("Anna-Maria O'Neil", true), ("A", false), ("Zoë", true), ("Anna 2", false), ("a b c d e f", false), ("Q7", false),
            ("J. R. R. Tolkien", true), ("Anna`", true), ("Ann_", false), ("Łukasz 1", false),
        ] { #expect(ColumnHints.isLikeName(text) == isName, "\(text)") }
    }
}
