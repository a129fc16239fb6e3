import AssayTerms
import Testing

@testable import AssayCanonical

/// RFC 8032 §7.1, tests 1 to 3.
@Suite struct Ed25519Tests {
    @Test(arguments: [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                + "d25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                + "387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                + "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ])
    func publishedVectors(secret: String, shown: String, message: String, signature: String) throws {
        let key = try Ed25519.SigningKey(rawBytes: #require(Hex.decode(secret)))
        let message = try #require(Hex.decode(message))
        #expect(Hex.encode(key.verificationKey.rawBytes) == shown)
        #expect(key.rawBytes == Hex.decode(secret))
        #expect(Hex.encode(try key.signature(for: message)) == signature)
        let reader = try Ed25519.VerificationKey(rawBytes: #require(Hex.decode(shown)))
        #expect(reader == key.verificationKey)
        let bytes = try #require(Hex.decode(signature))
        #expect(reader.isValid(bytes, for: message))
        #expect(!reader.isValid(bytes, for: message + [0]))
        #expect(!reader.isValid(Array(bytes.dropLast()), for: message))
        #expect(!reader.isValid([], for: message))
    }

    @Test(arguments: [0, 31, 33, 64]) func wrongLengthsAreErrors(length: Int) {
        let bytes = [UInt8](repeating: 1, count: length)
        #expect(throws: AssayError.self) { try Ed25519.SigningKey(rawBytes: bytes) }
        #expect(throws: AssayError.self) { try Ed25519.VerificationKey(rawBytes: bytes) }
    }

    /// Points of small order with either sign, and a `y` of 2²⁵⁵ - 19 and above. Each would let signatures pass that nobody made.
    @Test(arguments: [
        String(repeating: "00", count: 32), "01" + String(repeating: "00", count: 31), "ec" + String(repeating: "ff", count: 30) + "7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ed" + String(repeating: "ff", count: 30) + "7f", "ff" + String(repeating: "ff", count: 30) + "7f",
    ])
    func nobodysKeysAreRefused(text: String) throws {
        var raw = try #require(Hex.decode(text))
        for sign in [UInt8(0), 0x80] {
            raw[31] = raw[31] & 0x7F | sign
            #expect(Ed25519.isNobodys(raw))
            let error = #expect(throws: AssayError.self) { try Ed25519.VerificationKey(rawBytes: raw) }
            #expect(error?.message.contains("small order") == true)
        }
        raw[31] = raw[31] & 0x7F
        raw[1] ^= 1
        #expect(!Ed25519.isNobodys(raw))
        #expect(!Ed25519.isNobodys([0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7E]))
    }

    @Test func newKeysDiffer() {
        #expect(Ed25519.SigningKey().rawBytes != Ed25519.SigningKey().rawBytes)
    }
}
