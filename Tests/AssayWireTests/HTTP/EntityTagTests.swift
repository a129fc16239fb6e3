import AssayTerms
import AssayWire
import Testing

@Suite struct EntityTagTests {
    private static let digest = String(repeating: "0a", count: 32)
    private static let quoted = "\"" + digest + "\""

    private func tag() throws -> EntityTag { EntityTag(try #require(SHA256Digest(hex: Self.digest))) }

    @Test func isTheQuotedDigest() throws { #expect(try tag().text == Self.quoted) }

    @Test(arguments: [
        (quoted, true, true), ("*", true, true), ("\"x\", " + quoted, true, true), ("W/" + quoted, false, true), ("\"x\"", false, false),
        (digest, false, false), ("", false, false),
    ])
    func isFoundInLists(_ header: String, _ strongly: Bool, _ weakly: Bool) throws {
        #expect(try tag().isNamed(strongly: header) == strongly)
        #expect(try tag().isNamed(weakly: header) == weakly)
    }

    @Test(arguments: [
        (nil, true), (quoted, true), ("W/" + quoted, false), ("\"x\"", false), ("Wed, 21 Oct 2015 07:28:00 GMT", false), ("*", false),
    ])
    func admitsARangeOfTheSameContentOnly(_ header: String?, _ admits: Bool) throws {
        #expect(try tag().admitsRange(header) == admits)
    }
}
