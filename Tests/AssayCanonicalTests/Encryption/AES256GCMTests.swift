import AssayTerms
import Testing

@testable import AssayCanonical

/// Two published vectors, and every single changed byte refused.
@Suite struct AES256GCMTests {
    // The GCM specification's test cases 14 and 16 (McGrew and Viega, 2005), as NIST republished them.
    @Test func publishedVectors() throws {
        let zero = try AES256GCM(key: [UInt8](repeating: 0, count: 32))
        let sealed = try zero.seal(
            [UInt8](repeating: 0, count: 16), nonce: [UInt8](repeating: 0, count: 12))
        #expect(Hex.encode(sealed) == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")

        let key = try #require(Hex.decode("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
        let nonce = try #require(Hex.decode("cafebabefacedbaddecaf888"))
        let data = try #require(Hex.decode("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
        let plaintext = try #require(
            Hex.decode(
                "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
                    + "b16aedf5aa0de657ba637b39"))
        #expect(
            Hex.encode(try AES256GCM(key: key).seal(plaintext, nonce: nonce, associatedData: data))
                == "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
                + "c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b")
    }

    @Test func everyChangedByteIsRefused() throws {
        let cipher = try AES256GCM(key: SecureRandom.bytes(32))
        let nonce = SecureRandom.bytes(12)
        let sealed = try cipher.seal(Array("a payload".utf8), nonce: nonce, associatedData: [1, 2])
        #expect(try cipher.open(sealed, nonce: nonce, associatedData: [1, 2]) == Array("a payload".utf8))
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(
                #expect(throws: AssayError.self) {
                    try cipher.open(changed, nonce: nonce, associatedData: [1, 2])
                }?.code == .corrupt)
        }
        for count in 0..<sealed.count {
            #expect(throws: AssayError.self) {
                try cipher.open(sealed.prefix(count), nonce: nonce, associatedData: [1, 2])
            }
        }
        #expect(throws: AssayError.self) { try cipher.open(sealed, nonce: nonce, associatedData: [1, 3]) }
        #expect(throws: AssayError.self) {
            try cipher.open(sealed, nonce: SecureRandom.bytes(12), associatedData: [1, 2])
        }
        let other = try AES256GCM(key: SecureRandom.bytes(32))
        #expect(throws: AssayError.self) { try other.open(sealed, nonce: nonce, associatedData: [1, 2]) }
    }

    @Test func emptyPlaintextsAndSlices() throws {
        let cipher = try AES256GCM(key: SecureRandom.bytes(32))
        let nonce = SecureRandom.bytes(12)
        let sealed = try cipher.seal([], nonce: nonce)
        #expect(sealed.count == 16)
        #expect(try cipher.open(sealed, nonce: nonce) == [])
        let bytes: [UInt8] = [9, 8, 7, 6]
        let slice = try cipher.seal(bytes[1...2], nonce: nonce)
        #expect(try cipher.open(([0] + slice)[1...], nonce: nonce) == [8, 7])
    }

    @Test(arguments: [0, 16, 31, 33]) func wrongLengthsAreErrors(length: Int) throws {
        #expect(throws: AssayError.self) { try AES256GCM(key: [UInt8](repeating: 0, count: length)) }
        let cipher = try AES256GCM(key: SecureRandom.bytes(32))
        #expect(throws: AssayError.self) { try cipher.seal([1], nonce: [UInt8](repeating: 0, count: length)) }
        #expect(throws: AssayError.self) { try cipher.open([1], nonce: [UInt8](repeating: 0, count: length)) }
    }

    @Test func randomBytesHaveTheAskedCountAndDiffer() {
        for count in [0, 1, 7, 8, 9, 32] { #expect(SecureRandom.bytes(count).count == count) }
        #expect(SecureRandom.bytes(32) != SecureRandom.bytes(32))
    }
}
