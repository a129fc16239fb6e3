import AssayWire
import Testing

/// Every shape of a `Range` header against files of a few sizes (RFC 9110, section 14).
@Suite struct ByteRangeTests {
    @Test(arguments: [
        (nil, .whole), ("bytes=0-9", .part(0..<10)), ("bytes=0-0", .part(0..<1)), ("bytes=3-5", .part(3..<6)),
        ("bytes=5-", .part(5..<10)), ("bytes=5-100", .part(5..<10)), ("bytes=9-", .part(9..<10)), ("bytes=-3", .part(7..<10)),
        ("bytes=-10", .part(0..<10)), ("bytes=-11", .part(0..<10)), ("BYTES=1-2", .part(1..<3)), ("bytes= 1 - 2 ", .part(1..<3)),
        ("bytes=0-99999999999999999999999", .part(0..<10)), ("bytes=2-9223372036854775807", .part(2..<10)),
        ("bytes=-99999999999999999999999", .part(0..<10)),
        ("bytes=10-", .unsatisfiable), ("bytes=10-20", .unsatisfiable), ("bytes=-0", .unsatisfiable),
        ("bytes=99999999999999999999999-", .unsatisfiable),
        ("", .whole), ("bytes", .whole), ("bytes=", .whole), ("bytes=-", .whole), ("bytes=5-3", .whole), ("bytes=a-b", .whole),
        ("bytes=1-2,4-5", .whole), ("items=1-2", .whole), ("bytes=1-2-3", .whole), ("bytes=--1", .whole), ("bytes=+1-2", .whole),
        ("bytes=0x1-2", .whole), ("bytes=\u{661}-2", .whole), ("bytes=1.0-2", .whole),
    ] as [(String?, ByteRange)])
    func ofTenBytes(_ header: String?, _ range: ByteRange) { #expect(ByteRange(header, size: 10) == range) }

    @Test(arguments: [
        ("bytes=0-", .unsatisfiable), ("bytes=0-0", .unsatisfiable), ("bytes=-1", .whole), ("bytes=-0", .unsatisfiable), (nil, .whole),
    ] as [(String?, ByteRange)])
    func ofAnEmptyFile(_ header: String?, _ range: ByteRange) { #expect(ByteRange(header, size: 0) == range) }

    @Test func theAnswerNamesPlaceAndSize() {
        #expect(ByteRange.part(3..<6).contentRange(size: 10) == "bytes 3-5/10")
        #expect(ByteRange.unsatisfiable.contentRange(size: 10) == "bytes */10")
        #expect(ByteRange.whole.contentRange(size: 10) == nil)
    }
}
