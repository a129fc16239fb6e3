import AssayStore
import AssayTerms
import Testing

/// Policies never change, jobs are leased to one worker at a time, a person's approval stands once: the rules the gate
/// builds on, each tried against the database itself.
@Suite(.everyDriver) struct GovernanceRecordsTests {
    private func digest(_ byte: UInt8) throws -> SHA256Digest {
        try #require(SHA256Digest(bytes: [UInt8](repeating: byte, count: 32)))
    }

    private func policy(_ name: Text, _ version: Text, text: String = "text") throws -> PublishedPolicy {
        PublishedPolicy(
            name: name, version: version, digest: try digest(1), source: Array(text.utf8), canonical: Array(text.utf8),
            publishedMilliseconds: 1, publisherID: "p", publisherName: "Paula")
    }

    @Test func aPublishedVersionStaysAsItIs() async throws {
        try await withTemporaryStore { store in
            let first = try policy("credit", "1")
            let again = try policy("credit", "1", text: "other")
            let next = try policy("credit", "2", text: "other")
            let cafe = try policy("cafe\u{301}", "1")
            let composed = try policy("caf\u{e9}", "1")
            _ = try await store.write { try $0.insertPolicy(first) }
            try await refused { try await store.write { _ = try $0.insertPolicy(again) } }
            try await store.write { tx in
                try tx.insertPolicy(next)
                try tx.insertPolicy(cafe)
                try tx.insertPolicy(composed)
            }
            let (all, force, one) = try await store.read {
                (try $0.policies(), try $0.policiesInForce(), try $0.policy(name: "credit", version: "1"))
            }
            #expect(all.map(\.version) == ["1", "2", "1", "1"])
            #expect(force.map(\.name) == ["cafe\u{301}", "caf\u{e9}", "credit"])
            #expect(force.last?.version == "2")
            #expect(one?.source == Array("text".utf8))
        }
    }

    @Test func theSameClaimIsKeptOnce() async throws {
        try await withTemporaryStore { store in
            func record(_ id: String, claim: UInt8) throws -> EvidenceRecord {
                EvidenceRecord(
                    id: id, subject: try digest(7), claim: try digest(claim), provenance: .recomputed, envelope: [1],
                    keyID: "k", jobID: nil, recordedMilliseconds: 5)
            }
            let (a, b, c) = (try record("a", claim: 1), try record("b", claim: 1), try record("c", claim: 2))
            let kept = try await store.write { tx in try [a, b, c].map { try tx.insertEvidence($0).id } }
            #expect(kept == ["a", "a", "c"])
            let subject = try digest(7)
            #expect(try await store.read { try $0.evidence(subject: subject) } == [a, c])
            // Who says the same as somebody else is not kept out by them.
            var (other, again) = (try record("d", claim: 1), try record("e", claim: 1))
            (other.signer, again.signer) = ("workflow:ci", "workflow:ci")
            let others = [other, again]
            #expect(try await store.write { tx in try others.map { try tx.insertEvidence($0).id } } == ["d", "d"])
            #expect(try await store.read { try $0.evidence(subject: subject) } == [a, c, others[0]])
            #expect(try await store.read { try $0.claims(subject: subject) }.sorted() == [a.claim, a.claim, c.claim])
        }
    }

