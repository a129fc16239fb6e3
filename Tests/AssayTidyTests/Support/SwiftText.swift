/// A Swift file taken apart line by line: what is code, what is comment, what is text in quotes.
///
/// A scanner for these guards, not a parser: it knows `//`, nested `/* */`, `"…"` with escapes and interpolation,
/// `"""` and raw strings with one `#`.
struct SwiftText {
    struct Line {
        let number: Int
        /// The line without comments, quoted text left out (its quotes stay).
        var code = ""
        var comment = ""
        var quoted = ""
        let length: Int
    }

    private(set) var lines: [Line] = []

    init(_ text: String) {
        var commentDepth = 0
        /// The delimiter of the string the scanner is in, and the depth of parentheses of an interpolation inside it.
        var strings: [(isLong: Bool, isRaw: Bool, parentheses: Int)] = []
        for (index, source) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var line = Line(number: index + 1, length: source.count)
            var rest = source[...]
            func starts(_ text: String) -> Bool { rest.hasPrefix(text) }
            while let character = rest.first {
                if commentDepth > 0 {
                    if starts("*/") { commentDepth -= 1 } else if starts("/*") { commentDepth += 1 }
                    line.comment.append(character)
                    rest.removeFirst()
                } else if let string = strings.last, string.parentheses == 0 {
                    let end = (string.isLong ? "\"\"\"" : "\"") + (string.isRaw ? "#" : "")
                    if starts(end) {
                        rest.removeFirst(end.count)
                        strings.removeLast()
                        line.code += end
                    } else if !string.isRaw, starts("\\(") {
                        strings[strings.count - 1].parentheses = 1
                        rest.removeFirst(2)
                    } else if !string.isRaw, character == "\\" {
                        line.quoted += rest.prefix(2)
                        rest.removeFirst(min(2, rest.count))
                    } else {
                        line.quoted.append(character)
                        rest.removeFirst()
                    }
                } else if starts("//") {
                    line.comment += rest
                    rest = ""
                } else if starts("/*") {
                    commentDepth = 1
                    rest.removeFirst(2)
                } else if starts("#\"\"\"") || starts("\"\"\"") || starts("#\"") || starts("\"") {
                    let isRaw = character == "#"
                    if isRaw { rest.removeFirst() }
                    let isLong = rest.hasPrefix("\"\"\"")
                    rest.removeFirst(isLong ? 3 : 1)
                    strings.append((isLong, isRaw, 0))
                    line.code += isLong ? "\"\"\"" : "\""
                } else {
                    if !strings.isEmpty {
                        if character == "(" { strings[strings.count - 1].parentheses += 1 }
                        if character == ")" { strings[strings.count - 1].parentheses -= 1 }
                    }
                    line.code.append(character)
                    rest.removeFirst()
                }
            }
            if let string = strings.last, !string.isLong, string.parentheses == 0 { strings.removeLast() }
            lines.append(line)
        }
    }
}
