import AssayStore
import AssayTerms
import AssayWorkflows
import Foundation
import Testing

/// Uploads in parts and download keys over time: what expires, what a sweep keeps, what a key is good for.
@Suite struct UploadTests {
    private static let day: Int64 = 24 * 3_600 * 1_000

    private func run(_ house: House) async throws -> Text {
        let run = try await house.useCases.createRun(
            experimentID: 0, name: "", userID: "", startTime: 1, tags: [], by: .anonymous)
        return Text("0/\(run.info.id)/artifacts/file")
    }

    private func chunks(_ bytes: [UInt8]) -> AsyncStream<[UInt8]> {
        AsyncStream {
            $0.yield(bytes)
            $0.finish()
        }
    }

    private func blobFiles(_ house: House) throws -> [String] {
        try (0..<256).flatMap { number -> [String] in
            let shelf = house.path + "/" + String(number, radix: 16).leftPadded
            return FileManager.default.fileExists(atPath: shelf) ? try FileManager.default.contentsOfDirectory(atPath: shelf) : []
        }
    }

    @Test func anUploadLivesADayAfterItsLastPart() async throws {
        try await House.with { house in
            let path = try await run(house)
            let upload = try await house.useCases.createUpload(path, partCount: 2, by: .anonymous)
            _ = try await house.useCases.putPart(1, ofUpload: upload.id, key: upload.key, chunks([1]), expectedBytes: 1)
            house.advance(milliseconds: Self.day)
            #expect(try await house.useCases.expireUploads() == 0)
            let second = try await house.useCases.putPart(2, ofUpload: upload.id, key: upload.key, chunks([2]), expectedBytes: nil)
            house.advance(milliseconds: Self.day)
            #expect(try await house.useCases.expireUploads() == 0)
            // Parts that wait are no orphans, however old they are.
            #expect(try await house.useCases.sweepBlobs(lastWrittenBefore: .max) == 0)
            house.advance(milliseconds: 1)
            #expect(try await house.useCases.expireUploads() == 1)
            let left = try blobFiles(house)
            #expect(left.isEmpty)
            _ = await refusal(.notFound) {
                try await house.useCases.completeUpload(upload.id, at: path, parts: [(1, ""), (2, second.hex)], by: .anonymous)
            }
            _ = await refusal(.permissionDenied) {
                _ = try await house.useCases.putPart(1, ofUpload: upload.id, key: upload.key, chunks([1]), expectedBytes: 1)
            }
        }
    }

    @Test func aCompletedUploadIsRememberedForADayAndItsFileForEver() async throws {
        try await House.with { house in
            let path = try await run(house)
            let upload = try await house.useCases.createUpload(path, partCount: 1, by: .anonymous)
            let tag = try await house.useCases.putPart(1, ofUpload: upload.id, key: upload.key, chunks([7, 8]), expectedBytes: nil)
            for _ in 0..<2 {
                try await house.useCases.completeUpload(upload.id, at: path, parts: [(1, tag.hex)], by: .anonymous)
            }
            house.advance(milliseconds: Self.day + 1)
            #expect(try await house.useCases.expireUploads() == 1)
            #expect(try await house.useCases.sweepBlobs(lastWrittenBefore: .max) == 0)
            let file = try await house.useCases.artifact(path)
            #expect(file.size == 2 && file.writtenBy == Principal.anonymous.id)
            var bytes: [UInt8] = []
            for try await chunk in try await house.useCases.content(of: file) { bytes += chunk }
            #expect(bytes == [7, 8])
        }
    }

    @Test func aPartThatFailsLeavesTheEarlierOne() async throws {
        try await House.with { house in
            let path = try await run(house)
            let upload = try await house.useCases.createUpload(path, partCount: 1, by: .anonymous)
            let tag = try await house.useCases.putPart(1, ofUpload: upload.id, key: upload.key, chunks([7]), expectedBytes: nil)
            let broken = AsyncThrowingStream<[UInt8], any Error> {
                $0.yield([9])
                $0.finish(throwing: AssayError(.unreadable, "broken off"))
            }
            _ = await refusal(.unreadable) {
                _ = try await house.useCases.putPart(1, ofUpload: upload.id, key: upload.key, broken, expectedBytes: nil)
            }
            try await house.useCases.completeUpload(upload.id, at: path, parts: [(1, "\"" + tag.hex + "\"")], by: .anonymous)
            #expect(try await house.useCases.artifact(path).size == 1)
            let left = try blobFiles(house)
            #expect(left.count == 1)
        }
    }

    @Test func aFileThatCannotTakeItsPlaceKeepsItsParts() async throws {
        try await House.with { house in
            let path = try await run(house)
            let upload = try await house.useCases.createUpload(path, partCount: 1, by: .anonymous)
            let tag = try await house.useCases.putPart(1, ofUpload: upload.id, key: upload.key, chunks([7]), expectedBytes: nil)
            let below = Text(path.string + "/below")
            try await house.useCases.putArtifact(below, chunks([1]), by: .anonymous)
            let complete = { try await house.useCases.completeUpload(upload.id, at: path, parts: [(1, tag.hex)], by: .anonymous) }
            _ = await refusal(.conflict, complete)
            try await house.useCases.deleteArtifact(below)
            try await complete()
            #expect(try await house.useCases.artifact(path).size == 1)
        }
    }

    @Test func aDownloadKeyIsGoodForAQuarterOfAnHour() async throws {
        try await House.with { house in
            let path = try await run(house)
            try await house.useCases.putArtifact(path, chunks([1, 2, 3]), by: .anonymous)
            let (key, size) = try await house.useCases.downloadKey(for: path)
            #expect(size == 3)
            house.advance(milliseconds: UseCases.downloadKeyMilliseconds - 1)
            #expect(try await house.useCases.artifact(byKey: key).size == 3)
            house.advance(milliseconds: 1)
            _ = await refusal(.permissionDenied) { _ = try await house.useCases.artifact(byKey: key) }
            for other in ["", "x", String(key.dropLast()), key + "A"] {
                _ = await refusal(.permissionDenied) { _ = try await house.useCases.artifact(byKey: other) }
            }
        }
    }
}

extension String {
    fileprivate var leftPadded: String { utf8.count == 1 ? "0" + self : self }
}
