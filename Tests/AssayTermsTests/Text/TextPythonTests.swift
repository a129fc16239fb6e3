import AssayTerms
import Testing

@Suite struct TextPythonTests {
    // What CPython 3.11 prints for `repr` of each.
    @Test(arguments: [
        ("", "''"), ("plain", "'plain'"), ("it's", "\"it's\""), ("say \"x\"", "'say \"x\"'"), ("'\"", "'\\'\"'"), ("a\\b", "'a\\\\b'"),
        ("\n\r\t", "'\\n\\r\\t'"), ("\u{0}\u{1F}\u{7F}\u{85}", "'\\x00\\x1f\\x7f\\x85'"), ("é\u{A0}", "'é\\xa0'"), ("e\u{301}", "'e\u{301}'"),
        ("\u{2028}\u{202E}\u{FEFF}", "'\\u2028\\u202e\\ufeff'"), ("🙂\u{E0001}", "'🙂\\U000e0001'"), ("\u{E000}", "'\\ue000'"),
    ])
    func literals(_ text: String, _ literal: String) { #expect(Text(text).pythonLiteral == literal) }
}
