/// A mail server's answer: a code of three digits and its lines (RFC 5321 §4.2).
struct SMTPReply: Hashable, Sendable {
    let code: Int
    /// Without codes and line ends.
    let lines: [String]

    var isPositive: Bool { (200..<400).contains(code) }
}

/// Puts answers together from bytes as they arrive.
struct SMTPReplyReader: Sendable {
    /// RFC 5321 allows 512 bytes a line; servers write more.
    static let lineLimit = 2_048
    static let lineCountLimit = 200

    private var pending: [UInt8] = []
    private var lines: [String] = []
    private var code: Int?

    /// Whether bytes have arrived that belong to no answer yet.
    var isEmpty: Bool { pending.isEmpty && lines.isEmpty }

    /// - Returns: the answers that are whole now; `nil` for what is no answer of a mail server.
    mutating func read(_ bytes: some Sequence<UInt8>) -> [SMTPReply]? {
        pending += bytes
        var replies: [SMTPReply] = []
        while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
            var line = pending[..<end]
            if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
            guard line.count <= Self.lineLimit, let isLast = add(line) else { return nil }
            pending.removeFirst(end + 1)
            if isLast, let code {
                replies.append(SMTPReply(code: code, lines: lines))
                lines = []
                self.code = nil
            }
        }
        return pending.count <= Self.lineLimit ? replies : nil
    }

    /// - Returns: whether the line ends its answer; `nil` if it cannot stand here.
    private mutating func add(_ line: ArraySlice<UInt8>) -> Bool? {
        let digits = line.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let code = Int(String(decoding: digits, as: UTF8.self)), (200..<600).contains(code), self.code == nil || self.code == code,
            lines.count < Self.lineCountLimit
        else { return nil }
        let mark = line.dropFirst(3).first
        guard mark == nil || mark == UInt8(ascii: " ") || mark == UInt8(ascii: "-") else { return nil }
        self.code = code
        lines.append(String(decoding: line.dropFirst(4), as: UTF8.self))
        return mark != UInt8(ascii: "-")
    }
}
