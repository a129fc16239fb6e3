import AssayCanonical
import AssayLedger
import AssayLedgerFormat
import AssayTerms

/// A published log, in a folder or at a server, read entry by entry.
struct LogReader: Sendable {
    private enum Source: Sendable {
        case server(LogClient)
        case folder(PublishedLog)
    }

    private let source: Source

    init(_ place: AuditLocation.Place) throws(AssayError) {
        switch place {
        case .server(let client): source = .server(client)
        case .folder(let ledger, _): source = .folder(PublishedLog(files: try PosixLedgerFiles(folder: ledger)))
        }
    }

    func proof(index: UInt64) async throws -> TlogProof {
        switch source {
        case .server(let client): try TlogProof(parsing: try await client.get("proof?index=\(index)"))
        case .folder(let log): try log.proof(index: index)
        }
    }

    /// A file of the log.
    ///
    /// - Throws: `notFound`.
    func file(_ path: String) async throws -> [UInt8] {
        switch source {
        case .server(let client): return try await client.get(path)
        case .folder(let log):
            guard let bytes = try log.resource(path) else { throw AssayError(.notFound, "the log has no \(path)") }
            return bytes
        }
    }

    /// A proof that the newest tree begins with the tree of `size`, and the newest checkpoint's note.
    func consistency(from size: UInt64) async throws -> (path: [SHA256Digest], checkpoint: [UInt8]) {
        switch source {
        case .server(let client): return try await client.consistency(from: size)
        case .folder(let log):
            let (path, note) = try log.consistency(from: size)
            return (path, note.bytes)
        }
    }

    /// The entries of `range` of a log of `size` entries.
    ///
    /// - Throws: `notFound` beyond the log.
    func entries(_ range: Range<UInt64>, size: UInt64) async throws -> [[UInt8]] {
        guard range.upperBound <= size else {
            throw AssayError(.notFound, "the published log has \(size) entries; there is no entry \(range.upperBound - 1) yet")
        }
        var entries: [[UInt8]] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let number = start / 256
            let width = Int(min(256, size - number * 256))
            let bundle = try EntryBundle.entries(
                in: try await file(TilePath(.entries, index: number, width: width).text), count: width)
            let end = min(range.upperBound, number * 256 + UInt64(width))
            entries += bundle[Int(start - number * 256)..<Int(end - number * 256)]
            start = end
        }
        return entries
    }

    func entry(_ index: UInt64, size: UInt64) async throws -> [UInt8] {
        try await entries(index..<(index + 1), size: size)[0]
    }

    /// The complete subtrees of the tree of `size` entries, read from the tiles of a tree of `whole`.
    func edge(of size: UInt64, within whole: UInt64) async throws -> MerkleRange {
        var roots: [SHA256Digest] = []
        for level in (0..<8).reversed() {
            let count = size >> UInt64(8 * level)
            let wanted = Int(count % 256)
            guard wanted > 0 else { continue }
            let index = count / 256
            let width = Int(min(256, (whole >> UInt64(8 * level)) - index * 256))
            let bytes = try await file(TilePath(.hashes(level: level), index: index, width: width).text)
            guard bytes.count == 32 * width else { throw AssayError(.corrupt, "a tile of the log is cut short") }
            var range = MerkleRange()
            for hash in try TileHashes.hashes(in: Array(bytes.prefix(32 * wanted)), width: wanted) { range.append(hash) }
            roots += range.roots
        }
        return MerkleRange(size: size, roots: roots)
    }

    /// Where the entry of that id stands: asked of the server, or looked for from the newest on.
    ///
    /// - Throws: `notFound`.
    func index(ofID id: String) async throws -> UInt64 {
        if case .server(let client) = source {
            return try TlogProof(parsing: try await client.get("proof?entry=\(id)")).index
        }
        let size = try Checkpoint(text: SignedNote(parsing: try await file("checkpoint")).text).size
        let mark = Array("\"id\":\"\(id)\"".utf8)
        var end = size
        while end > 0 {
            let start = (end - 1) / 256 * 256
            let found = try await entries(start..<end, size: size).lastIndex { entry in
                entry.indices.contains { entry[$0...].starts(with: mark) }
            }
            if let found { return start + UInt64(found) }
            end = start
        }
        throw AssayError(.notFound, "the published log has no entry \(id)")
    }
}
