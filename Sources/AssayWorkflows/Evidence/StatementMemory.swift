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
/// Safe to use from several tasks. Bounded: statements by what they take, signatures by number; what was not used for longest goes first, in
/// two generations. What statements have in common is kept once, so a hundred thousand fit.
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
        /// The envelopes last read, by the claims of their statements.
        var claims: Generations<SHA256Digest, SHA256Digest>
        var parts = StatementParts()
        /// Raw public keys by their bit.
        var keys: [[UInt8]] = []
    }

    private let state: Mutex<State>

    /// - Parameters:
    ///   - bytes: what kept statements may take; for a moment half as much again.
    ///   - signatures: how many statements' signers, and claims, are kept, at some 100 bytes each.
    init(bytes: Int = 256 << 20, signatures: Int = 500_000) {
        state = Mutex(
            State(
                statements: Generations(capacity: bytes), signers: Generations(capacity: signatures),
                claims: Generations(capacity: signatures)))
    }

    /// A statement kept with this claim and a signature that one of `keys` is known to have made, and which key; `nil` where that is not
    /// in memory.
    ///
    /// What the store holds in its place now is not looked at: for a look at many versions that decides nothing.
    func known(claim: SHA256Digest, signedBy keys: [Ed25519.VerificationKey]) -> (envelope: Envelope, key: Int)? {
        state.withLock { state in
            guard let digest = state.claims.value(of: claim), let statement = state.statements.value(of: digest) ?? nil,
                statement.claim == claim, let signers = state.signers.value(of: digest)
            else { return nil }
            let key = keys.firstIndex { key in Self.bit(of: key.rawBytes, in: &state).map { signers.signed & $0 != 0 } ?? false }
            return key.map { (statement.envelope, $0) }
        }
    }

    /// Keeps a statement whose signature by `key` was verified just now, so that nobody reads it again.
    func keep(_ envelope: Envelope, claim: SHA256Digest, in bytes: [UInt8], signedBy key: Ed25519.VerificationKey) {
        let digest = SHA256Hasher.digest(of: bytes)
        state.withLock { state in
            Self.keep(Statement(envelope: envelope, claim: claim), digest, bytes.count, in: &state)
            Self.note(isSigned: true, by: key.rawBytes, digest, in: &state)
        }
    }

    /// The statement in a DSSE envelope's JSON; `nil` if there is none that can be read.
    func statement(in bytes: [UInt8], digest: SHA256Digest) -> Statement? {
        let known: Statement?? = state.withLock { state in
            guard let known = state.statements.value(of: digest) else { return nil }
            if let known { state.claims.keep(digest, as: known.claim, weight: 1) }
            return known
        }
        if let known { return known }
        let read = Self.read(bytes)
        state.withLock { Self.keep(read, digest, bytes.count, in: &$0) }
        return read
    }

    private static func keep(_ statement: Statement?, _ digest: SHA256Digest, _ length: Int, in state: inout State) {
        let kept = statement.map { Statement(envelope: state.parts.shared($0.envelope), claim: $0.claim) }
        // Measured: a statement of 3 kB with one result takes 2 to 3 kB, depending on what the allocator holds back.
        state.statements.keep(kept, as: digest, weight: 700 + length / 2)
        if let kept { state.claims.keep(digest, as: kept.claim, weight: 1) }
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
        state.withLock { Self.note(isSigned: isSigned, by: raw, digest, in: &$0) }
        return isSigned
    }

    private static func note(isSigned: Bool, by key: [UInt8], _ digest: SHA256Digest, in state: inout State) {
        guard let bit = bit(of: key, in: &state) else { return }
        var signers = state.signers.value(of: digest) ?? Signers()
        signers.tried |= bit
        if isSigned { signers.signed |= bit }
        state.signers.keep(signers, as: digest, weight: 1)
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
    /// Of the young generation and of both.
    private var weight = 0
    private var total = 0

    init(capacity: Int) { self.capacity = capacity }

    mutating func value(of key: Key) -> Value? {
        if let kept = young[key] { return kept.value }
        guard let kept = old.removeValue(forKey: key) else { return nil }
        total -= kept.weight
        keep(kept.value, as: key, weight: kept.weight)
        return kept.value
    }

    mutating func keep(_ value: Value, as key: Key, weight added: Int) {
        if let standing = young.updateValue(Kept(value: value, weight: added), forKey: key) {
            weight -= standing.weight
            total -= standing.weight
        }
        if let standing = old.removeValue(forKey: key) { total -= standing.weight }
        weight += added
        total += added
        // As long as everything fits nothing goes; then the old generation goes once the young one is half of what there may be.
        guard total > capacity, weight > capacity / 2 else { return }
        (old, total) = (young, weight)
        (young, weight) = ([:], 0)
    }
}
