/// An entry of this program's log, of which members are found by what stands before them. A leaf is canonical text whose words
/// hold no quotes, so nothing else in one can look like a member.
struct LeafText {
    let bytes: ArraySlice<UInt8>

    /// The text of a member, up to the next quote.
    func word(_ member: String) -> String? {
        guard let start = ByteSearch.end(of: Array("\"\(member)\":\"".utf8), in: bytes),
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\""))
        else { return nil }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// Whether one of its subjects is `digest`, as `type`.
    func names(_ digest: String, as type: String) -> Bool {
        ByteSearch.contains(bytes, Array(#"{"digest":"\#(digest)","type":"\#(type)"}"#.utf8))
    }

    /// Whether one of its subjects is of `type`.
    func hasSubject(_ type: String) -> Bool { ByteSearch.contains(bytes, Array(#""type":"\#(type)"}"#.utf8)) }

    /// When it was recorded, by its own word: RFC 3339 in UTC with milliseconds, so that texts are in the order of times.
    var time: String? { word("time").flatMap { Self.isTime($0) ? $0 : nil } }

    /// Whether `text` has the form `2026-01-31T08:09:10.123Z`.
    static func isTime(_ text: String) -> Bool {
        text.utf8.count == 24
            && zip(text.utf8, "0000-00-00T00:00:00.000Z".utf8).allSatisfy { byte, form in
                form == UInt8(ascii: "0") ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == form
            }
    }
}
