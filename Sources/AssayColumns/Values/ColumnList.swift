package import AssayTerms

/// Names in one option, separated by commas; `\,` is a comma within a name and `\\` a backslash.
package enum ColumnList {
    package static func texts(_ list: String) -> [Text] {
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

    /// Grouping columns, where numbers behind `C:V` are its further edges: `age:25,40,sex` is `age:25,40` and `sex`. So is the
    /// first part of a crossing, `age:25,40*sex`.
    package static func groups(_ list: String) -> [Text] {
        texts(list).reduce(into: []) { groups, part in
            let first = part.string.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)[0]
            let before = groups.last?.string.split(separator: "*", omittingEmptySubsequences: false).last
            if ColumnBins.number(first) != nil, let before, ColumnBins(parsing: Text(String(before))) != nil, let last = groups.popLast() {
                groups.append(Text("\(last),\(part)"))
            } else {
                groups.append(part)
            }
        }
    }
}