    /// Two workers and a clock: who may answer for the job at each step.
    @Test func aLeaseIsHeldByOneWorkerAndRunsOut() async throws {
        try await withTemporaryStore { store in
            let job = EvidenceJobRecord(
                id: "j", inputs: try digest(1), subject: try digest(2), model: "m", version: 3, specification: [9],
                createdMilliseconds: 0)
            var twin = job
            twin.id = "k"
            let copy = twin
            try await store.write { tx in
                #expect(try tx.insertJob(job).id == "j")
                #expect(try tx.insertJob(copy).id == "j")
                #expect(try tx.leaseJob(lease: "one", now: 10, until: 20)?.attempts == 1)
                #expect(try tx.leaseJob(lease: "two", now: 19, until: 30) == nil)
                #expect(try tx.leaseJob(lease: "two", now: 20, until: 30)?.attempts == 2)
                // The first worker comes back late: its answer is not taken.
                let late = try tx.finishJob(
                    id: "j", lease: "one", state: .done, error: nil, mayRetry: false, evidenceID: "e", now: 21)
                #expect(!late)
                #expect(
                    try tx.finishJob(
                        id: "j", lease: "two", state: .failed, error: "no table", mayRetry: true, evidenceID: nil, now: 22))
                #expect(try tx.leaseJob(lease: "three", now: 99, until: 100) == nil)
                #expect(try tx.job(id: "j")?.error == "no table")
                try tx.requeueJob(id: "j", now: 23)
                let again = try #require(try tx.leaseJob(lease: "three", now: 24, until: 30))
                #expect(again.attempts == 1 && again.state == .leased)
            }
        }
    }

    private func request(_ id: String, state: PromotionRequest.State = .open) throws -> PromotionRequest {
        PromotionRequest(
            id: id, model: "m", version: 1, manifest: try digest(1), action: "promote", target: "stage Production",
            state: state, decision: .incomplete, detail: [], asked: 1, openedByID: "u", openedByName: "Uma",
            openedMilliseconds: 1, updatedMilliseconds: 1)
    }

    @Test func oneOpenRequestForOneChange() async throws {
        try await withTemporaryStore { store in
            let (first, second) = (try request("a"), try request("b"))
            try await store.write { try $0.insertRequest(first) }
            try await refused { try await store.write { try $0.insertRequest(second) } }
            var closed = first
            closed.state = .promoted
            closed.asked = 4
            let done = closed
            try await store.write { tx in
                try tx.updateRequest(done)
                try tx.insertRequest(second)
            }
            let (all, open) = try await store.read {
                (
                    try $0.requests(state: nil, model: "m", limit: 10).map(\.id),
                    try $0.requests(state: .open, model: nil, limit: 10).map(\.id)
                )
            }
            #expect(all == ["b", "a"])
            #expect(open == ["b"])
        }
    }

    @Test func aPersonApprovesARequestOnce() async throws {
        try await withTemporaryStore { store in
            func approval(_ id: String, by person: String) -> ApprovalRecord {
                ApprovalRecord(
                    id: id, requestID: "a", approverID: person, approverName: "Vera", comment: "", binding: [1],
                    approvedMilliseconds: 1, expiresMilliseconds: 2)
            }
            let open = try request("a")
            let (first, twice, other) = (approval("1", by: "v"), approval("2", by: "v"), approval("3", by: "w"))
            try await store.write { tx in
                try tx.insertRequest(open)
                try tx.insertApproval(first)
            }
            try await refused { try await store.write { try $0.insertApproval(twice) } }
            try await store.write { tx in
                try tx.insertApproval(other)
                // What it was bound to changed, so the same person may look again.
                try tx.setApprovalState(.void, id: "1")
                try tx.insertApproval(twice)
            }
            let states = try await store.read { try $0.approvals(requestID: "a").map { "\($0.id) \($0.state)" } }
            #expect(states == ["1 void", "3 standing", "2 standing"])
        }
    }

    @Test func aVersionIsAdoptedOnce() async throws {
        try await withTemporaryStore { store in
            let adoption = AdoptionRecord(
                versionID: "v", model: "m", version: 1, manifest: try digest(3), adopterID: "a", adopterName: "Ada",
                adoptedMilliseconds: 1)
            try await store.write { try $0.insertAdoption(adoption) }
            try await refused { try await store.write { try $0.insertAdoption(adoption) } }
            let manifest = try digest(3)
            #expect(try await store.read { try $0.adoptions(manifest: manifest) } == [adoption])
        }
    }

    private func refused(_ body: () async throws -> Void) async throws {
        let error = await #expect(throws: AssayError.self) { try await body() }
        #expect(error?.code == .alreadyExists)
    }
}
