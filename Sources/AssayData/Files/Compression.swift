internal import AssayTerms
internal import CArrow
internal import Glibc

/// The compressions of whole files that are read.
enum Compression {
    case gzip
    case zstd

    /// What a compressed file may hold: what is more is most likely made to fill a disk.
    private static let byteLimit: Int64 = 256 << 30

    static func detected(in file: InputFile) throws(AssayError) -> Compression? {
        let head = try file.bytes(at: 0, count: 4)
        if head.starts(with: [0x1F, 0x8B]) { return .gzip }
        if head.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return .zstd }
        return nil
    }

    /// The file's content in a file without a name, which goes with its last descriptor.
    ///
    /// Readers need any part at any time, and read CSV twice.
    func content(of file: InputFile) throws(AssayError) -> InputFile {
        let descriptor = try Self.namelessFile(for: file.name)
        defer { close(descriptor) }
        try ArrowCall.perform(on: file.name) { error in
            carrow_decompress(
                file.descriptor, self == .gzip ? CARROW_GZIP : CARROW_ZSTD, descriptor, Self.byteLimit, error)
        }
        return try InputFile(descriptor: descriptor, name: file.name)
    }

    private static func namelessFile(for name: String) throws(AssayError) -> Int32 {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        let descriptor = carrow_nameless_file(folder)
        guard descriptor >= 0 else {
            throw AssayError(
                .unavailable, "\(name) cannot be decompressed: no temporary file can be made in \(folder); set TMPDIR")
        }
        return descriptor
    }
}
