import AssayTerms
import AssayWire
import Testing

@Suite struct ArtifactPathTests {
    @Test(arguments: [
        ("", nil), ("a", "a"), ("a/", "a"), ("a/b c/é.txt", "a/b c/é.txt"), ("..a/b..", "..a/b.."), ("a%20b", "a%20b"),
        ("ab:c", "ab:c"),
    ] as [(String, String?)])
    func plainPathsAreKept(_ path: String, _ kept: String?) throws {
        #expect(try ArtifactPath.checked(Text(path))?.string == kept)
    }

    @Test(arguments: [
        "..", "../a", "a/../b", "a/..", "/a", "//a", "a//b", ".", "./a", "a/./b", "a\\b", "C:/x", "a:b", "a#b", "a\u{0}b", "a\nb",
        "%2e%2e/a", "a%2Fb", "a%5cb", "\u{7F}", String(repeating: "x", count: 4_097),
    ])
    func pathsThatMeanAnotherPlaceAreRefused(_ path: String) {
        let error = #expect(throws: AssayError.self) { try ArtifactPath.checked(Text(path)) }
        #expect(error?.code == .invalidArgument)
    }
}
