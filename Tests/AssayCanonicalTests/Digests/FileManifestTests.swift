import AssayCanonical
import AssayTerms
import Testing

/// The manifest's bytes are fixed: other programs compute the same digest from the same list.
@Suite struct FileManifestTests {
    private static func file(_ path: Text, _ byte: UInt8, size: Int64 = 3) throws -> FileManifest.File {
        FileManifest.File(
            path: path, digest: try #require(SHA256Digest(bytes: Array(repeating: byte, count: 32))), size: size)
    }

    @Test func theCanonicalFormIsWrittenDown() throws {
        let manifest = try FileManifest(files: [try Self.file("b/é", 0xab), try Self.file("MLmodel", 1, size: 0)])
        let first = String(repeating: "01", count: 32)
        let second = String(repeating: "ab", count: 32)
        #expect(
            String(decoding: manifest.canonicalBytes, as: UTF8.self) == """
                {"files":[{"path":"MLmodel","sha256":"\(first)","size":0},{"path":"b/é","sha256":"\(second)","size":3}],\
                "format":"assay/manifest/v1"}
                """)
        // sha256sum of the line above.
        #expect(manifest.digest == SHA256Hasher.digest(of: manifest.canonicalBytes))
        #expect(try FileManifest(parsing: manifest.canonicalBytes) == manifest)
    }

    @Test func theOrderOfTheListDoesNotMatterAndEveryPartDoes() throws {
        let (one, two) = (try Self.file("a", 1), try Self.file("b", 2))
        let digest = try FileManifest(files: [one, two]).digest
        #expect(try FileManifest(files: [two, one]).digest == digest)
        for other in [
            [one], [one, try Self.file("c", 2)], [one, try Self.file("b", 3)], [one, try Self.file("b", 2, size: 4)],
        ] {
            #expect(try FileManifest(files: other).digest != digest)
        }
    }

    @Test func whatIsNoManifestIsRefused() throws {
        let one = try Self.file("a", 1)
        for wrong in [[], [one, one], [try Self.file("", 1)], [try Self.file("a", 1, size: -1)]] {
            #expect(throws: AssayError.self) { try FileManifest(files: wrong) }
        }
        let text = String(decoding: try FileManifest(files: [one]).canonicalBytes, as: UTF8.self)
        for wrong in ["", "{}", " " + text, text.replacing("v1", with: "v2"), text.replacing("\"size\":3", with: "\"size\":3.0")] {
            #expect(throws: AssayError.self, "\(wrong)") { try FileManifest(parsing: Array(wrong.utf8)) }
        }
    }
}
