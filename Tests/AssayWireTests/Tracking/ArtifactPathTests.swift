import AssayTerms
import AssayWire
import Testing

@Suite struct ArtifactPathTests {
    @Test(arguments: [
        ("", nil), ("a", "a"), ("a/", "a"), ("a/b c/é.txt", "a/b c/é.txt"), ("..a/b..", "..a/b.."), ("a%20b", "a%20b"),
        ("ab:c", "ab:c"), ("100%", "100%"), ("5%x", "5%x"), ("a%2", "a%2"), ("a%25", "a%25"), ("%C3%A9", "%C3%A9"),
        ("s%step%0%timestamp%1795%r4a", "s%step%0%timestamp%1795%r4a"),
    ] as [(String, String?)])
    func plainPathsAreKept(_ path: String, _ kept: String?) throws {
        #expect(try ArtifactPath.checked(Text(path))?.string == kept)
    }

    @Test(arguments: [
        "..", "../a", "a/../b", "a/..", "/a", "//a", "a//b", ".", "./a", "a/./b", "a\\b", "C:/x", "a:b", "x/C:/y", "x/c:", "a#b", "a\u{0}b", "a\nb",
        "%2e%2e/a", "a%2Fb", "a%5cb", "a%00b", "a%0ab", "%252e%252e/a", "%25252E/a", "a%252fb", "%c0%ae%c0%ae/a", "%e0%80%ae/a",
        "%25c0%25af", "%ff", "\u{7F}", String(repeating: "x", count: 4_097),
    ])
    func pathsThatMeanAnotherPlaceAreRefused(_ path: String) {
        let error = #expect(throws: AssayError.self) { try ArtifactPath.checked(Text(path)) }
        #expect(error?.code == .invalidArgument)
    }
}
