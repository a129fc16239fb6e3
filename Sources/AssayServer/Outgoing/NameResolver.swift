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

    /// The address's bytes behind family and port (IPv4: 2 + 2) or family, port and flow (IPv6: 2 + 2 + 4), as Linux lays them out. By
    /// place, because whose module the members of `sockaddr_in` belong to differs between builds for debugging and for release.
    private static func address(of entry: addrinfo) -> IPAddress? {
        let (place, count): (Int, Int)
        switch entry.ai_family {
        case AF_INET: (place, count) = (4, 4)
        case AF_INET6: (place, count) = (8, 16)
        default: return nil
        }
        guard let start = entry.ai_addr, Int(entry.ai_addrlen) >= place + count else { return nil }
        let bytes = UnsafeRawBufferPointer(start: UnsafeRawPointer(start) + place, count: count)
        return IPAddress(bytes: Array(bytes))
    }
}
