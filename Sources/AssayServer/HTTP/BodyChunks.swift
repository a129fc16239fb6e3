import AssayTerms
import HTTPTypes
import Hummingbird
import NIOCore

/// The body of a request as it arrives. A body that ends early is an error, never a short body.
package struct BodyChunks: AsyncSequence, Sendable {
    private let body: RequestBody
    /// The connection of a client that waits to be told before it sends its body.
    private let waiting: (any Channel)?
    /// What `Content-Length` says; `nil` for a body in chunks.
    package let announcedBytes: Int64?

    init(_ request: Request, _ channel: any Channel) {
        body = request.body
        waiting = request.headers.contains(.expect) ? channel : nil
        announcedBytes = request.headers[.contentLength].flatMap { Int64($0) }
    }

    /// Without any bytes: of a request that did not come over HTTP/1.
    init() {
        body = RequestBody(buffer: ByteBuffer())
        waiting = nil
        announcedBytes = 0
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var parts: RequestBody.AsyncIterator
        fileprivate let announcedBytes: Int64?
        fileprivate var byteCount: Int64 = 0

        @concurrent package mutating func next() async throws -> [UInt8]? {
            do {
                if let buffer = try await parts.next() {
                    byteCount += Int64(buffer.readableBytes)
                    return Array(buffer: buffer)
                }
            } catch {
                throw Self.broken(error)
            }
            if let announcedBytes, byteCount != announcedBytes { throw Self.broken(nil) }
            return nil
        }

        private static func broken(_ cause: (any Error)?) -> AssayError {
            AssayError(.unreadable, "The body ended before it was complete. Nothing of it was kept; send it again.", cause: cause)
        }
    }

    package func makeAsyncIterator() -> AsyncIterator {
        waiting?.triggerUserOutboundEvent(BodyWanted(), promise: nil)
        return AsyncIterator(parts: body.makeAsyncIterator(), announcedBytes: announcedBytes)
    }

    /// The whole body, or `nil` for one of more than `limit` bytes, which is not read to its end.
    package func collected(limit: Int) async throws -> [UInt8]? {
        if let announcedBytes, announcedBytes > limit { return nil }
        var bytes: [UInt8] = []
        for try await chunk in self {
            guard bytes.count + chunk.count <= limit else { return nil }
            bytes += chunk
        }
        return bytes
    }
}
