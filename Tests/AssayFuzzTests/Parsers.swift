import AssayCanonical
import AssayJSON
import AssayLedgerFormat
import AssayTerms
import AssayWire
import FuzzedModels

/// What is fuzzed. Policies in YAML are in `MutationTests`; answers of a directory are read by OpenLDAP's library, and what is sent to it
/// is here.
enum Parsers {
    static let all = documents + signed + ledger + requests + ServerParsers.all + RecordParsers.all + ModelParsers.all

    /// A key that is the same in every run.
    static let key: Ed25519.SigningKey = {
        guard let key = try? Ed25519.SigningKey(rawBytes: [UInt8](repeating: 7, count: 32)) else { preconditionFailure("32 bytes are a key") }
        return key
    }()

    private static func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    private static let documents: [Parser] = [
        Parser("JSON", [#"{"a":[1,-2.5e-3,"\u00e9\ud83d\ude00",null,true],"b":{"c":""},"n":0}"#, "[[[[]]]]", "1e308"]) {
            let value = try JSONValue(parsing: $0)
            return Parser.same(try JSONValue(parsing: value.bytes()).bytes(), value.bytes())
        },
        Parser("fields of a request", [#"{"run_id":"a","metrics":[{"key":"k","value":1.5,"step":"3"}],"tags":[{"key":"a","value":"b"}]}"#]) { bytes in
            let fields = try RequestFields(body: bytes)
            _ = (try fields.text("run_id"), try fields.pairs("tags"), try fields.objects("metrics").map { try $0.number("value") })
            return .sound
        },
        .text("search filter", ["metrics.a >= 0.5 AND tags.`b c` LIKE '%x_' and params.\"d\" != 'it''s'", "run_id IN ('a', \"b\")", "created > 17"]) { text in
            _ = try SearchGrammar.runs.clauses(Text(text))
            _ = try? SearchGrammar.experiments.clauses(Text(text))
            _ = try? SearchGrammar.loggedModels.clauses(Text(text))
            return .sound
        },
        .text("search order", ["metrics.a DESC", "attributes.start_time ASC", "params.`x y`"]) { text in
            _ = try SearchGrammar.runOrders.order(Text(text))
            return .sound
        },
    ]

    private static let jwt: String = {
        let parts = [#"{"alg":"EdDSA","kid":"k","typ":"JWT"}"#, #"{"iss":"i","aud":"a","sub":"s","exp":9,"iat":1}"#].map {
            Base64.encode(Array($0.utf8), alphabet: .url)
        }
        let message = parts.joined(separator: ".")
        let signature = (try? key.signature(for: Array(message.utf8))) ?? []
        return message + "." + Base64.encode(signature, alphabet: .url)
    }()
    private static let jwk =
        #"{"kty":"OKP","crv":"Ed25519","kid":"k","use":"sig","x":"\#(Base64.encode(key.verificationKey.rawBytes, alphabet: .url))"}"#
    private static let payload = Array(#"{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicate":{}}"#.utf8)
    private static let dsse: [UInt8] = {
        guard let envelope = try? DSSEEnvelope(signing: payload, with: key) else { preconditionFailure("it signs") }
        return envelope.json.bytes()
    }()

    private static let signed: [Parser] = [
        .text("JSON Web Token", [jwt]) { text in
            guard let token = JSONWebToken(text) else { return .refused }
            guard let key = JSONWebKey(try json(jwk)), token.claims(signedBy: [key]) != nil else { return .refused }
            return Parser.same(text, jwt, "a token that was not signed counts")
        },
        Parser("JSON Web Key", [jwk]) { bytes in
            guard let key = JSONWebKey(try JSONValue(parsing: bytes)), let token = JSONWebToken(jwt) else { return .refused }
            _ = token.claims(signedBy: [key])
            return .sound
        },
        Parser("DSSE envelope", bytes: [dsse]) { bytes in
            let envelope = try DSSEEnvelope(json: try JSONValue(parsing: bytes))
            guard envelope.isSigned(by: key.verificationKey) else { return .refused }
            return envelope.payloadType == DSSEEnvelope.inTotoPayloadType
                ? Parser.same(envelope.payload, payload, "a statement that was not signed counts") : .broken("another type counts")
        },
        Parser("evidence", bytes: [EnvelopeJSON.statement(of: evidence).bytes()]) { bytes in
            let statement = EnvelopeJSON.statement(of: try EnvelopeJSON.envelope(from: try JSONValue(parsing: bytes)))
            return Parser.same(EnvelopeJSON.statement(of: try EnvelopeJSON.envelope(from: statement)).bytes(), statement.bytes())
        },
        .text("base 64", ["AAECAwQ=", "/+8=", ""]) { text in
            guard let bytes = Base64.decode(text) else { return .refused }
            return Parser.same(Base64.encode(bytes), text)
        },
        .text("base 64 of addresses", ["AAECAwQ", "_-8", ""]) { text in
            guard let bytes = Base64.decode(text, alphabet: .url) else { return .refused }
            return Parser.same(Base64.encode(bytes, alphabet: .url), text)
        },
        .text("password hash", ["$scrypt$ln=15,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]) { text in
            guard let hash = PasswordHash(text) else { return .refused }
            return Parser.same(hash.text, text)
        },
    ]

    private static let evidence = Envelope(
        subjects: [.init(name: "loans/1", digest: SHA256Hasher.digest(of: [1]))], engineVersion: "1", computedAt: "2026-01-01T00:00:00Z",
        provenance: .attested, inputs: [.init(role: "data", name: "rows", digest: SHA256Hasher.digest(of: [2]), rows: 3)],
        parameters: ["cutoff": .number(0.5), "sensitive": .list([.text("race")])], results: [])

    private static let noteKey: NoteSigningKey = {
        guard let noteKey = try? NoteSigningKey(name: "assay/fuzz", key: key) else { preconditionFailure("a name and a key are a note's key") }
        return noteKey
    }()
    private static let checkpoint = Checkpoint(origin: "assay/fuzz", size: 260, root: SHA256Hasher.digest(of: [3]))
    private static let note: SignedNote = {
        guard let note = try? checkpoint.signed(with: noteKey) else { preconditionFailure("it signs") }
        return note
    }()

    private static let ledger: [Parser] = [
        Parser("signed note", bytes: [note.bytes]) { bytes in Parser.same(try SignedNote(parsing: bytes).bytes, bytes) },
        Parser("signed checkpoint", bytes: [note.bytes]) { bytes in
            let read = try Checkpoint(note: bytes, signedBy: noteKey.verificationKey)
            return Parser.same(read.text, checkpoint.text, "a checkpoint that was not signed counts")
        },
        .text("checkpoint", [checkpoint.text]) { text in Parser.same(try Checkpoint(text: text).text, text) },
        .text("verifier key", [noteKey.verificationKey.vkey]) { text in Parser.same(try NoteVerificationKey(vkey: text).vkey, text) },
        Parser("proof", bytes: [TlogProof(index: 7, path: (0..<9).map { SHA256Hasher.digest(of: [$0]) }, checkpoint: note).bytes]) { bytes in
            Parser.same(try TlogProof(parsing: bytes).bytes, bytes)
        },
        Parser("leaf", bytes: leaves) { bytes in Parser.same(try LedgerLeaf(parsing: bytes).bytes, bytes) },
        Parser("entry bundle", bytes: [bundle]) { bytes in
            var again: [UInt8] = []
            for entry in try EntryBundle.entries(in: bytes, count: 3) { EntryBundle.append(entry, to: &again) }
            return Parser.same(again, bytes)
        },
        Parser("tile", bytes: [[UInt8](repeating: 9, count: 96)]) { bytes in
            Parser.same(TileHashes.bytes(try TileHashes.hashes(in: bytes, width: 3)), bytes)
        },
        .text("tile's path", ["tile/0/x001/x234/067", "tile/entries/000.p/5", "tile/1/000"]) { text in
            guard let path = TilePath(text) else { return .refused }
            return Parser.same(path.text, text)
        },
    ]

    private static let leaves: [[UInt8]] = {
        let leaf = try? LedgerLeaf(
            id: String(repeating: "0a", count: 16), kind: "policy.published", milliseconds: 1_700_000_000_000,
            actor: String(repeating: "0b", count: 16), subjects: [.init(type: "policy", digest: SHA256Hasher.digest(of: [4]), revision: 2)],
            payloadDigest: SHA256Hasher.digest(of: [5]))
        guard let leaf else { preconditionFailure("it is a leaf") }
        return [leaf.bytes]
    }()
    private static let bundle: [UInt8] = {
        var bytes: [UInt8] = []
        for count in [0, 3, 300] { EntryBundle.append([UInt8](repeating: 1, count: count), to: &bytes) }
        return bytes
    }()

    private static let requests: [Parser] = [
        .text("artifact path", ["eval/holdout.parquet", "a/b c/ü.txt", "loss%step%0%a.png"]) { text in
            guard let path = try ArtifactPath.checked(Text(text)) else { return .refused }
            let parts = path.string.split(separator: "/", omittingEmptySubsequences: false)
            let isInside = parts.allSatisfy { $0 != ".." && $0 != "." && !$0.isEmpty } && !path.utf8.contains(0) && !path.string.contains("\\")
            return isInside ? .sound : .broken("it leads elsewhere")
        },
        .text("range", ["bytes=0-99", "bytes=-5", "bytes=10-"]) { text in
            switch ByteRange(text, size: 100) {
            case .whole, .unsatisfiable: .refused
            case .part(let part): part.lowerBound >= 0 && part.upperBound <= 100 && !part.isEmpty ? .sound : .broken("\(part)")
            }
        },
        .text("resource of a grant", ["everything", "model:loan-*", "dataset-class:raw-personal", "experiment:id=12"]) { text in
            let resource = try Resource(Text(text))
            return Parser.same(try Resource(resource.text), resource)
        },
        .text("address to send to", ["https://example.org:8443/a?b=c", "http://[2001:db8::1]/", "http://10.0.0.1/x"]) { text in
            _ = try OutgoingURL(Text(text))
            return .sound
        },
        .text("page token", [PageToken.encode(SearchPosition(values: [.integer(1), .number(0.5), .text("a"), .null]), search: ["a"]).string]) { text in
            let position = try PageToken.decode(Text(text), search: ["a"])
            // By their words, since a number that is none is not equal to itself.
            return Parser.same("\(try PageToken.decode(PageToken.encode(position, search: ["a"]), search: ["a"]))", "\(position)")
        },
    ]
}
