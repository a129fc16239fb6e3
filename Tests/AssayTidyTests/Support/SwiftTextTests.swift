import Testing

/// The scanner under the guards: a guard is only as good as what it can see.
struct SwiftTextTests {
    private func parts(_ text: String) -> [[String]] {
        SwiftText(text).lines.map { [$0.code, $0.quoted, $0.comment] }
    }

    @Test func tellsCodeTextAndComments() {
        #expect(parts("let a = 1 // one") == [["let a = 1 ", "", "// one"]])
        #expect(parts("let a = \"x // y\"") == [["let a = \"\"", "x // y", ""]])
        #expect(parts("f(\"a\\\"b\")") == [["f(\"\")", "a\\\"b", ""]])
        #expect(parts("f(\"a\\(g(1))b\") as! T") == [["f(\"g(1))\") as! T", "ab", ""]])
        #expect(
            parts("let a = \"\"\"\n  try! \"quoted\"\n  \"\"\"; b") == [
                ["let a = \"\"\"", "", ""], ["", "  try! \"quoted\"", ""], ["\"\"\"; b", "  ", ""],
            ])
        #expect(parts("a /* b\nc */ d") == [["a ", "", " b"], ["/ d", "", "c *"]])
        #expect(parts("#\"a\\(b)\"# c") == [["\"\"# c", "a\\(b)", ""]])
    }
}
