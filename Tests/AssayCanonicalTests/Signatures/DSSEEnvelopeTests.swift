import AssayJSON
import AssayTerms
import Testing

@testable import AssayCanonical

@Suite struct DSSEEnvelopeTests {
    // The protocol's own example (secure-systems-lab/dsse, protocol.md).
    @Test func publishedEncoding() {
        let encoded = DSSEEnvelope.preAuthenticationEncoding(
            payloadType: "http://example.com/HelloWorld", payload: Array("hello world".utf8))
        #expect(
            String(decoding: encoded, as: UTF8.self) == "DSSEv1 29 http://example.com/HelloWorld 11 hello world")
    }

    @Test func signedReadBackAndRefused() throws {
        let key = Ed25519.SigningKey()
        let envelope = try DSSEEnvelope(signing: Array("{}".utf8), with: key)
        let read = try DSSEEnvelope(json: JSONValue(parsing: envelope.json.bytes()))
        #expect(read == envelope)
        #expect(read.isSigned(by: key.verificationKey))
        #expect(!read.isSigned(by: Ed25519.SigningKey().verificationKey))
        var changed = read
        changed.payload.append(0x20)
        #expect(!changed.isSigned(by: key.verificationKey))
        changed = read
        changed.payloadType = "text/plain"
        #expect(!changed.isSigned(by: key.verificationKey))
    }

    @Test func bothAlphabetsAreRead() throws {
        let value: JSONValue = ["payloadType": "t", "payload": "-_8=", "signatures": [["sig": "-_8"]]]
        let envelope = try DSSEEnvelope(json: value)
        #expect(envelope.payload == [0xFB, 0xFF])
        #expect(envelope.signatures == [DSSEEnvelope.Signature(keyID: "", bytes: [0xFB, 0xFF])])
    }

    @Test(
        arguments: [
            nil, [:], ["payloadType": "t", "payload": "Zg==", "signatures": []],
            ["payloadType": "t", "payload": "Z!==", "signatures": [["sig": "Zg=="]]],
            ["payloadType": 1, "payload": "Zg==", "signatures": [["sig": "Zg=="]]],
            ["payloadType": "t", "payload": "Zg==", "signatures": [["keyid": "Zg=="]]],
        ] as [JSONValue])
    func brokenEnvelopesAreErrors(value: JSONValue) {
        #expect(throws: AssayError.self) { try DSSEEnvelope(json: value) }
    }
}
