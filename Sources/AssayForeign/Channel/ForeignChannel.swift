package import AssayJSON
import Glibc

/// Frames to and from a process that is not trusted, each within a time and a length.
///
/// A frame is the length of a JSON header (4 bytes, little endian), the length of a payload (8 bytes), header, payload.
/// Both descriptors are pipes and are closed with this object. All calls block; they belong on threads of their own.
package final class ForeignChannel: Sendable {
    package enum Failure: Error {
        /// The other side is gone, or has closed its pipe.
        case closed
        case late
        /// More than may be said, or no frame at all.
        case malformed(String)
    }

    package struct Frame {
        package var header: JSONValue
        package var payload: [UInt8]
    }

    private static let prefixBytes = 12

    /// Where requests are written.
    private let requests: Int32
    /// Where answers are read.
    private let answers: Int32

    /// Takes the descriptors over.
    package init(requests: Int32, answers: Int32) {
        self.requests = requests
        self.answers = answers
        for descriptor in [requests, answers] {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
        // Writing to a process that has ended is an error here and no reason to end.
        signal(SIGPIPE, SIG_IGN)
    }

    deinit {
        close(requests)
        close(answers)
    }

    package func send(_ header: JSONValue, payload: [UInt8] = [], until deadline: Double) throws(Failure) {
        let text = header.bytes()
        var prefix: [UInt8] = []
        withUnsafeBytes(of: UInt32(text.count).littleEndian) { prefix.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt64(payload.count).littleEndian) { prefix.append(contentsOf: $0) }
        try write(prefix + text, until: deadline)
        try write(payload, until: deadline)
    }

    /// - Parameters:
    ///   - headerLimit: bytes of the header.
    ///   - payloadLimit: bytes of the payload; a longer one is not read.
    package func receive(headerLimit: Int, payloadLimit: Int, until deadline: Double) throws(Failure) -> Frame {
        let prefix = try read(Self.prefixBytes, until: deadline)
        func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
        let headerLength = number(prefix[..<4])
        let payloadLength = number(prefix[4...])
        guard headerLength <= UInt64(headerLimit), payloadLength <= UInt64(payloadLimit) else {
            throw .malformed("it is longer than an answer can be")
        }
        let text = try read(Int(headerLength), until: deadline)
        let header: JSONValue
        do {
            header = try JSONValue(parsing: text, limits: JSONLimits(bytes: headerLimit, depth: 16))
        } catch {
            throw .malformed("its header is not JSON")
        }
        return Frame(header: header, payload: try read(Int(payloadLength), until: deadline))
    }

    /// Waits until the other side has ended or speaks without having been asked, or until something can be read from `wake`.
    ///
    /// - Returns: whether the other side ended or spoke.
    func watch(wake: Int32, until deadline: Double?) -> Bool {
        var waits = [
            pollfd(fd: wake, events: Int16(POLLIN), revents: 0), pollfd(fd: answers, events: Int16(POLLIN), revents: 0),
        ]
        let left = deadline.map { max($0 - ChildProcess.now(), 0) * 1000 + 1 } ?? 60_000
        guard poll(&waits, nfds_t(waits.count), Int32(min(left, 60_000))) > 0 else { return false }
        return waits[1].revents != 0
    }

    func write(_ bytes: [UInt8], until deadline: Double) throws(Failure) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(requests, $0.baseAddress, $0.count) }
            if count > 0 {
                written += count
            } else if count < 0, errno == EAGAIN {
                try wait(requests, POLLOUT, until: deadline)
            } else if count == 0 || errno != EINTR {
                throw .closed
            }
        }
    }

    private func read(_ count: Int, until deadline: Double) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        // Grows with what comes, not with what is announced.
        var chunk = [UInt8](repeating: 0, count: min(count, 1 << 20))
        while bytes.count < count {
            let wanted = min(count - bytes.count, chunk.count)
            let got = Glibc.read(answers, &chunk, wanted)
            if got > 0 {
                bytes += chunk[..<got]
            } else if got < 0, errno == EAGAIN {
                try wait(answers, POLLIN, until: deadline)
            } else if got == 0 || errno != EINTR {
                throw .closed
            }
        }
        return bytes
    }

    private func wait(_ descriptor: Int32, _ event: Int32, until deadline: Double) throws(Failure) {
        let left = deadline - ChildProcess.now()
        guard left > 0 else { throw .late }
        var waits = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        _ = poll(&waits, 1, Int32(min(left * 1000 + 1, 60_000)))
    }
}
