import AssayCanonical
import AssayJSON
import AssayPolicy
import AssayTerms
@testable import AssayWorkflows
import Testing

/// What is remembered of signed statements depends on their bytes and on the key alone.
@Suite struct StatementMemoryTests {
    private static func envelope(_ gap: Double, by key: Ed25519.SigningKey) throws -> [UInt8] {
        let statement = Envelope(
            subjects: [.init(name: "loans/1", digest: .nothing)], engineVersion: "lab 1", computedAt: "2026-01-31T08:00:00Z", provenance: .attested,
            inputs: [.init(role: "data", name: "x", digest: .nothing, rows: 200)], parameters: [:],
            results: [CheckResult(descriptor: GovernedHouse.check, column: "race", value: gap, groups: [], rows: 200)])
        return try DSSEEnvelope(signing: EnvelopeJSON.statement(of: statement).canonicalBytes(), with: key).json.bytes()
    }

    @Test func answersAreThoseOfAFreshReading() throws {
        let keys = (0..<70).map { _ in Ed25519.SigningKey() }
        // So small that it forgets all the time.
        for memory in [StatementMemory(), StatementMemory(bytes: 3_000, signatures: 3)] {
            for round in 0..<3 {
                for index in 0..<20 {
                    var bytes = try Self.envelope(Double(index) / 100, by: keys[index * 3])
                    if index % 5 == 4 { bytes[bytes.count / 2] ^= 1 }
                    let digest = SHA256Hasher.digest(of: bytes)
                    let statement = memory.statement(in: bytes, digest: digest)
                    let signed = (try? DSSEEnvelope(json: .init(parsing: bytes)))
                    for (number, key) in keys.enumerated() where number % 7 == round || number == index * 3 {
                        let isSigned = memory.isSigned(bytes, digest: digest, by: key.verificationKey)
                        #expect(isSigned == (signed?.isSigned(by: key.verificationKey) ?? false), "\(index) by \(number)")
                    }
                    if index % 5 != 4 {
                        #expect(statement?.envelope.results.first?.value == Double(index) / 100)
                        #expect(statement.map { try? Claim.digest(of: $0.envelope) == $0.claim } == true)
                    }
                }
            }
        }
    }

    /// A claim is known once its statement was read and one of the keys was seen to have signed it.
    @Test func aClaimIsKnownByItsSigners() throws {
        let keys = (0..<3).map { _ in Ed25519.SigningKey() }
        let trusted = keys.map(\.verificationKey)
        let memory = StatementMemory()
        for index in 0..<10 {
            let bytes = try Self.envelope(Double(index) / 100, by: keys[1])
            let digest = SHA256Hasher.digest(of: bytes)
            let fresh = try #require(StatementMemory().statement(in: bytes, digest: digest))
            if index % 2 == 0 {
                #expect(memory.known(claim: fresh.claim, signedBy: trusted) == nil)
                _ = memory.statement(in: bytes, digest: digest)
                #expect(memory.known(claim: fresh.claim, signedBy: trusted) == nil, "nobody has looked who signed it")
                #expect(!memory.isSigned(bytes, digest: digest, by: trusted[0]))
                #expect(memory.known(claim: fresh.claim, signedBy: trusted) == nil)
                #expect(memory.isSigned(bytes, digest: digest, by: trusted[1]))
            } else {
                memory.keep(fresh.envelope, claim: fresh.claim, in: bytes, signedBy: trusted[1])
            }
            let known = try #require(memory.known(claim: fresh.claim, signedBy: trusted))
            let claim = try Claim.digest(of: known.envelope)
            #expect(known.key == 1 && claim == fresh.claim)
            #expect(memory.known(claim: fresh.claim, signedBy: [trusted[1]])?.key == 0)
            #expect(memory.known(claim: fresh.claim, signedBy: [trusted[0], trusted[2]]) == nil)
        }
        #expect(memory.known(claim: .nothing, signedBy: trusted) == nil)
    }

    /// What fits is not forgotten, however often it is gone through.
    @Test func whatFitsStays() throws {
        let key = Ed25519.SigningKey()
        let all = try (0..<40).map { try Self.envelope(Double($0) / 100, by: key) }
        let weight = all.reduce(0) { $0 + 700 + $1.count / 2 }
        for (room, stays) in [(weight, true), (weight / 2, false)] {
            let memory = StatementMemory(bytes: room)
            var claims: [SHA256Digest] = []
            for bytes in all {
                let digest = SHA256Hasher.digest(of: bytes)
                claims.append(try #require(memory.statement(in: bytes, digest: digest)).claim)
                _ = memory.isSigned(bytes, digest: digest, by: key.verificationKey)
            }
            let kept = claims.count { memory.known(claim: $0, signedBy: [key.verificationKey]) != nil }
            #expect(stays ? kept == all.count : kept < all.count && kept > 0)
        }
    }

    @Test func whatCannotBeReadIsNoStatement() {
        let memory = StatementMemory()
        for text in ["", "{}", "[]", "{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"e30=\",\"signatures\":[{\"sig\":\"\"}]}"] {
            let bytes = Array(text.utf8)
            for _ in 0..<2 { #expect(memory.statement(in: bytes, digest: SHA256Hasher.digest(of: bytes)) == nil) }
            #expect(!memory.isSigned(bytes, digest: SHA256Hasher.digest(of: bytes), by: Ed25519.SigningKey().verificationKey))
        }
    }
}
