import Glibc

enum ByteSearch {
    /// Whether `part`, which is not empty, stands somewhere in `bytes`.
    static func contains(_ bytes: ArraySlice<UInt8>, _ part: [UInt8]) -> Bool { end(of: part, in: bytes) != nil }

    /// Where the first `part`, which is not empty, ends in `bytes`; an index of `bytes`.
    static func end(of part: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.withUnsafeBytes { bytes in part.withUnsafeBytes { offset(of: $0, in: bytes) } }
            .map { bytes.startIndex + $0 + part.count }
    }

    private static func offset(of part: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let start = bytes.baseAddress, let wanted = part.baseAddress, part.count > 0 else { return nil }
        var place = start
        let end = start + bytes.count
        while end - place >= part.count, let hit = memchr(place, Int32(part[0]), end - place - part.count + 1) {
            if memcmp(hit, wanted, part.count) == 0 { return UnsafeRawPointer(hit) - start }
            place = UnsafeRawPointer(hit) + 1
        }
        return nil
    }
}
