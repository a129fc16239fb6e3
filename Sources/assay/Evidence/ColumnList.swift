import AssayTerms

/// Names in one option, separated by commas; `\,` is a comma within a name and `\\` a backslash.
enum ColumnList {
    static func texts(_ list: String) -> [Text] {
        var texts: [Text] = []
        var current: [UInt8] = []
        var isEscaped = false
        for byte in list.utf8 {
            if isEscaped {
                if byte != UInt8(ascii: ","), byte != UInt8(ascii: "\\") { current.append(UInt8(ascii: "\\")) }
                current.append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: ",") {
                texts.append(Text(String(decoding: current, as: UTF8.self)))
                current = []
            } else {
                current.append(byte)
            }
        }
        if isEscaped { current.append(UInt8(ascii: "\\")) }
        texts.append(Text(String(decoding: current, as: UTF8.self)))
        return texts
    }
}
