import AssayCanonical
import AssayJSON
import AssayTerms
import Testing

@testable import AssayLedgerFormat

/// What a leaf holds, byte for byte, and what it refuses to hold.
@Suite struct LedgerEntryTests {
    private let id = String(repeating: "0a", count: 16)
    private let salt = [UInt8](repeating: 7, count: 32)

    private func entry(
        id: String? = nil, kind: String = "version.registered", milliseconds: Int64 = 1_709_210_096_789,
        actor: String = "user:3f2a", subjects: [LedgerLeaf.Subject]? = nil, payload: JSONValue = ["name": "Zoë"],
        salt: [UInt8]? = nil
    ) throws(AssayError) -> LedgerEntry {
        try LedgerEntry(
            id: id ?? self.id, kind: kind, milliseconds: milliseconds, actor: actor,
            subjects: subjects
                ?? [LedgerLeaf.Subject(type: "manifest", digest: SHA256Hasher.digest(of: [1]), revision: 3)],
            payload: payload, salt: salt ?? self.salt)
    }

    // The digests are those of `printf '\1' | sha256sum` and of 32 bytes 7 followed by {"name":"Zoë"}.
    @Test func leafIsWrittenAsDocumented() throws {
        let entry = try entry()
        #expect(String(decoding: entry.payload, as: UTF8.self) == #"{"name":"Zoë"}"#)
        #expect(
            String(decoding: entry.leaf.bytes, as: UTF8.self)
                == #"{"actor":"user:3f2a","format":"assay/leaf/v1","id":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","#
                + #""kind":"version.registered","payload":""#
                + #"86fb3360b5f63d0df70793e941a63245a79094a63f5a6d3f6f89d4d8c3589073","#
                + #""subjects":[{"digest":"4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a","#
                + #""revision":3,"type":"manifest"}],"time":"2024-02-29T12:34:56.789Z"}"#)
    }

    @Test func leafReadsBack() throws {
        let leaf = try entry().leaf
        #expect(try LedgerLeaf(parsing: leaf.bytes) == leaf)
        let bare = try entry(subjects: [LedgerLeaf.Subject(type: "policy", digest: MerkleHash.empty)]).leaf
        #expect(try LedgerLeaf(parsing: bare.bytes) == bare)
    }

    @Test func otherFormsOfALeafAreRefused() throws {
        let text = String(decoding: try entry().leaf.bytes, as: UTF8.self)
        for other in [
            "", "{}", " " + text, text + "\n", text.replacing("leaf/v1", with: "leaf/v2"),
            text.replacing(#""kind":"version.registered","#, with: ""),
            text.replacing(#"{"actor""#, with: #"{"a":1,"actor""#), text.replacing("manifest", with: "Manifest"),
            text.replacing("\"revision\":3", with: "\"revision\":3.0"),
        ] {
            #expect(throws: AssayError.self) { try LedgerLeaf(parsing: Array(other.utf8)) }
        }
    }

    @Test(arguments: ["", "Version", "a b", "ä", "a/b", "a:b", String(repeating: "a", count: 65), "a\n", "\""])
    func freeTextHasNoPlaceInAKind(kind: String) {
        #expect(throws: AssayError.self) { try entry(kind: kind) }
    }

    @Test(arguments: ["", "Alice", "alice smith", "alice@example.com", "é", String(repeating: "a", count: 65)])
    func namesHaveNoPlaceInAnActor(actor: String) {
        #expect(throws: AssayError.self) { try entry(actor: actor) }
    }

    @Test func otherMembersAreChecked() {
        #expect(throws: AssayError.self) { try entry(id: "0A" + id.dropFirst(2)) }
        #expect(throws: AssayError.self) { try entry(id: String(id.dropLast())) }
        #expect(throws: AssayError.self) { try entry(milliseconds: -1) }
        #expect(throws: AssayError.self) { try entry(salt: [1]) }
        #expect(throws: AssayError.self) { try entry(payload: ["x": .number(.nan)]) }
        #expect(throws: AssayError.self) {
            try entry(subjects: [LedgerLeaf.Subject(type: "My model", digest: MerkleHash.empty)])
        }
        #expect(throws: AssayError.self) {
            try entry(subjects: [LedgerLeaf.Subject(type: "a", digest: MerkleHash.empty, revision: 1 << 53)])
        }
    }

    @Test func lengthIsBounded() throws {
        let subject = LedgerLeaf.Subject(type: "manifest", digest: MerkleHash.empty)
        var count = 1
        while (try? entry(subjects: Array(repeating: subject, count: count + 1))) != nil { count += 1 }
        let longest = try entry(subjects: Array(repeating: subject, count: count)).leaf
        #expect(longest.bytes.count <= 4096)
        #expect(longest.bytes.count > 4096 - 110)
        #expect(try LedgerLeaf(parsing: longest.bytes) == longest)
        let error = #expect(throws: AssayError.self) {
            try entry(subjects: Array(repeating: subject, count: count + 1))
        }
        #expect(error?.code == .limitExceeded)
    }

    @Test func payloadIsBoundBySaltAndText() throws {
        let entry = try entry()
        #expect(entry.leaf.payloadDigest == SHA256Hasher.digest(of: salt + entry.payload))
        #expect(entry.leaf.payloadDigest != SHA256Hasher.digest(of: entry.payload))
        #expect(try self.entry(payload: ["name": "Zoe"]).leaf.payloadDigest != entry.leaf.payloadDigest)
        #expect(
            try self.entry(salt: [UInt8](repeating: 8, count: 32)).leaf.payloadDigest != entry.leaf.payloadDigest)
    }
}
