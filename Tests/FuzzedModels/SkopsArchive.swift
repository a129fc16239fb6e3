import AssayModels
package import AssayTerms
import CZlib

/// A model of skops' taken apart, so that its members can be changed each and the archive stay one: a change of its bytes would seldom
/// get past the checksums.
package struct SkopsArchive {
    package var members: [(name: Text, contents: [UInt8])]

    /// - Throws: where it is no archive.
    package init(_ bytes: [UInt8]) throws(AssayError) {
        let archive = try ZipArchive(bytes, name: "m.skops")
        members = []
        for member in archive.members { members.append((member.name, try archive.contents(of: member.name))) }
    }

    package var schema: Int? { members.firstIndex { $0.name == "schema.json" } }

    /// An archive whose members are stored as they are.
    package func bytes() -> [UInt8] {
        var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
        for member in members {
            let name = Array(member.name.string.utf8)
            let checksum = member.contents.withUnsafeBufferPointer { Int(crc32_z(0, $0.baseAddress, $0.count)) }
            let size = long(member.contents.count)
            let stated = short(20) + short(0) + short(0) + long(0) + long(checksum) + size + size + short(name.count)
            directory += long(0x0201_4b50) + short(20) + stated + short(0) + short(0) + short(0) + short(0) + long(0) + long(bytes.count) + name
            bytes += long(0x0403_4b50) + stated + short(0) + name + member.contents
        }
        let start = bytes.count
        let end = short(0) + short(0) + short(members.count) + short(members.count) + long(directory.count) + long(start) + short(0)
        return bytes + directory + long(0x0605_4b50) + end
    }

    private func short(_ value: Int) -> [UInt8] { [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)] }
    private func long(_ value: Int) -> [UInt8] { short(value) + short(value >> 16) }
}
