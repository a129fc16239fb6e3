import AssayModels
import AssayTerms
import Testing

/// Goal: an archive reads as one thing only, within stated limits, and no bytes at all make the reader trap.
/// Method: a table of archives each with one fault; every truncation and every single-byte change of a small one.
@Suite struct ZipArchiveTests {
    static let small = ZipLimits(archiveBytes: 1 << 20, members: 4, inflatedBytes: 3 << 20, ratio: 200)
    static let plain = ZipWriter(members: [
        ZipWriter.Member("schema.json", Array("{\"a\": 1}".utf8)),
        ZipWriter.Member("folder/one.npy", Array(repeating: 7, count: 300), deflated: true),
    ])

    @Test func readsStoredAndDeflatedMembers() throws {
        let archive = try ZipArchive(Self.plain.bytes(), name: "m.skops")
        #expect(archive.members.map(\.name) == ["schema.json", "folder/one.npy"])
        #expect(try archive.contents(of: "schema.json") == Array("{\"a\": 1}".utf8))
        #expect(try archive.contents(of: "folder/one.npy") == Array(repeating: 7, count: 300))
        let error = try #require(throws: AssayError.self) { try archive.contents(of: "absent") }
        #expect(error.message == "m.skops has no member 'absent'")
    }

    @Test func readsEmptyMembersCommentsDescriptorsAndUnicodeNames() throws {
        var writer = Self.plain
        writer.comment = Array("a comment".utf8)
        writer.members.append(ZipWriter.Member("empty", []))
        var described = ZipWriter.Member("Łódź", [1, 2, 3], deflated: true)
        described.descriptor = true
        described.flags = 0x0800
        writer.members.append(described)
        let archive = try ZipArchive(writer.bytes(), name: "m.skops", limits: Self.small)
        #expect(try archive.contents(of: "empty").isEmpty)
        #expect(try archive.contents(of: "Łódź") == [1, 2, 3])
        #expect(try ZipArchive(ZipWriter(members: []).bytes(), name: "none").members.isEmpty)
    }

    struct Fault: CustomTestStringConvertible, Sendable {
        let what: String
        let code: AssayError.Code
        let message: String
        let bytes: [UInt8]
        var testDescription: String { what }

        init(_ what: String, _ code: AssayError.Code, _ message: String, _ change: (inout ZipWriter) -> Void) {
            self.what = what
            self.code = code
            self.message = message
            var writer = ZipArchiveTests.plain
            change(&writer)
            bytes = writer.bytes()
        }
    }

    static let faults: [Fault] = [
        Fault("traversal", .unreadable, "leads out of the archive") { $0.members[0].name = Array("a/../../b".utf8) },
        Fault("absolute", .unreadable, "is an absolute path") { $0.members[0].name = Array("/etc/passwd".utf8) },
        Fault("drive", .unreadable, "is not a plain relative path") { $0.members[0].name = Array("C:x".utf8) },
        Fault("backslash", .unreadable, "is not a plain relative path") { $0.members[0].name = Array("a\\b".utf8) },
        Fault("dot", .unreadable, "is not a plain relative path") { $0.members[0].name = Array("./a".utf8) },
        Fault("empty part", .unreadable, "is not a plain relative path") { $0.members[0].name = Array("a//b".utf8) },
        Fault("directory", .unreadable, "is not a plain relative path") { $0.members[0].name = Array("a/".utf8) },
        Fault("empty name", .unreadable, "is not a plain relative path") { $0.members[0].name = [] },
        Fault("nul", .unreadable, "is not a plain relative path") { $0.members[0].name = [97, 0, 98] },
        Fault("not UTF-8", .unreadable, "is not UTF-8 text") {
            $0.members[0].name = [0xff, 0xfe]
            $0.members[0].flags = 0x0800
        },
        Fault("code page 437", .unreadable, "is not UTF-8 text") { $0.members[0].name = Array("ü".utf8) },
        Fault("duplicate", .unreadable, "two members named 'schema.json'") { $0.members[1].name = $0.members[0].name },
        Fault("encrypted", .unsupported, "is encrypted") { $0.members[0].flags = 1 },
        Fault("masked header", .unsupported, "is encrypted") { $0.members[0].flags = 0x2000 },
        Fault("unknown flag", .unsupported, "unknown flags") { $0.members[0].flags = 0x20 },
        Fault("bzip2", .unsupported, "compressed by method 12") { $0.members[0].method = 12 },
        Fault("other name in the directory", .unreadable, "has two names") {
            $0.members[0].centralName = Array("schemA.json".utf8)
        },
        // A whole archive stored as the first member, and its own member listed a second time from outside.
        Fault("overlap", .unreadable, "overlap at offset") {
            $0.members[1].deflated = false
            $0.members[1].name = $0.members[0].name.map { $0 == 0x61 ? 0x62 : $0 }
            $0.members[1].contents = $0.members[0].contents
            let inner = ZipWriter(members: [$0.members[1]]).bytes()
            $0.members[0].contents = inner
            $0.members[1].headerOffset = 30 + $0.members[0].name.count
        },
        Fault("header beyond the end", .unreadable, "truncated") { $0.members[0].headerOffset = 1 << 28 },
        Fault("header elsewhere", .unreadable, "has no header at offset") { $0.members[0].headerOffset = 3 },
        Fault("bytes before", .unreadable, "belong to no member") { $0.prefix = [1, 2, 3] },
        Fault("bytes between", .unreadable, "belong to no member") { $0.gap = [1, 2, 3] },
        Fault("bytes after", .unreadable, "not a zip archive") { $0.suffix = [1] },
        Fault("more members than said", .unreadable, "shorter than it says") { $0.count = 1 },
        Fault("fewer members than said", .unreadable, "directory is damaged") { $0.count = 3 },
        Fault("zip64 count", .unsupported, "zip64") { $0.count = 0xffff },
        Fault("zip64 size", .unsupported, "zip64") { $0.members[0].size = 0xffff_ffff },
        Fault("zip64 field", .unsupported, "zip64") { $0.members[0].extra = [1, 0, 2, 0, 9, 9] },
        Fault("stored with two sizes", .unreadable, "has two sizes") { $0.members[0].size = 7 },
        Fault("descriptor differs", .unreadable, "has two data descriptors") {
            $0.members[0].descriptor = true
            $0.members[0].descriptorSize = 7
        },
        Fault("too many members", .limitExceeded, "at most 4 are read") {
            for index in 0..<3 { $0.members.append(ZipWriter.Member("m\(index)", [])) }
        },
        Fault("too large together", .limitExceeded, "inflates to more than") {
            $0.members[1].contents = [UInt8](repeating: 1, count: 3 << 20)
        },
        Fault("bomb", .limitExceeded, "inflates more than 200 to one") {
            $0.members[1].contents = [UInt8](repeating: 0, count: 2 << 20)
        },
    ]

