import Glibc

enum ByteSearch {
    /// Whether `part`, which is not empty, stands somewhere in `bytes`.
    static func contains(_ bytes: ArraySlice<UInt8>, _ part: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in part.withUnsafeBytes { contains(bytes, $0) } }
    }

    private static func contains(_ bytes: UnsafeRawBufferPointer, _ part: UnsafeRawBufferPointer) -> Bool {
        guard var place = bytes.baseAddress, let wanted = part.baseAddress, part.count > 0 else { return false }
        let end = place + bytes.count
        while end - place >= part.count, let hit = memchr(place, Int32(part[0]), end - place - part.count + 1) {
            if memcmp(hit, wanted, part.count) == 0 { return true }
            place = UnsafeRawPointer(hit) + 1
        }
        return false
    }
}
