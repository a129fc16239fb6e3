import Testing

@testable import AssayCanonical

/// RFC 4648's vectors, every length, and the law that no second text gives the same bytes.
@Suite struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func publishedVectors(text: String, encoded: String) {
        #expect(Base64.encode(text.utf8) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
        let url = String(encoded.prefix { $0 != "=" })
        #expect(Base64.encode(text.utf8, alphabet: .url) == url)
        #expect(Base64.decode(url, alphabet: .url) == Array(text.utf8))
    }

    @Test func everyLengthAndByteComesBack() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ count) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64.decode(Base64.encode(bytes, alphabet: .url), alphabet: .url) == bytes)
        }
        #expect(Base64.encode([0xFB, 0xFF]) == "+/8=")
        #expect(Base64.encode([0xFB, 0xFF], alphabet: .url) == "-_8")
    }

    @Test(arguments: [
        "Zg", "Zg=", "Zg===", "Z", "Zh==", "Zm9=", "Zm 9", "Zm9v\n", "=", "====", "Zg==Zg==", "-_8=", "Zm9v=", "é===",
    ])
    func otherTextsAreRefused(text: String) {
        #expect(Base64.decode(text) == nil)
    }
}
