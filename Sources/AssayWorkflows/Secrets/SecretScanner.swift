import AssayTerms

/// Looks for secrets in text that comes in pieces, in one pass.
///
/// - Cost: a table look-up a byte; the last ``SecretRule/window`` bytes of a piece are kept for the next.
struct SecretScanner {
    struct Match: Hashable, Sendable {
        let rule: String
        /// From 1.
        let line: Int
    }

    /// More are not told apart: one is enough to act on.
    static let matchLimit = 20
    /// What stands for a password in examples.
    private static let placeholders: Set<Text> = ["password", "pass", "secret", "xxx", "xxxx", "changeme", "user", "token"]
    /// The rules by the byte they begin with.
    private static let rulesByByte: [[SecretRule]] = {
        var rules = [[SecretRule]](repeating: [], count: 256)
        for rule in SecretRule.all { if let first = rule.start.first { rules[Int(first)].append(rule) } }
        return rules
    }()

    private(set) var matches: [Match] = []
    private var kept: [UInt8] = []
    /// The byte before what is kept.
    private var before: UInt8?
    private var line = 1

    /// What one text holds.
    static func matches(in text: Text) -> [Match] {
        var scanner = SecretScanner()
        scanner.finish(Array(text.utf8))
        return scanner.matches
    }

    mutating func add(_ piece: [UInt8]) {
        kept += piece
        guard kept.count > 2 * SecretRule.window else { return }
        scan(upTo: kept.count - SecretRule.window)
    }

    mutating func finish(_ piece: [UInt8] = []) {
        kept += piece
        scan(upTo: kept.count)
    }

    /// Looks at what begins before `end`, and keeps the rest.
    private mutating func scan(upTo end: Int) {
        kept.withUnsafeBufferPointer { bytes in
            for index in 0..<end {
                let byte = bytes[index]
                if byte == UInt8(ascii: "\n") { line += 1 }
                let rules = Self.rulesByByte[Int(byte)]
                guard !rules.isEmpty, matches.count < Self.matchLimit else { continue }
                let previous = index > 0 ? bytes[index - 1] : before
                let continuesWord = previous.map(SecretRule.CharacterClass.alphanumeric.contains) ?? false
                for rule in rules where !(rule.isWord && continuesWord) && Self.holds(rule, bytes, at: index) {
                    matches.append(Match(rule: rule.name, line: line))
                    break
                }
            }
        }
        if end > 0 { before = kept[end - 1] }
        kept.removeFirst(end)
    }

    private static func holds(_ rule: SecretRule, _ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        let start = index + rule.start.count
        guard start < bytes.count, zip(rule.start, bytes[index...]).allSatisfy(==) else { return false }
        switch rule.rest {
        case .characters(let kind, let count):
            let found = length(kind, bytes, from: start, atMost: count.upperBound + 1)
            return count.contains(found)
        case .privateKey: return isPrivateKey(bytes, from: start)
        case .webToken: return isWebToken(bytes, from: start)
        case .userAndPassword: return hasPassword(bytes, from: start)
        }
    }

    private static func length(
        _ kind: SecretRule.CharacterClass, _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, atMost limit: Int
    ) -> Int {
        var count = 0
        while count < limit, start + count < bytes.count, kind.contains(bytes[start + count]) { count += 1 }
        return count
    }

    private static func isPrivateKey(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
        let label = bytes[start..<min(start + 40, bytes.count)].prefix { $0 != UInt8(ascii: "-") }
        return String(decoding: label, as: UTF8.self).hasSuffix("PRIVATE KEY")
    }

    private static func isWebToken(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
        let first = length(.word, bytes, from: start, atMost: SecretRule.window)
        let second = start + first + 1
        guard first >= 10, second + 3 < bytes.count, bytes[second - 1] == UInt8(ascii: "."),
            zip("eyJ".utf8, bytes[second...]).allSatisfy(==)
        else { return false }
        let claims = length(.word, bytes, from: second, atMost: SecretRule.window)
        let third = second + claims + 1
        // Claims may be longer than what is kept together; the header and their beginning say enough.
        guard third < bytes.count, claims < SecretRule.window else { return claims >= 20 }
        return bytes[third - 1] == UInt8(ascii: ".") && length(.word, bytes, from: third, atMost: 16) >= 10
    }

    /// `user:password@`, the password neither empty nor one that stands for one: `***`, `<…>`, `${…}`, `{…}`, `%s`.
    private static func hasPassword(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
        var colon: Int?
        for index in start..<min(start + 256, bytes.count) {
            switch bytes[index] {
            case UInt8(ascii: ":"): colon = colon ?? index
            case UInt8(ascii: "@"):
                guard let colon else { return false }
                let password = bytes[(colon + 1)..<index]
                guard let first = password.first, password.count >= 3 else { return false }
                return !"*<${%[".utf8.contains(first) && !placeholders.contains(Text(String(decoding: password, as: UTF8.self).lowercased()))
            case ...0x20, UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\""), UInt8(ascii: "'"), 0x7F...:
                return false
            default: break
            }
        }
        return false
    }
}
