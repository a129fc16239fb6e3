import Foundation
import Glibc
import Synchronization

/// A listener on 127.0.0.1 that takes one connection after the other on a thread of its own, keeps what is sent and answers
/// fixed bytes.
final class Receiver: Sendable {
    let port: Int
    private let listener: Int32
    private let answer: [UInt8]
    private let requests = Mutex<[String]>([])

    var received: [String] { requests.withLock { $0 } }

    /// - Parameter answer: nothing closes the connection without a word.
    init(answer: String) throws {
        self.answer = Array(answer.utf8)
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isOpen = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isOpen else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                serve(connection)
                Glibc.close(connection)
            }
        }.start()
    }

    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
    }

    private func serve(_ connection: Int32) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !Self.isWhole(bytes) {
            let count = read(connection, &buffer, buffer.count)
            if count <= 0 { break }
            bytes += buffer[..<count]
        }
        requests.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
        var sent = 0
        while sent < answer.count {
            let count = answer[sent...].withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { return }
            sent += count
        }
    }

    /// A TLS greeting is as whole as it gets: it is answered in the plain.
    private static func isWhole(_ bytes: [UInt8]) -> Bool {
        if bytes.first == 0x16 { return true }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return false }
        let length = text[..<end.lowerBound].lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst("content-length:".count).filter { $0 != " " }) }
        return text[end.upperBound...].utf8.count >= length ?? 0
    }
}
