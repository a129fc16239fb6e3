/// Digits in groups with single separators between them, as people write numbers: `+49 30 123456`, `078-05-1120`.
///
/// One run is read after the other into the same buffers.
struct DigitRun {
    private static let byteLimit = 400
    /// A number has at most so many groups.
    private static let groupLimit = 8
    /// No number that is known here has fewer digits: an address of the Internet has four.
    private static let leastDigits = 4

    /// Values 0 to 9, group after group.
    private var digits: [UInt8] = []
    /// Where each group begins in `digits`.
    private var starts: [Int] = []
    private var separators: [UInt8] = []
    private var hasPlus = false
    private var hasParenthesis = false
    /// Behind the last digit.
    private(set) var end = 0

    init() {}

    private mutating func reset() {
        digits.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        separators.removeAll(keepingCapacity: true)
        hasPlus = false
        hasParenthesis = false
        end = 0
    }

    /// - Returns: `false` where no digit follows, or a letter follows the digits.
    mutating func read(_ bytes: Span<UInt8>, from start: Int) -> Bool {
        reset()
        var index = start
        hasPlus = bytes[index] == UInt8(ascii: "+")
        if hasPlus { index += 1 }
        hasParenthesis = index < bytes.count && bytes[index] == UInt8(ascii: "(")
        if hasParenthesis { index += 1 }
        guard index < bytes.count, PersonalDataScanner.isDigit(bytes[index]) else { return false }
        starts.append(0)
        end = index
        while index < bytes.count, index - start < Self.byteLimit {
            let byte = bytes[index]
            if PersonalDataScanner.isDigit(byte) {
                digits.append(byte - 0x30)
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
            starts.append(digits.count)
            index = next
        }
        return end >= bytes.count || !PersonalDataScanner.isWord(bytes[end])
    }

    /// Bare digits of a number that is not negative.
    mutating func read(digitsOf number: Int64) {
        reset()
        starts.append(0)
        var rest = number
        repeat {
            digits.append(UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        digits.reverse()
        end = digits.count
    }

    /// Some groups of a run, one after the other.
    private struct Part {
        let groups: Range<Int>
        let hasPlus: Bool
        let hasParenthesis: Bool
    }

    /// The run, or else the numbers it is made of: `42 078-05-1120` is two.
    func judge(_ findings: inout PersonalDataScanner.Findings) {
        guard digits.count >= Self.leastDigits else { return }
        if starts.count == 1 {
            _ = judge(Part(groups: 0..<1, hasPlus: hasPlus, hasParenthesis: hasParenthesis), &findings)
            return
        }
        var start = 0
        while start < starts.count {
            guard start == 0 || isBoundary(separators[start - 1]) else {
                start += 1
                continue
            }
            var next = start + 1
            for end in stride(from: min(starts.count, start + Self.groupLimit), to: start, by: -1) {
                guard end == starts.count || isBoundary(separators[end - 1]) else { continue }
                let part = Part(
                    groups: start..<end, hasPlus: hasPlus && start == 0,
                    hasParenthesis: start == 0 ? hasParenthesis : separators[start - 1] == UInt8(ascii: "("))
                // Bare digits beside others are no column's numbers.
                var found = PersonalDataScanner.Findings(certain: findings.certain)
                if judge(part, &found) {
                    findings.certain = found.certain
                    next = end
                    break
                }
            }
            start = next
        }
    }

    private func isBoundary(_ separator: UInt8) -> Bool { separator == 0x20 || separator == UInt8(ascii: "(") }

    private func places(of group: Int) -> Range<Int> {
        starts[group]..<(group + 1 < starts.count ? starts[group + 1] : digits.count)
    }

    private func length(of group: Int) -> Int { places(of: group).count }

    private func number(_ places: Range<Int>) -> Int { places.reduce(0) { $0 * 10 + Int(digits[$1]) } }

    private func isSeparated(_ groups: Range<Int>, by allowed: StaticString) -> Bool {
        for place in groups.dropLast() where !allowed.withUTF8Buffer({ $0.contains(separators[place]) }) { return false }
        return true
    }

    private func has(_ groups: Range<Int>, lengths first: Int, _ second: Int, _ third: Int) -> Bool {
        groups.count == 3 && length(of: groups.lowerBound) == first && length(of: groups.lowerBound + 1) == second
            && length(of: groups.lowerBound + 2) == third
    }

    /// - Returns: whether the groups together are certainly something.
    private func judge(_ part: Part, _ findings: inout PersonalDataScanner.Findings) -> Bool {
        let groups = part.groups
        let range = starts[groups.lowerBound]..<places(of: groups.upperBound - 1).upperBound
        let digits = self.digits.span.extracting(range)
        guard digits.count >= Self.leastDigits else { return false }
        let single = groups.count == 1 ? digits.count : 0
        if groups.count == 4, !part.hasPlus, isSeparated(groups, by: "."),
            groups.allSatisfy({ length(of: $0) <= 3 && number(places(of: $0)) <= 255 })
        {
            findings.certain.insert(.address)
            return true
        }
        if Self.isCardLength(digits), !part.hasPlus, isSeparated(groups, by: " -"),
            groups.count == 1 || groups.allSatisfy({ length(of: $0) >= 3 }), CheckDigits.luhn(digits)
        {
            findings.certain.insert(.card)
            return true
        }
        if digits.count == 9, isSocialSecurity(range) {
            if has(groups, lengths: 3, 2, 4), isSeparated(groups, by: "-") || isSeparated(groups, by: " ") {
                findings.certain.insert(.socialSecurity)
                return true
            }
            if single == 9 { findings.possible.insert(.socialSecurity) }
        }
        if digits.count == 12, digits[0] > 1, CheckDigits.verhoeff(digits) {
            if has(groups, lengths: 4, 4, 4), isSeparated(groups, by: " -") {
                findings.certain.insert(.aadhaar)
                return true
            }
            if single == 12 { findings.possible.insert(.aadhaar) }
        }
        if CheckDigits.nhs(digits) {
            if has(groups, lengths: 3, 3, 4), isSeparated(groups, by: " ") {
                findings.certain.insert(.nhs)
                return true
            }
            if single == 10 { findings.possible.insert(.nhs) }
        }
        if single == 11, CheckDigits.pesel(digits) { findings.possible.insert(.pesel) }
        return judgePhone(part, digits, &findings)
    }

    /// Digits of a card by its first ones: ISO/IEC 7812 issuers' ranges as the networks state them.
    private static func isCardLength(_ digits: Span<UInt8>) -> Bool {
        guard digits.count >= 13 else { return false }
        return switch (digits[0], digits[1]) {
        case (3, 4), (3, 7): digits.count == 15
        case (3, 5): (16...19).contains(digits.count)
        case (3, 0), (3, 6), (3, 8), (3, 9): (14...19).contains(digits.count)
        case (4, _): digits.count == 13 || digits.count == 16 || digits.count == 19
        case (5, _): digits.count == 16
        case (6, _): (16...19).contains(digits.count)
        case (2, 2...7): digits.count == 16
        default: false
        }
    }

    private func isSocialSecurity(_ range: Range<Int>) -> Bool {
        let first = range.lowerBound
        let area = number(first..<(first + 3))
        return area != 0 && area != 666 && area < 900 && number((first + 3)..<(first + 5)) != 0
            && number((first + 5)..<(first + 9)) != 0
    }

    /// International form; North America's 3-3-4 with area and exchange from 2 on; a trunk zero and groups.
    private func judgePhone(_ part: Part, _ digits: Span<UInt8>, _ findings: inout PersonalDataScanner.Findings) -> Bool {
        let groups = part.groups
        let isPhone: Bool
        if part.hasPlus {
            isPhone = (8...15).contains(digits.count) && digits[0] != 0
        } else {
            let first = groups.lowerBound
            let hasCountry = groups.count == 4 && length(of: first) == 1 && digits[0] == 1
            let local = hasCountry ? (first + 1)..<groups.upperBound : groups
            let isAmerican =
                has(local, lengths: 3, 3, 4) && self.digits[starts[local.lowerBound]] > 1 && self.digits[starts[local.lowerBound + 1]] > 1
            let isTrunk =
                digits[0] == 0 && (9...12).contains(digits.count) && groups.count >= 2
                && (length(of: first) >= 2 || part.hasParenthesis) && !isSeparated(groups, by: ".")
            isPhone = isAmerican || isTrunk
            if !isPhone, groups.count == 1, digits.count == 10 || digits.count == 11 { findings.possible.insert(.phone) }
        }
        if isPhone { findings.certain.insert(.phone) }
        return isPhone
    }
}
