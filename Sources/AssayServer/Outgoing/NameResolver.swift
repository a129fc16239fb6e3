package import AssayTerms
import Glibc
import NIOCore
import NIOPosix

/// From a host's name to its addresses.
package protocol NameResolver: Sendable {
    /// - Throws: ``UnresolvedName``.
    func addresses(of host: String) async throws(UnresolvedName) -> [IPAddress]
}

/// That a name has no address now, in the resolver's words.
package struct UnresolvedName: Error {
    package let words: String

    package init(_ words: String) { self.words = words }
}

/// The system's resolver, which may block: it is called on NIO's threads for that, and waited for so long only.
package struct SystemResolver: NameResolver {
    private static let limit = TimeAmount.seconds(5)

    package init() {}

    package func addresses(of host: String) async throws(UnresolvedName) -> [IPAddress] {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let promise = loop.makePromise(of: [IPAddress].self)
        // Whichever is first fulfils the promise; the thread goes on until the resolver gives up.
        let timer = loop.scheduleTask(in: Self.limit) { promise.fail(UnresolvedName("no answer within 5 seconds")) }
        NIOThreadPool.singleton.submit { state in
            promise.completeWith(
                Result {
                    guard case .active = state else { throw UnresolvedName("the server is stopping") }
                    return try Self.lookUp(host)
                })
        }
        defer { timer.cancel() }
        do {
            return try await promise.futureResult.get()
        } catch let error as UnresolvedName {
            throw error
        } catch {
            throw UnresolvedName("the resolver failed")
        }
    }

    private static func lookUp(_ host: String) throws(UnresolvedName) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &first)
        guard code == 0 else { throw UnresolvedName("[Errno \(code)] \(String(cString: gai_strerror(code)))") }
        defer { freeaddrinfo(first) }
        var addresses: [IPAddress] = []
        var next = first
        while let entry = next {
            if let address = address(of: entry.pointee), !addresses.contains(address) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        return addresses
    }

    private static func address(of entry: addrinfo) -> IPAddress? {
        switch entry.ai_family {
        case AF_INET:
            entry.ai_addr.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                withUnsafeBytes(of: $0.pointee.sin_addr) { IPAddress(bytes: Array($0)) }
            }
        case AF_INET6:
            entry.ai_addr.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                withUnsafeBytes(of: $0.pointee.sin6_addr) { IPAddress(bytes: Array($0)) }
            }
        default: nil
        }
    }
}
