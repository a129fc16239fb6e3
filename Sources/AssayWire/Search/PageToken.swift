import AssayJSON
package import AssayTerms

/// A place in a search as clients carry it from page to page: hexadecimal text they cannot read anything into.
///
/// It also holds a fingerprint of the search, so that a token handed to another search is refused instead of giving a page
/// of nonsense.
package enum PageToken {
    /// - Parameter search: what was asked for, part by part, without the size of the page.
    package static func encode(_ position: SearchPosition, search: [Text]) -> Text {
        var array: [JSONValue] = [.string(fingerprint(search))]
        for value in position.values {
            switch value {
            case .null, .list: array.append(.null)
            case .integer(let integer): array.append(.integer(integer))
            // The bits, since JSON would not keep 1.0 apart from 1.
            case .number(let number): array.append(["d": .string(String(number.bitPattern, radix: 16))])
            case .text(let text): array.append(.string(text.string))
            }
        }
        return Text(Hex.encode(JSONValue.array(array).bytes()))
    }

    /// - Throws: `invalidArgument` for what this server did not make, or made for another search.
    package static func decode(_ token: Text, search: [Text]) throws(AssayError) -> SearchPosition {
        let unreadable = AssayError(.invalidArgument, "Invalid page token, could not be decoded")
        guard let bytes = Hex.decode(token.string), let array = (try? JSONValue(parsing: bytes))?.array,
            let print = array.first?.string
        else { throw unreadable }
        guard print == fingerprint(search) else {
            throw AssayError(.invalidArgument, "Invalid page token: it belongs to another search. Start again without one.")
        }
        var values: [SearchValue] = []
        for element in array.dropFirst() {
            switch element {
            case .null: values.append(.null)
            case .integer(let integer): values.append(.integer(integer))
            case .string(let text): values.append(.text(Text(text)))
            case .object(let object):
                guard let bits = object["d"]?.string.flatMap({ UInt64($0, radix: 16) }) else { throw unreadable }
                values.append(.number(Double(bitPattern: bits)))
            default: throw unreadable
            }
        }
        return SearchPosition(values: values)
    }

    /// FNV-1a over the parts with their lengths. It guards against mistakes, not against forgery: a forged place only shows
    /// rows that its forger may read anyway.
    private static func fingerprint(_ search: [Text]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        for part in search {
            for byte in String(part.utf8Count).utf8 { mix(byte) }
            mix(UInt8(ascii: ":"))
            for byte in part.utf8 { mix(byte) }
        }
        return String(hash, radix: 16)
    }
}
