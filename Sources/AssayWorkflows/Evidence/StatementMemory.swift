import AssayCanonical
import AssayJSON
import AssayPolicy
import AssayTerms
import Synchronization

/// Signed statements that were read before, by the digest of their bytes.
///
/// Reading one (two JSON texts, a claim's digest, an Ed25519 verification for each key tried) takes a good part of a millisecond, and a
/// gate reads a hundred at each question. What is remembered depends on the bytes and the key alone, never on a row that points at
/// them: whether the subject and the claim are those of the row, and whether the key still counts, is asked each time.
///
/// Safe to use from several tasks. Bounded: statements by the bytes they were read from, signatures by number; what was not used for
/// longest goes first, in two generations.
final class StatementMemory: Sendable {
    /// A statement that could be read, whoever signed it.
    struct Statement: Sendable {
        let envelope: Envelope
        let claim: SHA256Digest
    }

    /// Which of the keys met so far were tried at a statement, and which of them signed it; a bit for each key.
    private struct Signers: Sendable {
        var tried: UInt64 = 0
        var signed: UInt64 = 0
    }

    private struct State {
        var statements: Generations<SHA256Digest, Statement?>
        var signers: Generations<SHA256Digest, Signers>
        /// Raw public keys by their bit.
        var keys: [[UInt8]] = []
    }

    private let state: Mutex<State>

    /// - Parameters:
    ///   - bytes: of envelopes whose statements are kept; kept ones take about twice that.
    ///   - signatures: how many statements' signers are kept, at some 100 bytes each.
    init(bytes: Int = 96 << 20, signatures: Int = 500_000) {
        state = Mutex(State(statements: Generations(capacity: bytes), signers: Generations(capacity: signatures)))
    }

    /// The statement in a DSSE envelope's JSON; `nil` if there is none that can be read.
    func statement(in bytes: [UInt8], digest: SHA256Digest) -> Statement? {
        if let known = state.withLock({ $0.statements.value(of: digest) }) { return known }
        let read = Self.read(bytes)
        state.withLock { $0.statements.keep(read, as: digest, weight: bytes.count) }
        return read
    }

    /// Whether `key` made one of the envelope's signatures.
    func isSigned(_ bytes: [UInt8], digest: SHA256Digest, by key: Ed25519.VerificationKey) -> Bool {
        let raw = key.rawBytes
        let known: Bool? = state.withLock { state in
            guard let bit = Self.bit(of: raw, in: &state), let signers = state.signers.value(of: digest), signers.tried & bit != 0
            else { return nil }
            return signers.signed & bit != 0
        }
        if let known { return known }
        let isSigned = (try? Self.signed(bytes))?.isSigned(by: key) ?? false
        state.withLock { state in
            guard let bit = Self.bit(of: raw, in: &state) else { return }
            var signers = state.signers.value(of: digest) ?? Signers()
            signers.tried |= bit
            if isSigned { signers.signed |= bit }
            state.signers.keep(signers, as: digest, weight: 1)
        }
        return isSigned
    }

    /// `nil` for a key beyond the sixty-fourth, whose verifications are not remembered.
    private static func bit(of key: [UInt8], in state: inout State) -> UInt64? {
        if let index = state.keys.firstIndex(of: key) { return 1 << UInt64(index) }
        guard state.keys.count < UInt64.bitWidth else { return nil }
        state.keys.append(key)
        return 1 << UInt64(state.keys.count - 1)
    }

    private static func signed(_ bytes: [UInt8]) throws -> DSSEEnvelope { try DSSEEnvelope(json: JSONValue(parsing: bytes)) }

    private static func read(_ bytes: [UInt8]) -> Statement? {
        guard let signed = try? signed(bytes), signed.payloadType == DSSEEnvelope.inTotoPayloadType,
            let json = try? JSONValue(parsing: signed.payload), let envelope = try? EnvelopeJSON.envelope(from: json),
            let claim = try? Claim.digest(of: envelope)
        else { return nil }
        return Statement(envelope: envelope, claim: claim)
    }
}

/// A dictionary that forgets: a full young generation becomes the old one, and the old one goes. What is looked up is young again.
private struct Generations<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Kept: Sendable {
        var value: Value
        var weight: Int
    }

    private let capacity: Int
    private var young: [Key: Kept] = [:]
    private var old: [Key: Kept] = [:]
    private var weight = 0

    init(capacity: Int) { self.capacity = capacity }

    mutating func value(of key: Key) -> Value? {
        if let kept = young[key] { return kept.value }
        guard let kept = old.removeValue(forKey: key) else { return nil }
        keep(kept.value, as: key, weight: kept.weight)
        return kept.value
    }

    mutating func keep(_ value: Value, as key: Key, weight added: Int) {
        if let standing = young.updateValue(Kept(value: value, weight: added), forKey: key) { weight -= standing.weight }
        weight += added
        guard weight > capacity / 2 else { return }
        (old, young, weight) = (young, [:], 0)
    }
}
