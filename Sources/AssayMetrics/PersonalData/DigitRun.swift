/// Digits in groups with single separators between them, as people write numbers: `+49 30 123456`, `078-05-1120`.
struct DigitRun {
    private static let byteLimit = 400
    /// A number has at most so many groups.
    private static let groupLimit = 8

    private var groups: [[UInt8]] = []
    private var separators: [UInt8] = []
    private var hasPlus: Bool
    private var hasParenthesis: Bool
    /// Behind the last digit.
    let end: Int

    /// `nil` where no digit follows, or a letter follows the digits.
    init?(_ bytes: [UInt8], from start: Int) {
        var index = start
        hasPlus = bytes[index] == UInt8(ascii: "+")
        if hasPlus { index += 1 }
        let opens = index < bytes.count && bytes[index] == UInt8(ascii: "(")
        hasParenthesis = opens
        if opens { index += 1 }
        guard index < bytes.count, PersonalDataScanner.isDigit(bytes[index]) else { return nil }
        groups = [[]]
        var end = index
        while index < bytes.count, index - start < Self.byteLimit {
            let byte = bytes[index]
            if PersonalDataScanner.isDigit(byte) {
                groups[groups.count - 1].append(byte - 0x30)
                index += 1
                end = index
                continue
            }
            // `) ` is one separator.
            var next = index + 1
            var separator = byte
            if byte == UInt8(ascii: ")"), next < bytes.count, bytes[next] == 0x20 { next += 1 }
            if byte == 0x20, next < bytes.count, bytes[next] == UInt8(ascii: "(") {
                next += 1
                separator = UInt8(ascii: "(")
            }
            guard " -./()".utf8.contains(byte), next < bytes.count, PersonalDataScanner.isDigit(bytes[next]) else { break }
            separators.append(separator)
            groups.append([])
            index = next
        }
        guard end >= bytes.count || !PersonalDataScanner.isWord(bytes[end]) else { return nil }
        self.end = end
    }

    /// Bare digits of a number.
    init(digitsOf number: Int64) {
        groups = [String(number).utf8.map { $0 - 0x30 }]
        hasPlus = false
        hasParenthesis = false
        end = groups[0].count
    }

    private var digits: [UInt8] { Array(groups.joined()) }
    private var lengths: [Int] { groups.map(\.count) }

    private func isSeparated(by allowed: String) -> Bool { separators.allSatisfy { allowed.utf8.contains($0) } }

    /// The run, or else the numbers it is made of: `42 078-05-1120` is two.
    func judge(_ findings: inout PersonalDataScanner.Findings) {
        if groups.count == 1 {
            _ = judgeWhole(&findings)
            return
        }
        var start = 0
        while start < groups.count {
            guard start == 0 || isBoundary(separators[start - 1]) else {
                start += 1
                continue
            }
            var next = start + 1
            for end in stride(from: min(groups.count, start + Self.groupLimit), to: start, by: -1) {
                guard end == groups.count || isBoundary(separators[end - 1]) else { continue }
                var part = self
                part.groups = Array(groups[start..<end])
                part.separators = Array(separators[start..<(end - 1)])
                part.hasPlus = hasPlus && start == 0
                part.hasParenthesis = start == 0 ? hasParenthesis : separators[start - 1] == UInt8(ascii: "(")
                // Bare digits beside others are no column's numbers.
                var found = PersonalDataScanner.Findings(certain: findings.certain)
                if part.judgeWhole(&found) {
                    findings.certain = found.certain
                    next = end
                    break
                }
            }
            start = next
        }
    }

    private func isBoundary(_ separator: UInt8) -> Bool { separator == 0x20 || separator == UInt8(ascii: "(") }

    /// - Returns: whether the groups together are certainly something.
    private func judgeWhole(_ findings: inout PersonalDataScanner.Findings) -> Bool {
        let digits = digits
        let lengths = lengths
        if groups.count == 4, isSeparated(by: "."), !hasPlus, groups.allSatisfy({ $0.count <= 3 && Self.number($0) <= 255 }) {
            findings.certain.insert(.address)
            return true
        }
        if isCardLength(digits), !hasPlus, isSeparated(by: " -"),
            groups.count == 1 || groups.allSatisfy({ $0.count >= 3 }), CheckDigits.luhn(digits)
        {
            findings.certain.insert(.card)
            return true
        }
        if isSocialSecurity(digits) {
            if lengths == [3, 2, 4], isSeparated(by: "-") || isSeparated(by: " ") {
                findings.certain.insert(.socialSecurity)
                return true
            }
            if lengths == [9] { findings.possible.insert(.socialSecurity) }
        }
        if digits.count == 12, digits[0] > 1, CheckDigits.verhoeff(digits) {
            if lengths == [4, 4, 4], isSeparated(by: " -") {
                findings.certain.insert(.aadhaar)
                return true
            }
            if lengths == [12] { findings.possible.insert(.aadhaar) }
        }
        if CheckDigits.nhs(digits) {
            if lengths == [3, 3, 4], isSeparated(by: " ") {
                findings.certain.insert(.nhs)
                return true
            }
            if lengths == [10] { findings.possible.insert(.nhs) }
        }
        if lengths == [11], CheckDigits.pesel(digits) { findings.possible.insert(.pesel) }
        return judgePhone(digits, lengths, &findings)
    }

    /// Digits of a card by its first ones: ISO/IEC 7812 issuers' ranges as the networks state them.
    private func isCardLength(_ digits: [UInt8]) -> Bool {
        guard digits.count >= 13 else { return false }
        return switch (digits[0], digits[1]) {
        case (3, 4), (3, 7): digits.count == 15
        case (3, 5): (16...19).contains(digits.count)
        case (3, 0), (3, 6), (3, 8), (3, 9): (14...19).contains(digits.count)
        case (4, _): [13, 16, 19].contains(digits.count)
        case (5, _): digits.count == 16
        case (6, _): (16...19).contains(digits.count)
        case (2, 2...7): digits.count == 16
        default: false
        }
    }

    private func isSocialSecurity(_ digits: [UInt8]) -> Bool {
        guard digits.count == 9 else { return false }
        let area = Self.number(Array(digits[0...2]))
        return area != 0 && area != 666 && area < 900 && Self.number(Array(digits[3...4])) != 0
            && Self.number(Array(digits[5...8])) != 0
    }

    /// International form; North America's 3-3-4 with area and exchange from 2 on; a trunk zero and groups.
    private func judgePhone(_ digits: [UInt8], _ lengths: [Int], _ findings: inout PersonalDataScanner.Findings) -> Bool {
        if hasPlus {
            guard (8...15).contains(digits.count), digits[0] != 0 else { return false }
            findings.certain.insert(.phone)
            return true
        }
        let local = lengths.count == 4 && groups[0] == [1] ? Array(groups.dropFirst()) : groups
        if local.map(\.count) == [3, 3, 4], local[0][0] > 1, local[1][0] > 1 {
            findings.certain.insert(.phone)
            return true
        }
        if digits[0] == 0, (9...12).contains(digits.count), groups.count >= 2, lengths[0] >= 2 || hasParenthesis, !isSeparated(by: ".") {
            findings.certain.insert(.phone)
            return true
        }
        if lengths == [10] || lengths == [11] {
            findings.possible.insert(.phone)
        }
        return false
    }

    private static func number(_ digits: [UInt8]) -> Int { digits.reduce(0) { $0 * 10 + Int($1) } }
}
