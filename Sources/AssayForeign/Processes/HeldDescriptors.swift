package import AssayTerms
import CSandbox
import Glibc

/// Descriptors opened for one child, all above the numbers the child will know them by.
package struct HeldDescriptors {
    /// Numbers from here on; a child has fewer descriptors than this.
    private static let first: Int32 = 1024
    private var held: [Int32] = []

    package init() {}

    private mutating func keep(_ descriptor: Int32, _ what: Text) throws(AssayError) -> Int32 {
        guard descriptor >= 0 else {
            throw AssayError(
                errno == ENOENT ? .notFound : errno == EMFILE || errno == ENFILE ? .unavailable : .unreadable,
                "\(what) cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { Glibc.close(descriptor) }
        var raised = fcntl(descriptor, F_DUPFD_CLOEXEC, Self.first)
        // A low limit on descriptors leaves no numbers up there; then any will do that the child's cannot meet.
        if raised < 0, errno == EINVAL { raised = fcntl(descriptor, F_DUPFD_CLOEXEC, Self.first / 2) }
        guard raised >= 0 else {
            throw AssayError(.unavailable, "\(what) cannot be handed on: \(String(cString: strerror(errno)))")
        }
        held.append(raised)
        return raised
    }

    /// A file for reading.
    package mutating func open(path: String, as what: Text) throws(AssayError) -> Int32 {
        try keep(Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), what)
    }

    /// Another number for a descriptor, which stays its owner's.
    package mutating func open(descriptor: Int32, as what: Text) throws(AssayError) -> Int32 {
        try keep(fcntl(descriptor, F_DUPFD_CLOEXEC, 3), what)
    }

    /// Bytes in memory, from the first one on.
    package mutating func memoryFile(holding bytes: [UInt8]) throws(AssayError) -> Int32 {
        let descriptor = try keep(assay_memory_file("job"), "memory for the job")
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(written)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw AssayError(.unavailable, "the job cannot be handed on: \(String(cString: strerror(errno)))")
            }
            written += count
        }
        return descriptor
    }

    package mutating func pipe() throws(AssayError) -> (reading: Int32, writing: Int32) {
        var reading: Int32 = -1
        var writing: Int32 = -1
        guard assay_pipe(&reading, &writing) == 0 else {
            throw AssayError(.unavailable, "no pipe can be made: \(String(cString: strerror(errno)))")
        }
        return (try keep(reading, "a pipe"), try keep(writing, "a pipe"))
    }

    /// From now on the descriptor is the caller's to close.
    package mutating func release(_ descriptor: Int32) { held.removeAll { $0 == descriptor } }

    package mutating func close(_ descriptor: Int32) {
        guard let index = held.firstIndex(of: descriptor) else { return }
        held.remove(at: index)
        Glibc.close(descriptor)
    }

    package mutating func closeAll() {
        for descriptor in held { Glibc.close(descriptor) }
        held = []
    }
}
