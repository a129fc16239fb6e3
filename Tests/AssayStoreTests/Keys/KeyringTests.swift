import AssayCanonical
import AssayStore
import AssayTerms
import Testing

/// Sealed values open only unchanged, in their own place, and while their key exists.
@Suite struct KeyringTests {
    @Test func whatWasSealedOpensInItsContextOnly() throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let sealed = try scratch.keyring.seal([1, 2, 3], domain: "model/a", context: "entry 1")
        #expect(try scratch.keyring.open(sealed, context: "entry 1") == [1, 2, 3])
        #expect(throws: AssayError.self) { try scratch.keyring.open(sealed, context: "entry 2") }
    }

    @Test func everyChangedByteIsNoticed() throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let sealed = try scratch.keyring.seal(Array("payload".utf8), domain: "d", context: "c")
        for place in sealed.indices {
            var changed = sealed
            changed[place] ^= 1
            #expect(throws: AssayError.self) { try scratch.keyring.open(changed, context: "c") }
        }
        for length in sealed.indices {
            #expect(throws: AssayError.self) { try scratch.keyring.open(Array(sealed[..<length]), context: "c") }
        }
    }

    @Test func destroyingADomainErasesWhatItEncryptedAndNothingElse() throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let gone = try scratch.keyring.seal([1], domain: "gone", context: "c")
        let kept = try scratch.keyring.seal([2], domain: "kept", context: "c")
        try scratch.keyring.destroy(domain: "gone")
        #expect(throws: AssayError.self) { try scratch.keyring.open(gone, context: "c") }
        #expect(try scratch.keyring.open(kept, context: "c") == [2])
    }
}
