package import AssayTerms
import CZlib

/// A zip archive held in memory, read strictly.
///
/// Zip readers disagree where an archive is ambiguous, and a file that shows one model to us and another to
/// Python would pass a gate it should not. So the archive must be plain: every byte belongs to exactly one
/// member, the central directory or its end record; local headers repeat what the directory says; names are
/// unique, relative and without `.` or `..`; nothing is encrypted, split, or in zip64. Anything else is refused
/// by name. Members may be stored or deflated; sizes and checksums are verified when a member is read.
///
/// - Complexity: opening is O(members log members); reading a member is linear in its size.
/// - Source: PKWARE APPNOTE 6.3.10, sections 4.3 and 4.4.
package struct ZipArchive: Sendable {
    package struct Member: Sendable {
        package let name: Text
        package let size: Int
        fileprivate let isDeflated: Bool
        fileprivate let checksum: Int
        fileprivate let data: Range<Int>
    }

    /// In the directory's order.
    package let members: [Member]
    private let reader: ByteReader
    private let index: [Text: Int]

    private enum Signature {
        static let local = 0x0403_4b50
        static let central = 0x0201_4b50
        static let end = 0x0605_4b50
        static let descriptor = 0x0807_4b50
        static let zip64Locator = 0x0706_4b50
    }

    /// Reads the directory. `name` stands in messages.
    package init(_ bytes: [UInt8], name: String, limits: ZipLimits = .model) throws(AssayError) {
        guard bytes.count <= limits.archiveBytes else {
            throw AssayError(
                .limitExceeded, "\(name) has \(bytes.count) bytes; at most \(limits.archiveBytes) are read")
        }
        let reader = ByteReader(bytes: bytes, name: name)
        let end = try Self.endRecord(reader)
        guard end.count <= limits.members else {
            throw AssayError(.limitExceeded, "\(name) has \(end.count) members; at most \(limits.members) are read")
        }

        var members: [Member] = []
        var index: [Text: Int] = [:]
        var regions: [Range<Int>] = []
        var total = 0
        var offset = end.directory.lowerBound
        for _ in 0..<end.count {
            let (entry, next) = try Self.entry(reader, at: offset)
            guard next <= end.directory.upperBound else {
                throw AssayError(.unreadable, "\(name): the zip directory is longer than it says")
            }
            offset = next
            guard index.updateValue(members.count, forKey: entry.name) == nil else {
                throw AssayError(.unreadable, "\(name) has two members named '\(entry.name)'")
            }
            // Sizes are 32-bit and members at most 65,535, so the sum cannot overflow.
            total += entry.size
            guard total <= limits.inflatedBytes else {
                throw AssayError(
                    .limitExceeded, "\(name) inflates to more than \(limits.inflatedBytes) bytes and is not read")
            }
            guard entry.size <= 1 << 20 || entry.size / limits.ratio <= entry.compressedSize else {
                throw AssayError(
                    .limitExceeded,
                    "\(name): member '\(entry.name)' inflates more than \(limits.ratio) to one and is not read")
            }
            let (data, region) = try Self.locate(reader, entry, before: end.directory.lowerBound)
            members.append(
                Member(
                    name: entry.name, size: entry.size, isDeflated: entry.isDeflated, checksum: entry.checksum,
                    data: data))
            regions.append(region)
        }
        guard offset == end.directory.upperBound else {
            throw AssayError(.unreadable, "\(name): the zip directory is shorter than it says")
        }
        try Self.checkTiling(regions, upTo: end.directory.lowerBound, name: name)
        self.reader = reader
        self.members = members
        self.index = index
    }

    /// The member's bytes, inflated, with length and checksum verified.
    package func contents(of member: Text) throws(AssayError) -> [UInt8] {
        guard let position = index[member] else {
            throw AssayError(.unreadable, "\(reader.name) has no member '\(member)'")
        }
        let entry = members[position]
        let packed = reader.bytes[entry.data]
        let contents = entry.isDeflated ? try inflate(packed, entry) : Array(packed)
        let checksum = contents.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
        guard Int(checksum) == entry.checksum else {
            throw AssayError(.unreadable, "\(reader.name): member '\(member)' does not match its checksum")
        }
        return contents
    }

    private func inflate(_ packed: ArraySlice<UInt8>, _ entry: Member) throws(AssayError) -> [UInt8] {
        // One byte of room beyond the stated size shows a stream that is longer than it says.
        var output = [UInt8](repeating: 0, count: entry.size + 1)
        var stream = z_stream()
        guard
            inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw AssayError(.internalFault, "zlib could not be started") }
        defer { inflateEnd(&stream) }
        let status = output.withUnsafeMutableBufferPointer { output in
            packed.withUnsafeBufferPointer { input in
                // Safe: zlib only reads next_in, and both pointers live for the one call that uses them. Sizes
                // are below 2^32, because the directory keeps them in 32 bits.
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return CZlib.inflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END, stream.avail_in == 0, Int(stream.total_out) == entry.size else {
            throw AssayError(
                .unreadable, "\(reader.name): member '\(entry.name)' is not a deflate stream of the stated size")
        }
        output.removeLast()
        return output
    }
}

extension ZipArchive {
    private struct EndRecord {
        let count: Int
        let directory: Range<Int>
    }

    private struct Entry {
        let name: Text
        let nameBytes: ArraySlice<UInt8>
        let flags: Int
        let method: Int
        let checksum: Int
        let compressedSize: Int
        let size: Int
        let header: Int
        var isDeflated: Bool { method == 8 }
        var hasDescriptor: Bool { flags & 0x0008 != 0 }
    }

    private static func endRecord(_ reader: ByteReader) throws(AssayError) -> EndRecord {
        let name = reader.name
        let notZip = AssayError(.unreadable, "\(name) is not a zip archive, or its end is missing")
        let count = reader.bytes.count
        guard count >= 22 else { throw notZip }
        var position = count - 22
        let lowest = max(0, count - 22 - 65_535)
        while true {
            // The comment must reach exactly to the end of the file.
            let isEnd = try reader.u32(at: position) == Signature.end
            if isEnd, try reader.u16(at: position + 20) == count - 22 - position { break }
            guard position > lowest else { throw notZip }
            position -= 1
        }
        if position >= 20, try reader.u32(at: position - 20) == Signature.zip64Locator {
            throw AssayError(.unsupported, "\(name) is a zip64 archive, which is not read")
        }
        let disk = try reader.u16(at: position + 4)
        let directoryDisk = try reader.u16(at: position + 6)
        let here = try reader.u16(at: position + 8)
        let entries = try reader.u16(at: position + 10)
        let size = try reader.u32(at: position + 12)
        let offset = try reader.u32(at: position + 16)
        guard entries != 0xffff, size != 0xffff_ffff, offset != 0xffff_ffff else {
            throw AssayError(.unsupported, "\(name) is a zip64 archive, which is not read")
        }
        guard disk == 0, directoryDisk == 0, here == entries else {
            throw AssayError(.unsupported, "\(name) is one part of a split zip archive, which is not read")
        }
        guard offset + size == position else {
            throw AssayError(.unreadable, "\(name): the zip directory does not end where its end record begins")
        }
        return EndRecord(count: entries, directory: offset..<position)
    }

    private static func entry(_ reader: ByteReader, at offset: Int) throws(AssayError) -> (Entry, next: Int) {
        let name = reader.name
        guard try reader.u32(at: offset) == Signature.central else {
            throw AssayError(.unreadable, "\(name): the zip directory is damaged at offset \(offset)")
        }
        let flags = try reader.u16(at: offset + 8)
        let method = try reader.u16(at: offset + 10)
        let compressedSize = try reader.u32(at: offset + 20)
        let size = try reader.u32(at: offset + 24)
        let nameCount = try reader.u16(at: offset + 28)
        let extraCount = try reader.u16(at: offset + 30)
        let commentCount = try reader.u16(at: offset + 32)
        let disk = try reader.u16(at: offset + 34)
        let header = try reader.u32(at: offset + 42)
        let nameBytes = try reader.slice(at: offset + 46, count: nameCount)
        let extra = try reader.slice(at: offset + 46 + nameCount, count: extraCount)
        let member = try memberName(nameBytes, isUTF8: flags & 0x0800 != 0, archive: name)
        guard flags & 0x2041 == 0 else {
            throw AssayError(.unsupported, "\(name): member '\(member)' is encrypted, which is not read")
        }
        // Bits 1 and 2 are deflate's level, 3 the data descriptor, 11 a UTF-8 name.
        guard flags & ~0x080e == 0 else {
            throw AssayError(.unsupported, "\(name): member '\(member)' has the unknown flags \(flags)")
        }
        guard method == 0 || method == 8 else {
            throw AssayError(
                .unsupported,
                "\(name): member '\(member)' is compressed by method \(method); stored and deflate are read")
        }
        guard compressedSize != 0xffff_ffff, size != 0xffff_ffff, header != 0xffff_ffff,
            try !hasZip64Field(extra, ByteReader(bytes: Array(extra), name: name))
        else { throw AssayError(.unsupported, "\(name): member '\(member)' uses zip64, which is not read") }
        guard method == 8 || compressedSize == size else {
            throw AssayError(.unreadable, "\(name): the stored member '\(member)' has two sizes")
        }
        guard disk == 0 else {
            throw AssayError(.unsupported, "\(name) is one part of a split zip archive, which is not read")
        }
        let entry = Entry(
            name: member, nameBytes: nameBytes, flags: flags, method: method, checksum: try reader.u32(at: offset + 16),
            compressedSize: compressedSize, size: size, header: header)
        return (entry, offset + 46 + nameCount + extraCount + commentCount)
    }

    private static func hasZip64Field(_ extra: ArraySlice<UInt8>, _ fields: ByteReader) throws(AssayError) -> Bool {
        var offset = 0
        while offset < extra.count {
            if try fields.u16(at: offset) == 0x0001 { return true }
            offset += 4 + (try fields.u16(at: offset + 2))
        }
        return false
    }

    private static func memberName(
        _ bytes: ArraySlice<UInt8>, isUTF8: Bool, archive: String
    ) throws(AssayError) -> Text {
        guard let name = Text(utf8: bytes), isUTF8 || bytes.allSatisfy({ $0 < 0x80 }) else {
            throw AssayError(.unreadable, "\(archive) has a member whose name is not UTF-8 text")
        }
        let shown = name.string.debugDescription
        guard !bytes.contains(0), !bytes.contains(UInt8(ascii: "\\")), !bytes.contains(UInt8(ascii: ":")) else {
            throw AssayError(.unreadable, "\(archive): the member name \(shown) is not a plain relative path")
        }
        guard bytes.first != UInt8(ascii: "/") else {
            throw AssayError(.unreadable, "\(archive): the member name \(shown) is an absolute path")
        }
        for part in bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard !part.elementsEqual("..".utf8) else {
                throw AssayError(.unreadable, "\(archive): the member name \(shown) leads out of the archive")
            }
            guard !part.isEmpty, !part.elementsEqual(".".utf8) else {
                throw AssayError(.unreadable, "\(archive): the member name \(shown) is not a plain relative path")
            }
        }
        return name
    }

    /// The member's data and the whole region from its local header to its last byte.
    private static func locate(
        _ reader: ByteReader, _ entry: Entry, before directory: Int
    ) throws(AssayError) -> (data: Range<Int>, region: Range<Int>) {
        let name = reader.name
        func mismatch(_ what: String) -> AssayError {
            AssayError(.unreadable, "\(name): member '\(entry.name)' has two \(what), in its header and in the directory")
        }
        let header = entry.header
        guard try reader.u32(at: header) == Signature.local else {
            throw AssayError(.unreadable, "\(name): member '\(entry.name)' has no header at offset \(header)")
        }
        guard try reader.u16(at: header + 6) == entry.flags else { throw mismatch("sets of flags") }
        guard try reader.u16(at: header + 8) == entry.method else { throw mismatch("compression methods") }
        let sums = [
            (try reader.u32(at: header + 14), entry.checksum), (try reader.u32(at: header + 18), entry.compressedSize),
            (try reader.u32(at: header + 22), entry.size),
        ]
        for (local, central) in sums where local != central && !(entry.hasDescriptor && local == 0) {
            throw mismatch("sizes or checksums")
        }
        let nameCount = try reader.u16(at: header + 26)
        let extraCount = try reader.u16(at: header + 28)
        guard try reader.slice(at: header + 30, count: nameCount) == entry.nameBytes else { throw mismatch("names") }
        let extra = try reader.slice(at: header + 30 + nameCount, count: extraCount)
        guard try !hasZip64Field(extra, ByteReader(bytes: Array(extra), name: name)) else {
            throw AssayError(.unsupported, "\(name): member '\(entry.name)' uses zip64, which is not read")
        }
        let start = header + 30 + nameCount + extraCount
        var end = start + entry.compressedSize
        guard end <= directory else {
            throw AssayError(.unreadable, "\(name): member '\(entry.name)' runs into the zip directory")
        }
        let data = start..<end
        if entry.hasDescriptor {
            if try reader.u32(at: end) == Signature.descriptor { end += 4 }
            guard try reader.u32(at: end) == entry.checksum, try reader.u32(at: end + 4) == entry.compressedSize,
                try reader.u32(at: end + 8) == entry.size
            else { throw mismatch("data descriptors") }
            end += 12
            guard end <= directory else {
                throw AssayError(.unreadable, "\(name): member '\(entry.name)' runs into the zip directory")
            }
        }
        return (data, header..<end)
    }

    private static func checkTiling(_ regions: [Range<Int>], upTo directory: Int, name: String) throws(AssayError) {
        var next = 0
        for region in regions.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard region.lowerBound >= next else {
                throw AssayError(.unreadable, "\(name) has members that overlap at offset \(region.lowerBound)")
            }
            guard region.lowerBound == next else {
                throw AssayError(
                    .unreadable, "\(name): the bytes from \(next) to \(region.lowerBound) belong to no member")
            }
            next = region.upperBound
        }
        guard next == directory else {
            throw AssayError(.unreadable, "\(name): the bytes from \(next) to \(directory) belong to no member")
        }
    }
}
