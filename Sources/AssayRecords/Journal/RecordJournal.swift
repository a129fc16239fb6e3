import AssayCanonical
import AssayTerms
import Glibc

/// One file of records on their way: frames that are whole or not there.
///
/// A frame is its length (4 bytes, little-endian), a nonce (12) and AES-256-GCM over segments, each behind its length; the file's name and
/// the frame's number are the associated data, so frames can be neither moved nor swapped. What a crash cut short at the end is left out
/// when the file is read: nobody was told that it was kept.
final class RecordJournal {
    let name: String
    private let path: String
    private let descriptor: Int32
    private let cipher: AES256GCM
    private(set) var byteCount: Int64 = 0
    private var frameCount = 0

    /// - Throws: `unavailable` if it cannot be made.
    init(folder: String, name: String, cipher: AES256GCM) throws(AssayError) {
        self.name = name
        self.cipher = cipher
        path = "\(folder)/\(name)"
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw AssayError(.unavailable, "The journal of records '\(path)' cannot be made: \(String(cString: strerror(errno))). Check the disk.")
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
        var generator = SystemRandomNumberGenerator()
        let nonce = (0..<AES256GCM.nonceLength).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let sealed = try cipher.seal(plain, nonce: nonce, associatedData: Self.context(name, frameCount))
        var frame: [UInt8] = []
        frame.reserveCapacity(sealed.count + 16)
        withUnsafeBytes(of: UInt32(sealed.count).littleEndian) { frame.append(contentsOf: $0) }
        frame += nonce
        frame += sealed
        var written = 0
        while written < frame.count {
            let count = frame.withUnsafeBytes { write(descriptor, $0.baseAddress.map { $0 + written }, frame.count - written) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw cutBack() }
            written += count
        }
        if durability == .disk, fdatasync(descriptor) != 0 { throw cutBack() }
        byteCount += Int64(frame.count)
        frameCount += 1
    }

    private func cutBack() -> AssayError {
        let reason = String(cString: strerror(errno))
        if ftruncate(descriptor, off_t(byteCount)) != 0 || lseek(descriptor, off_t(byteCount), SEEK_SET) < 0 { isBroken = true }
        return AssayError(.unavailable, "Records cannot be kept in '\(path)': \(reason). Check the disk.")
    }

    /// Whether nothing may be written to it any more.
    private(set) var isBroken = false

    private static func context(_ name: String, _ frame: Int) -> [UInt8] { Array("assay records 1\n\(name)\n\(frame)".utf8) }

    /// The segments of all whole frames.
    ///
    /// - Throws: `corrupt` where a whole frame does not open: it was changed, or the key is another; `unreadable` where the disk refuses.
    static func segments(folder: String, name: String, cipher: AES256GCM) throws(AssayError) -> [[UInt8]] {
        let path = "\(folder)/\(name)"
        let bytes = try contents(path)
        var segments: [[UInt8]] = []
        var offset = 0
        var frame = 0
        func length(_ at: Int, _ bytes: [UInt8]) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
        while bytes.count - offset >= 4 + AES256GCM.nonceLength {
            let count = length(offset, bytes)
            let start = offset + 4 + AES256GCM.nonceLength
            guard bytes.count - start >= count else { break }
            let plain: [UInt8]
            do {
                plain = try cipher.open(
                    Array(bytes[start..<start + count]), nonce: Array(bytes[offset + 4..<start]), associatedData: context(name, frame))
            } catch {
                // The last frame may have its length and not its bytes: a file system may extend a file before it fills it.
                if start + count == bytes.count { break }
                throw AssayError(.corrupt, "'\(path)' does not open at byte \(offset): it was changed, or the key beside it is another.")
            }
            var place = 0
            while plain.count - place >= 4 {
                let size = length(place, plain)
                guard plain.count - place - 4 >= size else { break }
                segments.append(Array(plain[place + 4..<place + 4 + size]))
                place += 4 + size
            }
            offset = start + count
            frame += 1
        }
        return segments
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