    @Test(arguments: faults) func refuses(fault: Fault) throws {
        let error = try #require(throws: AssayError.self) {
            let archive = try ZipArchive(fault.bytes, name: "m.skops", limits: Self.small)
            for member in archive.members { _ = try archive.contents(of: member.name) }
        }
        #expect(error.code == fault.code, "\(error.message)")
        #expect(error.message.contains(fault.message), "\(error.message)")
        #expect(error.message.hasPrefix("m.skops"))
    }

    @Test func verifiesChecksumsAndSizesWhenAMemberIsRead() throws {
        var writer = Self.plain
        writer.members[0].checksum = 5
        let archive = try ZipArchive(writer.bytes(), name: "m")
        let error = try #require(throws: AssayError.self) { try archive.contents(of: "schema.json") }
        #expect(error.message == "m: member 'schema.json' does not match its checksum")
        for size in [299, 301] {
            var writer = Self.plain
            writer.members[1].size = size
            let archive = try ZipArchive(writer.bytes(), name: "m")
            let error = try #require(throws: AssayError.self) { try archive.contents(of: "folder/one.npy") }
            #expect(error.message.contains("is not a deflate stream of the stated size"))
        }
    }

    @Test func tooLargeAnArchiveIsRefusedUnread() throws {
        let error = try #require(throws: AssayError.self) {
            try ZipArchive([UInt8](repeating: 0, count: 2 << 20), name: "m", limits: Self.small)
        }
        #expect(error.code == .limitExceeded)
    }

    @Test func everyTruncationIsAnError() {
        let bytes = Self.plain.bytes()
        for count in 0..<bytes.count {
            #expect(throws: AssayError.self) {
                let archive = try ZipArchive(Array(bytes.prefix(count)), name: "m")
                for member in archive.members { _ = try archive.contents(of: member.name) }
            }
        }
    }

    @Test func noSingleByteChangeTrapsOrGoesUnseenInContents() throws {
        let bytes = Self.plain.bytes()
        for index in bytes.indices {
            for value in [bytes[index] ^ 1, bytes[index] ^ 0x80, 0, 0xff] where value != bytes[index] {
                var changed = bytes
                changed[index] = value
                guard let archive = try? ZipArchive(changed, name: "m") else { continue }
                for member in archive.members {
                    guard let contents = try? archive.contents(of: member.name) else { continue }
                    // Times and version fields may change; what is read may not.
                    #expect([8, 300].contains(contents.count))
                    #expect(contents == Array("{\"a\": 1}".utf8) || contents == Array(repeating: 7, count: 300))
                }
            }
        }
    }
}
