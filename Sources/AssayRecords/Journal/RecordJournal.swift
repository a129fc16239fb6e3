import AssayCanonical
import AssayTerms
import Glibc

/// One file of records on their way: frames that are whole or not there.
///
/// A frame is its length (4 bytes, little-endian), a nonce (12) and AES-256-GCM over segments, each behind its length; the file's name and
/// the frame's number are the associated data, so frames can be neither moved nor swapped. A file that is closed ends in a frame of
/// ``closingBytes`` that says how many there are before it. What a crash cut short at the end of a file without one is left out when the
/// file is read: nobody was told that it was kept. In a file with one, nothing may be missing.
final class RecordJournal {
    let name: String
    private let path: String
    private let descriptor: Int32
    private let cipher: AES256GCM
    private(set) var byteCount: Int64 = 0
    private var frameCount = 0

    static let closingBytes = 4 + AES256GCM.nonceLength + 8 + 16

    /// What a journal holds.
    struct Contents {
        var segments: [[UInt8]] = []
        /// Why there is nothing behind these; `nil` where the file is whole, or was cut short by a crash.
        var fault: String?
    }

    /// Its name is on the disk when this returns, if it has to be.
    ///
    /// - Throws: `unavailable` if it cannot be made.
    init(folder: String, name: String, cipher: AES256GCM, durability: RecordSpool.Durability) throws(AssayError) {
        self.name = name
        self.cipher = cipher
        path = "\(folder)/\(name)"
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw AssayError(.unavailable, "The journal of records '\(path)' cannot be made: \(String(cString: strerror(errno))). Check the disk.")
        }
        guard durability == .disk else { return }
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if directory >= 0 { close(directory) } }
        guard directory >= 0, fsync(directory) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(path)
            throw AssayError(.unavailable, "The folder of records '\(folder)' cannot be written to the disk: \(reason). Check the disk.")
        }
    }

    deinit { close(descriptor) }

    /// Adds a frame. One that could not be written whole is cut off again.
    ///
    /// - Throws: `unavailable` where the disk refuses; the file is as it was then, or says so by `isBroken`.
    func append(_ segments: [[UInt8]], _ durability: RecordSpool.Durability) throws(AssayError) {
        var plain: [UInt8] = []
        plain.reserveCapacity(segments.reduce(0) { $0 + $1.count + 4 })
        for segment in segments {
            withUnsafeBytes(of: UInt32(segment.count).littleEndian) { plain.append(contentsOf: $0) }
            plain += segment
        }
        try write(plain, Self.context(name, frameCount), durability)
        frameCount += 1
    }

    /// Ends the file: nothing may follow.
    ///
    /// - Throws: `unavailable` where the disk refuses; the file is then as one that a crash ended.
    func finish(_ durability: RecordSpool.Durability) throws(AssayError) {
        let count = withUnsafeBytes(of: UInt64(frameCount).littleEndian) { Array($0) }
        try write(count, Self.closingContext(name), durability)
    }

    private func write(_ plain: [UInt8], _ context: [UInt8], _ durability: RecordSpool.Durability) throws(AssayError) {
        var generator = SystemRandomNumberGenerator()
        let nonce = (0..<AES256GCM.nonceLength).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let sealed = try cipher.seal(plain, nonce: nonce, associatedData: context)
        guard let length = UInt32(exactly: sealed.count) else {
            throw AssayError(.limitExceeded, "A record of \(sealed.count) bytes is too large for the journal '\(path)'.")
        }
        var frame: [UInt8] = []
        frame.reserveCapacity(sealed.count + 16)
        withUnsafeBytes(of: length.littleEndian) { frame.append(contentsOf: $0) }
        frame += nonce
        frame += sealed
        var written = 0
        while written < frame.count {
            let count = frame.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, frame.count - written) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw cutBack() }
            written += count
        }
        if durability == .disk, fdatasync(descriptor) != 0 { throw cutBack() }
        byteCount += Int64(frame.count)
    }

    private func cutBack() -> AssayError {
        let reason = String(cString: strerror(errno))
        if ftruncate(descriptor, off_t(byteCount)) != 0 || lseek(descriptor, off_t(byteCount), SEEK_SET) < 0 { isBroken = true }
        return AssayError(.unavailable, "Records cannot be kept in '\(path)': \(reason). Check the disk.")
    }

    /// Whether nothing may be written to it any more.
    private(set) var isBroken = false

    private static func context(_ name: String, _ frame: Int) -> [UInt8] { Array("assay records 1\n\(name)\n\(frame)".utf8) }

    private static func closingContext(_ name: String) -> [UInt8] { Array("assay records 1\n\(name)\nend".utf8) }

    /// The segments of all whole frames up to the first that is not.
    ///
    /// - Parameter isClosed: whether the file is known to have been closed.
    /// - Throws: `unreadable` where the disk refuses.
    static func segments(folder: String, name: String, cipher: AES256GCM, isClosed: Bool) throws(AssayError) -> Contents {
        let path = "\(folder)/\(name)"
        let bytes = try self.contents(path)
        let frames = closing(bytes, name, cipher)
        let end = frames == nil ? bytes.count : bytes.count - closingBytes
        var contents = Contents()
        var offset = 0
        var frame = 0
        var wrong: String?
        while end - offset >= 4 + AES256GCM.nonceLength {
            let start = offset + 4 + AES256GCM.nonceLength
            let count = length(bytes, offset)
            guard end - start >= count else { break }
            guard
                let plain = try? cipher.open(
                    Array(bytes[start..<start + count]), nonce: Array(bytes[offset + 4..<start]), associatedData: context(name, frame))
            else {
                // The last frame may have its length and not its bytes: a file system may extend a file before it fills it.
                if start + count < bytes.count { wrong = "'\(path)' does not open at byte \(offset): it was changed, or the key beside it is another." }
                break
            }
            var place = 0
            while plain.count - place >= 4 {
                let size = length(plain, place)
                guard plain.count - place - 4 >= size else { break }
                contents.segments.append(Array(plain[place + 4..<place + 4 + size]))
                place += 4 + size
            }
            offset = start + count
            frame += 1
        }
        if wrong == nil, frames != nil || isClosed, frames != frame || offset != end {
            wrong = "'\(path)' was closed whole and is not whole any more from byte \(offset): it was changed or cut short."
        }
        contents.fault = wrong
        return contents
    }

    private static func length(_ bytes: [UInt8], _ offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) } }

    /// How many frames stand before the one that closes the file; `nil` without one.
    private static func closing(_ bytes: [UInt8], _ name: String, _ cipher: AES256GCM) -> Int? {
        let start = bytes.count - closingBytes
        guard start >= 0, length(bytes, start) == closingBytes - 4 - AES256GCM.nonceLength else { return nil }
        let sealed = start + 4 + AES256GCM.nonceLength
        let plain = try? cipher.open(
            Array(bytes[sealed...]), nonce: Array(bytes[start + 4..<sealed]), associatedData: closingContext(name))
        guard let plain, plain.count == 8 else { return nil }
        return Int(exactly: (0..<8).reduce(UInt64(0)) { $0 | UInt64(plain[$1]) << (8 * UInt64($1)) })
    }

    private static func contents(_ path: String) throws(AssayError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw AssayError(.unreadable, "'\(path)' cannot be read: \(String(cString: strerror(errno))).")
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw AssayError(.unreadable, "'\(path)' cannot be read: \(String(cString: strerror(errno))).") }
            if count == 0 { return bytes }
            bytes += buffer[0..<count]
        }
    }
}
