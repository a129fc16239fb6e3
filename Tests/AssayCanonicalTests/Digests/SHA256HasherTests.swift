import AssayTerms
import Testing

@testable import AssayCanonical

/// Published vectors, and the law that pieces hash as the whole.
@Suite struct SHA256HasherTests {
    // FIPS 180-4 examples (NIST CAVP, SHA-256).
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func publishedVectors(text: String, hex: String) {
        #expect(SHA256Hasher.digest(of: Array(text.utf8)).hex == hex)
        #expect(SHA256Hasher.digest(of: text.utf8).hex == hex)
    }

    @Test func piecesHashAsTheWhole() {
        let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let whole = SHA256Hasher.digest(of: bytes)
        for cut in [0, 1, 63, 64, 65, 128, 299, 300] {
            var hasher = SHA256Hasher()
            hasher.update(bytes[..<cut])
            bytes[cut...].withUnsafeBytes { hasher.update($0) }
            #expect(hasher.finish() == whole)
            #expect(hasher.finish() == whole, "asking twice changes nothing")
        }
        var lazily = SHA256Hasher()
        lazily.update(bytes.reversed().lazy.map { $0 &+ 0 })
        #expect(lazily.finish() == SHA256Hasher.digest(of: Array(bytes.reversed())))
    }

    // RFC 4231, test cases 1, 2 and 6 (a key longer than a block).
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0b, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func authenticationCodes(key: [UInt8], message: String, hex: String) {
        let code = HMACSHA256.code(for: Array(message.utf8), key: key)
        #expect(code.hex == hex)
        #expect(HMACSHA256.isValid(code, for: Array(message.utf8), key: key))
        #expect(!HMACSHA256.isValid(code, for: Array((message + ".").utf8), key: key))
        #expect(!HMACSHA256.isValid(code, for: Array(message.utf8), key: key + [1]))
    }

    @Test func constantTimeComparisonComparesEverything() {
        let bytes: [UInt8] = [1, 2, 3, 4]
        #expect(ConstantTime.equal(bytes, bytes))
        #expect(ConstantTime.equal([], []))
        #expect(!ConstantTime.equal(bytes, [1, 2, 3]))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x80
            #expect(!ConstantTime.equal(bytes, other))
        }
    }
}
