import AssayModels
import AssayTerms
import Testing

/// Goal: `.npy` files read as NumPy reads them, and no bytes at all make the reader trap or allocate without bound.
/// Method: headers written by hand; each element type with known bits; a table of faults; every truncation.
@Suite struct NumpyReaderTests {
    static func file(_ header: String, _ data: [UInt8] = [], version: UInt8 = 1) -> [UInt8] {
        let text = Array(header.utf8)
        let length = version == 1 ? [UInt8(text.count & 255), UInt8(text.count >> 8)] : [UInt8(text.count & 255), UInt8(text.count >> 8), 0, 0]
        return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + data
    }

    static func header(_ type: String, _ shape: String, fortran: Bool = false) -> String {
        "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }   \n"
    }

    static func bytes<Value: FixedWidthInteger>(_ values: [Value], big: Bool = false) -> [UInt8] {
        values.flatMap { value in withUnsafeBytes(of: big ? value.bigEndian : value.littleEndian, Array.init) }
    }

    @Test func readsFloats() throws {
        let values = [1.5, -0.0, .infinity, .leastNonzeroMagnitude]
        for (type, big) in [("<f8", false), (">f8", true)] {
            let array = try NumpyReader.read(
                Self.file(Self.header(type, "(4,)"), Self.bytes(values.map(\.bitPattern), big: big)), name: "a")
            #expect(array.doubles?.map(\.bitPattern) == values.map(\.bitPattern))
        }
        let small: [Float] = [0.1, -2]
        let array = try NumpyReader.read(
            Self.file(Self.header("<f4", "(2,)"), Self.bytes(small.map(\.bitPattern))), name: "a")
        #expect(array.doubles == small.map(Double.init))
    }

    @Test func readsIntegersOfEveryWidth() throws {
        func read(_ type: String, _ data: [UInt8], count: Int) throws -> [Int64]? {
            try NumpyReader.read(Self.file(Self.header(type, "(\(count),)"), data), name: "a").integers
        }
        #expect(try read("|i1", Self.bytes([Int8.min, -1, 127]), count: 3) == [-128, -1, 127])
        #expect(try read("<i2", Self.bytes([Int16.min, 5]), count: 2) == [-32768, 5])
        #expect(try read(">i4", Self.bytes([Int32.min, 5], big: true), count: 2) == [-2_147_483_648, 5])
        #expect(try read("<i8", Self.bytes([Int64.min, .max]), count: 2) == [.min, .max])
        #expect(try read("|u1", [255], count: 1) == [255])
        #expect(try read("<u4", Self.bytes([UInt32.max]), count: 1) == [4_294_967_295])
        #expect(try read("<u8", Self.bytes([UInt64(Int64.max)]), count: 1) == [.max])
        #expect(throws: AssayError.self) { try read("<u8", Self.bytes([UInt64.max]), count: 1) }
    }

