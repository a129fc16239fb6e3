import CZlib

/// Writes zip archives for tests, faults included.
struct ZipWriter {
    struct Member {
        var name: [UInt8]
        var contents: [UInt8]
        var deflated = false
        var flags = 0
        /// Fields of the directory that differ from the header's.
        var centralName: [UInt8]?
        var method: Int?
        var checksum: Int?
        var size: Int?
        var headerOffset: Int?
        var extra: [UInt8] = []
        var descriptor = false
        var descriptorSize: Int?

        init(_ name: String, _ contents: [UInt8], deflated: Bool = false) {
            self.name = Array(name.utf8)
            self.contents = contents
            self.deflated = deflated
        }
    }

    var members: [Member]
    var prefix: [UInt8] = []
    /// Bytes between the last member and the directory.
    var gap: [UInt8] = []
    var suffix: [UInt8] = []
    var count: Int?
    var comment: [UInt8] = []

    static func checksum(_ bytes: [UInt8]) -> Int {
        Int(bytes.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) })
    }

    static func deflate(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        deflateInit2_(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: bytes.count / 2 + 1024)
        return input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                CZlib.deflate(&stream, Z_FINISH)
                return Array(output.prefix(Int(stream.total_out)))
            }
        }
    }

    func bytes() -> [UInt8] {
        var out = prefix
        var directory: [UInt8] = []
        func u16(_ value: Int) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8 & 255)] }
        func u32(_ value: Int) -> [UInt8] { u16(value) + u16(value >> 16) }
        for member in members {
            let packed = member.deflated ? Self.deflate(member.contents) : member.contents
            let method = member.method ?? (member.deflated ? 8 : 0)
            let checksum = member.checksum ?? Self.checksum(member.contents)
            let flags = member.flags | (member.descriptor ? 8 : 0)
            let offset = out.count
            let sums = u32(checksum) + u32(packed.count) + u32(member.size ?? member.contents.count)
            out += u32(0x0403_4b50) + u16(20) + u16(flags) + u16(method) + u32(0)
            out += member.descriptor ? [UInt8](repeating: 0, count: 12) : sums
            out += u16(member.name.count) + u16(member.extra.count) + member.name + member.extra + packed
            if member.descriptor {
                out += u32(0x0807_4b50) + u32(checksum) + u32(packed.count)
                out += u32(member.descriptorSize ?? member.contents.count)
            }
            let name = member.centralName ?? member.name
            directory += u32(0x0201_4b50) + u16(20) + u16(20) + u16(flags) + u16(method) + u32(0) + sums
            directory += u16(name.count) + u16(0) + u16(0) + u16(0) + u16(0) + u32(0)
            directory += u32(member.headerOffset ?? offset) + name
        }
        out += gap
        let start = out.count
        out += directory
        out += u32(0x0605_4b50) + u16(0) + u16(0) + u16(count ?? members.count) + u16(count ?? members.count)
        out += u32(directory.count) + u32(start) + u16(comment.count) + comment
        return out + suffix
    }
}
