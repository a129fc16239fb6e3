import AssayJSON
import AssayLedgerFormat
import AssayTerms
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Reads a running server's log through `/api/assay/v1/log/…`. Redirects are not followed.
struct LogClient: Sendable {
    /// A full bundle of the longest entries is 1 MiB; the list of checkpoints grows by about 230 bytes each.
    private static let answerLimit = 256 << 20

    private let base: String
    private let token: String?

    /// - Throws: `invalidArgument` unless `address` begins with http:// or https:// and names a host.
    init(address: String) throws(AssayError) {
        let lower = address.lowercased()
        guard let scheme = ["http://", "https://"].first(where: lower.hasPrefix),
            address.utf8.count > scheme.utf8.count, address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            !address.contains("?"), !address.contains("#"), !address.contains("@")
        else {
            throw AssayError(.invalidArgument, "--server takes an address like http://127.0.0.1:5000")
        }
        var base = address
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
        let environment = ProcessInfo.processInfo.environment
        token = environment["ASSAY_TOKEN"] ?? environment["MLFLOW_TRACKING_TOKEN"]
    }

    /// A file of the log, or an answer under it with a query.
    ///
    /// - Throws: `notFound` if the server has none, `unavailable` if it cannot be reached.
    func get(_ path: String) async throws(AssayError) -> [UInt8] {
        var request = HTTPClientRequest(url: "\(base)/api/assay/v1/log/\(path)")
        request.headers.add(name: "User-Agent", value: "assay/\(AssayVersion.current)")
        if let token, !token.isEmpty { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        let status: Int
        let bytes: [UInt8]
        do {
            let response = try await PlainClient.shared.execute(request, timeout: .seconds(60))
            status = Int(response.status.code)
            let buffer = try await response.body.collect(upTo: Self.answerLimit)
            bytes = Array(buffer.readableBytesView)
        } catch {
            throw AssayError(
                .unavailable, "\(base) cannot be read; does a server run there? Name another with --server.",
                cause: error)
        }
        switch status {
        case 200: return bytes
        case 404: throw AssayError(.notFound, "\(base) has no \(path) in its log")
        case 401, 403:
            throw AssayError(
                .permissionDenied, "\(base) does not show its log to this caller; set ASSAY_TOKEN to an auditor's token"
            )
        default: throw AssayError(.unreadable, "\(base) answered HTTP \(status) for \(path) of its log")
        }
    }

    /// A proof that the newest tree begins with the tree of `size`, and the newest checkpoint's note.
    func consistency(from size: UInt64) async throws -> (path: [SHA256Digest], checkpoint: [UInt8]) {
        let answer = try JSONValue(parsing: try await get("consistency?from=\(size)"))
        let path = (answer["path"]?.array ?? []).compactMap { $0.string.flatMap { SHA256Digest(hex: $0) } }
        guard let note = answer["checkpoint"]?.string, path.count == answer["path"]?.array?.count else {
            throw AssayError(.unreadable, "\(base) did not answer a proof of consistency")
        }
        return (path, Array(note.utf8))
    }

    /// Fetches everything the newest checkpoint covers into `folder`, so that it is verified as a copied log is.
    func fetchAll(into folder: String) async throws {
        // The list first: a checkpoint signed meanwhile must not be missing in it.
        let checkpoint = try await get("checkpoint")
        for name in ["checkpoints", "vkey"] { try write(try await get(name), folder, name) }
        // Only logs whose key was rotated have it.
        try await fetch("vkeys", into: folder)
        try write(checkpoint, folder, "checkpoint")
        // The size is taken as the server says it; the verifier decides whether it was signed.
        let lines = checkpoint.split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false)
        guard lines.count == 3, let size = UInt64(String(decoding: lines[1], as: UTF8.self)), size <= 1 << 32 else {
            throw AssayError(.unreadable, "\(base) answered no checkpoint of a log")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            var waiting = TilePath.all(treeSize: size).makeIterator()
            func addNext() {
                guard let path = waiting.next()?.text else { return }
                group.addTask { try await fetch(path, into: folder) }
            }
            for _ in 0..<8 { addNext() }
            while try await group.next() != nil { addNext() }
        }
    }

    /// A file that is missing stays missing: that is a finding, which the verifier words.
    private func fetch(_ path: String, into folder: String) async throws {
        do {
            try write(try await get(path), folder, path)
        } catch  where error.code == .notFound {
            return
        }
    }

    private func write(_ bytes: [UInt8], _ folder: String, _ path: String) throws(AssayError) {
        let url = URL(filePath: folder + "/" + path)
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: url)
        } catch {
            throw AssayError(.unavailable, "a file fetched from \(base) cannot be written to \(folder)", cause: error)
        }
    }
}
