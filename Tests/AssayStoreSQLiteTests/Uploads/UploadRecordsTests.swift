import AssayStore
import AssayStoreSQLite
import AssayTerms
import Foundation
import Testing

/// The records of uploads against the rules every driver has to keep.
@Suite struct UploadRecordsTests {
    private func digest(_ byte: UInt8) throws -> SHA256Digest { try #require(SHA256Digest(bytes: [UInt8](repeating: byte, count: 32))) }

    private func blob(_ byte: UInt8) throws -> BlobID { try #require(BlobID(hex: String(repeating: Hex.encode([byte]), count: 16))) }

    private func part(_ number: Int, _ byte: UInt8) throws -> UploadPart {
        UploadPart(number: number, blob: try blob(byte), size: Int64(byte), digest: try digest(byte))
    }

    private func upload(_ id: String, at time: Int64 = 5) throws -> UploadRecord {
        UploadRecord(
            id: id, owner: FileOwner(.run, id: "r"), path: "a/b", partCount: 3, keyDigest: try digest(9), createdBy: "ana",
            touchedTime: time)
    }

    @Test func partsAreReplacedAndSorted() async throws {
        try await withTemporaryStore { store in
            let (upload, first, second, third) = (try upload("u"), try part(2, 1), try part(1, 2), try part(2, 3))
            let replaced = try await store.write { tx in
                try tx.insertUpload(upload)
                return try [first, second, third].map { try tx.putPart($0, ofUpload: "u", at: 7) }
            }
            #expect(replaced == [[], [], [first.blob]])
            let (kept, parts) = try await store.read { (try $0.upload("u"), try $0.parts(ofUpload: "u")) }
            #expect(parts == [second, third])
            #expect(kept?.touchedTime == 7 && kept?.owner == upload.owner && kept?.path == "a/b" && kept?.isCompleted == false)
            #expect(try await store.read { try $0.mentioned([first.blob, second.blob, third.blob]) } == [second.blob, third.blob])
        }
    }

    @Test func completingDropsThePartsAndRemovingEverything() async throws {
        try await withTemporaryStore { store in
            let (upload, part) = (try upload("u"), try part(1, 1))
            let freed = try await store.write { tx in
                try tx.insertUpload(upload)
                _ = try tx.putPart(part, ofUpload: "u", at: 7)
                return try tx.completeUpload("u", at: 8)
            }
            #expect(freed == [part.blob])
            let kept = try await store.read { try $0.upload("u") }
            #expect(kept?.isCompleted == true && kept?.touchedTime == 8)
            #expect(try await store.write { try $0.removeUpload("u") + $0.removeUpload("never there") } == [])
            #expect(try await store.read { try $0.upload("u") } == nil)
        }
    }

    @Test func theOldestExpireFirst() async throws {
        try await withTemporaryStore { store in
            let uploads = try [("c", 30), ("a", 10), ("b", 20)].map { try upload($0.0, at: $0.1) }
            try await store.write { tx in for upload in uploads { try tx.insertUpload(upload) } }
            #expect(try await store.read { try $0.uploads(touchedBefore: 30, limit: 10) } == ["a", "b"])
            #expect(try await store.read { try $0.uploads(touchedBefore: 31, limit: 1) } == ["a"])
            #expect(try await store.read { try $0.uploads(touchedBefore: 10, limit: 10) } == [])
        }
    }
}
