import AssayTerms
import Testing

@testable import AssayCanonical

/// The note of Go's `golang.org/x/mod/sumdb/note` package documentation, and every changed byte of one of ours.
@Suite struct SignedNoteTests {
    private let peterKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    private let peterNote =
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        + "\u{2014} PeterNeumann "
        + "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

    @Test func publishedNoteAndKey() throws {
        let key = try NoteVerificationKey(vkey: peterKey)
        #expect(key.name == "PeterNeumann")
        #expect(key.keyID == 0xc74f_20a3)
        #expect(key.vkey == peterKey)
        let note = try SignedNote(parsing: Array(peterNote.utf8))
        #expect(note.isSigned(by: key))
        #expect(note.text.hasSuffix("your problem is.\n"))
        #expect(String(decoding: note.bytes, as: UTF8.self) == peterNote)
    }

    @Test func everyChangedByteIsRefused() throws {
        let signer = try NoteSigningKey(name: "assay/test", key: Ed25519.SigningKey())
        let note = try SignedNote(signing: "assay/test\n0\nroot\n", with: signer)
        #expect(note.isSigned(by: signer.verificationKey))
        let bytes = note.bytes
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                let accepted = (try? SignedNote(parsing: changed))?.isSigned(by: signer.verificationKey) ?? false
                #expect(!accepted, "byte \(index), bit \(bit)")
            }
        }
    }

    @Test func severalSignaturesAndEmptyLines() throws {
        let one = try NoteSigningKey(name: "one", key: Ed25519.SigningKey())
        let two = try NoteSigningKey(name: "two", key: Ed25519.SigningKey())
        let text = "a\n\nb\n"
        let signatures =
            try SignedNote(signing: text, with: one).signatures + SignedNote(signing: text, with: two).signatures
        let note = try SignedNote(parsing: SignedNote(text: text, signatures: signatures).bytes)
        #expect(note.text == text)
        #expect(note.isSigned(by: one.verificationKey))
        #expect(note.isSigned(by: two.verificationKey))
        let three = try NoteSigningKey(name: "one", key: Ed25519.SigningKey())
        #expect(!note.isSigned(by: three.verificationKey))
    }

    @Test(arguments: [
        "", "\n", "a\n", "a\n\n", "\n\u{2014} n AAAAAAA=\n", "a\n\nx n AAAAAAA=\n", "a\n\n\u{2014} n AAAA\n",
        "a\n\n\u{2014} n!\n", "a\n\n\u{2014} n AAAAAAA=", "a\r\n\n\u{2014} n AAAAAAA=\n",
        "a\n\n\u{2014} n+m AAAAAAA=\n",
        "a\n\n\u{2014} n  AAAAAAA=\n",
    ])
    func brokenNotesAreErrors(text: String) {
        #expect(throws: AssayError.self) { try SignedNote(parsing: Array(text.utf8)) }
    }

    @Test(arguments: [
        "", "a", "a+b", "a+00000000+AAAA", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumanm+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ])
    func brokenKeysAreErrors(vkey: String) {
        #expect(throws: AssayError.self) { try NoteVerificationKey(vkey: vkey) }
    }

    @Test func textsANoteCannotHold() throws {
        let signer = try NoteSigningKey(name: "n", key: Ed25519.SigningKey())
        #expect(throws: AssayError.self) { try SignedNote(signing: "no newline", with: signer) }
        #expect(throws: AssayError.self) { try SignedNote(signing: "a\tb\n", with: signer) }
        #expect(throws: AssayError.self) { try NoteSigningKey(name: "a b", key: Ed25519.SigningKey()) }
    }
}