    @Test func readsBooleansTextAndBytes() throws {
        let flags = try NumpyReader.read(Self.file(Self.header("|b1", "(3,)"), [0, 1, 2]), name: "a")
        if case .boolean(let values) = flags.values { #expect(values == [false, true, true]) } else { Issue.record("no booleans") }
        let words = try NumpyReader.read(
            Self.file(Self.header("<U2", "(3,)"), Self.bytes([0xe9, 0, 0x1f600, 0x61, 0, 0] as [UInt32])), name: "a")
        if case .text(let values) = words.values { #expect(values == ["é", "😀a", ""]) } else { Issue.record("no text") }
        let raw = try NumpyReader.read(Self.file(Self.header("|S2", "(2,)"), [1, 0, 0, 5]), name: "a")
        if case .bytes(let values) = raw.values { #expect(values == [[1], [0, 5]]) } else { Issue.record("no bytes") }
    }

    @Test func fortranOrderIsReadIntoCOrder() throws {
        let data = Self.bytes([0, 3, 1, 4, 2, 5] as [Int64])
        let array = try NumpyReader.read(Self.file(Self.header("<i8", "(2, 3)", fortran: true), data), name: "a")
        #expect(array.integers == [0, 1, 2, 3, 4, 5])
        let cube = try NumpyReader.read(
            Self.file(Self.header("<i8", "(2, 2, 2)", fortran: true), Self.bytes([0, 4, 2, 6, 1, 5, 3, 7] as [Int64])), name: "a")
        #expect(cube.integers == [0, 1, 2, 3, 4, 5, 6, 7])
    }

    @Test func readsEveryVersionEmptyAndSingleArrays() throws {
        for version in 1...3 {
            let array = try NumpyReader.read(Self.file(Self.header("<f8", "()"), Self.bytes([(2.5).bitPattern]), version: UInt8(version)), name: "a")
            #expect(array.shape.isEmpty)
            #expect(array.doubles == [2.5])
        }
        #expect(try NumpyReader.read(Self.file(Self.header("<f8", "(0,)")), name: "a").count == 0)
        #expect(try NumpyReader.read(Self.file(Self.header("<f8", "(3, 0)", fortran: true)), name: "a").count == 0)
    }

    static let faults: [(String, AssayError.Code, String, [UInt8])] = [
        ("objects", .unsupported, "array of Python objects", file(header("|O", "(1,)"), [0x80])),
        ("structured", .unsupported, "structured array", file("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }")),
        ("complex", .unsupported, "'<c16'", file(header("<c16", "(1,)"))),
        ("half", .unsupported, "'<f2'", file(header("<f2", "(1,)"))),
        ("dates", .unsupported, "'<M8[ns]'", file(header("<M8[ns]", "(1,)"))),
        ("void", .unsupported, "'|V8'", file(header("|V8", "(1,)"))),
        ("no type", .unreadable, "without an element type", file(header("", "(1,)"))),
        ("negative width", .unsupported, "'<f-8'", file(header("<f-8", "(1,)"))),
        ("huge width", .unsupported, "'<U9999999'", file(header("<U9999999", "(1,)"))),
        ("shape overflow", .unreadable, "overflows", file(header("<f8", "(4611686018427387904, 4)"))),
        ("size overflow", .unreadable, "not what its shape asks for", file(header("<f8", "(4611686018427387904,)"))),
        ("extent overflow", .unreadable, "overflows", file(header("<f8", "(99999999999999999999,)"))),
        ("negative extent", .unreadable, "other than numbers", file(header("<f8", "(-1,)"))),
        ("endless width-less", .limitExceeded, "elements without width", file(header("<U0", "(4611686018427387904,)"))),
        ("endless along another axis", .limitExceeded, "no elements, and extents", file(header("<f8", "(0, 68719476736)"))),
        ("overflow along others", .limitExceeded, "no elements, and extents", file(header("<f8", "(4611686018427387904, 0, 4)"))),
        ("too much data", .unreadable, "holds 9 bytes", file(header("<f8", "(1,)"), [UInt8](repeating: 0, count: 9))),
        ("too little data", .unreadable, "holds 7 bytes", file(header("<f8", "(1,)"), [UInt8](repeating: 0, count: 7))),
        ("many axes", .unreadable, "more than 32 axes", file(header("<f8", "(" + String(repeating: "1,", count: 33) + ")"))),
        ("key twice", .unreadable, "stands twice", file("{'shape': (), 'shape': (), 'descr': '<f8', 'fortran_order': False}")),
        ("unknown key", .unreadable, "is not known", file("{'shape': (), 'x': (), 'descr': '<f8'}")),
        ("missing key", .unreadable, "is missing", file("{'shape': (), 'descr': '<f8'}")),
        ("code", .unreadable, "'{' is missing", file("__import__('os')")),
        ("code inside", .unreadable, "fortran_order is neither", file("{'descr': '<f8', 'fortran_order': f(), 'shape': ()}")),
        ("escape", .unreadable, "has an escape", file("{'des\\x63r': '<f8'}")),
        ("tail", .unreadable, "something follows", file(header("<f8", "()") + "x", [UInt8](repeating: 0, count: 8))),
        ("version", .unsupported, "version 4", file(header("<f8", "()"), version: 4)),
        ("not npy", .unreadable, "is not an .npy file", Array("PK\u{3}\u{4}........".utf8)),
        ("surrogate", .unreadable, "not Unicode", file(header("<U1", "(1,)"), bytes([0xd800] as [UInt32]))),
    ]

    @Test(arguments: faults.indices) func refuses(index: Int) throws {
        let (what, code, message, bytes) = Self.faults[index]
        let error = try #require(throws: AssayError.self, "\(what)") { try NumpyReader.read(bytes, name: "w.npy") }
        #expect(error.code == code, "\(what): \(error.message)")
        #expect(error.message.contains(message), "\(what): \(error.message)")
        #expect(error.message.hasPrefix("w.npy"))
    }

    @Test func everyTruncationIsAnErrorAndNoChangeTraps() {
        let bytes = Self.file(Self.header("<f8", "(2, 1)", fortran: true), Self.bytes([(1.0).bitPattern, (2.0).bitPattern]))
        for count in 0..<bytes.count {
            #expect(throws: AssayError.self) { try NumpyReader.read(Array(bytes.prefix(count)), name: "a") }
        }
        for index in bytes.indices {
            for value in UInt8.min...UInt8.max {
                var changed = bytes
                changed[index] = value
                _ = try? NumpyReader.read(changed, name: "a")
            }
        }
    }
}
