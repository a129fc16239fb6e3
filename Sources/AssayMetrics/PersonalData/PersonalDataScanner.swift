import AssayTerms

/// What personal data a piece of text holds, by its form and its check digits.
///
/// `certain` are forms that say by themselves what they are (an address with an at sign, digits grouped as a social security
/// number, digits that keep a card's check sum). `possible` are bare digits that would do; a column decides whether they count.
/// One reader of bytes, without a pattern engine; it looks at each byte a bounded number of times, and at text without a digit
/// or an at sign once. A scanner keeps its buffers from text to text, so that none is made for each.
struct PersonalDataScanner {
    struct Findings: Hashable {
        var certain = PersonalDataKind.Set()
        var possible = PersonalDataKind.Set()

        var isEmpty: Bool { certain.isEmpty && possible.isEmpty }
    }

    /// More of one text than this is not looked at.
    static let byteLimit = 65_536

    private var run = DigitRun()

    mutating func findings(in text: Text) -> Findings {
        let utf8 = text.string.utf8
        return findings(in: utf8.span)
    }

    private mutating func findings(in all: Span<UInt8>) -> Findings {
        var findings = Findings()
        let bytes = all.extracting(first: Self.byteLimit)
        var marks: UInt8 = 0
        for index in bytes.indices {
            let byte = bytes[index]
            marks |= (Self.isDigit(byte) ? 1 : 0) | (byte == UInt8(ascii: "@") ? 2 : 0) | (byte == UInt8(ascii: ":") ? 4 : 0)
        }
        guard marks & 3 != 0 else { return findings }
        // First, since the digits of an IBAN are no other number's.
        let accounts = marks & 1 != 0 ? Self.scanWords(bytes, hasColon: marks & 4 != 0, &findings) : []
        guard accounts.isEmpty else {
            var rest = [UInt8](repeating: 0x20, count: bytes.count)
            for index in bytes.indices { rest[index] = bytes[index] }
            for range in accounts { for place in range { rest[place] = 0x20 } }
            scanNumbers(rest.span, &findings)
            return findings
        }
        scanNumbers(bytes, &findings)
        return findings
    }

    mutating func findings(in number: Int64) -> Findings {
        var findings = Findings()
        run.read(digitsOf: number)
        run.judge(&findings)
        return findings
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    @inline(__always)
    static func isUpper(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }

    @inline(__always)
    static func isWord(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    /// Addresses with an at sign, and runs of digits.
    private mutating func scanNumbers(_ bytes: Span<UInt8>, _ findings: inout Findings) {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "@") {
                if Self.isEmail(bytes, at: index) { findings.certain.insert(.email) }
            } else if Self.isDigit(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "(") {
                let isStart = index == 0 || !(Self.isWord(bytes[index - 1]) || bytes[index - 1] == UInt8(ascii: "."))
                if isStart, run.read(bytes, from: index) {
                    run.judge(&findings)
                    index = run.end
                    continue
                }
            }
            index += 1
        }
    }

    /// RFC 5322's dot-atom before the sign, after it names of which the last has two letters or more.
    private static func isEmail(_ bytes: Span<UInt8>, at sign: Int) -> Bool {
        guard sign > 0 else { return false }
        let before = bytes[sign - 1]
        guard isWord(before) || "!#$%&'*+/=?^`{|}~-".utf8.contains(before) else { return false }
        var labels = 0
        var length = 0
        var lastLength = 0
        var isName = true
        // A sentence may end behind it, so points without a name between them count only before another name.
        var hasEmpty = false
        for index in (sign + 1)..<bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: ".") {
                if length == 0 { hasEmpty = true }
                length = 0
            } else if isWord(byte) && byte != UInt8(ascii: "_") || byte == UInt8(ascii: "-") {
                if length == 0 {
                    guard !hasEmpty, byte != UInt8(ascii: "-") else { return false }
                    labels += 1
                    isName = true
                }
                length += 1
                lastLength = length
                guard length <= 63 else { return false }
                if isDigit(byte) || byte == UInt8(ascii: "-") { isName = false }
            } else {
                break
            }
        }
        return labels >= 2 && lastLength >= 2 && isName
    }

    /// Words of letters and digits: IBANs, identity codes, IPv6 addresses.
    ///
    /// - Returns: where IBANs stand; they are read over.
    private static func scanWords(_ bytes: Span<UInt8>, hasColon: Bool, _ findings: inout Findings) -> [Range<Int>] {
        var accounts: [Range<Int>] = []
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let isStart = index == 0 || index == accounts.last?.upperBound || !isWord(bytes[index - 1])
            guard isStart, isWord(byte) || byte == UInt8(ascii: ":") else {
                index += 1
                continue
            }
            if let end = accountEnd(bytes, from: index) {
                findings.certain.insert(.iban)
                accounts.append(index..<end)
                index = end
                continue
            }
            var end = index
            while end < min(index + 40, bytes.count), isWord(bytes[end]) { end += 1 }
            if end - index == 9 { judgeNine(bytes.extracting(index..<end), &findings) }
            if isDigit(byte), bytes.count - index >= 11, bytes.count - index == 11 || !isWord(bytes[index + 11]),
                isFinnish(bytes.extracting(index..<(index + 11)))
            {
                findings.certain.insert(.finnishIdentity)
            }
            if hasColon, isAddress(bytes, from: index) { findings.certain.insert(.address) }
            index = max(index + 1, end)
        }
        return accounts
    }

    /// An IPv6 address, which has two colons at least.
    private static func isAddress(_ bytes: Span<UInt8>, from start: Int) -> Bool {
        var token: [UInt8] = []
        var colons = 0
        var hasDigit = false
        for index in start..<min(start + 46, bytes.count) {
            let byte = bytes[index]
            guard isWord(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".") else { break }
            if byte == UInt8(ascii: ":") { colons += 1 }
            if isDigit(byte) { hasDigit = true }
            token.append(byte)
        }
        return colons >= 2 && token.count >= 3 && hasDigit && IPAddress(String(decoding: token, as: UTF8.self)) != nil
    }

    /// Behind the IBAN that begins here, with single spaces between its groups.
    private static func accountEnd(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        // Two letters and two digits, which few words begin with.
        guard bytes.count - start >= 15, isUpper(bytes[start]), isUpper(bytes[start + 1]) || bytes[start + 1] == 0x20 else { return nil }
        var characters: [UInt8] = []
        var ends: [Int] = []
        var last: UInt8 = 0
        for index in start..<min(start + 44, bytes.count) {
            let byte = bytes[index]
            if byte == 0x20 {
                guard last != 0x20 else { break }
            } else {
                guard isDigit(byte) || isUpper(byte) else { break }
                characters.append(byte)
                ends.append(index + 1)
                if characters.count == 4, !(isUpper(characters[1]) && isDigit(characters[2]) && isDigit(byte)) { return nil }
            }
            last = byte
        }
        guard characters.count >= 15, let length = ibanLengths[Text(String(decoding: characters.prefix(2), as: UTF8.self))],
            characters.count >= length
        else { return nil }
        return CheckDigits.mod97(characters.span.extracting(first: length)) ? ends[length - 1] : nil
    }

    /// SWIFT's IBAN registry, release 99: characters of an IBAN by country.
    private static let ibanLengths: [Text: Int] = [
        "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28, "CH": 21,
        "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27,
        "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
        "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27,
        "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25,
        "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23,
        "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
    ]

    /// `12345678Z`, `X1234567L`, `S1234567D`.
    private static func judgeNine(_ word: Span<UInt8>, _ findings: inout Findings) {
        let first = word[0]
        let letter = word[8]
        guard isUpper(letter) else { return }
        var number = 0
        for index in 1...7 {
            guard isDigit(word[index]) else { return }
            number = number * 10 + Int(word[index] - 0x30)
        }
        if isDigit(first) {
            if CheckDigits.nif(number: Int(first - 0x30) * 10_000_000 + number, letter: letter) { findings.certain.insert(.nif) }
        } else if (UInt8(ascii: "X")...UInt8(ascii: "Z")).contains(first) {
            if CheckDigits.nif(number: Int(first - UInt8(ascii: "X")) * 10_000_000 + number, letter: letter) {
                findings.certain.insert(.nif)
            }
        } else if CheckDigits.nric(prefix: first, number: number, letter: letter) {
            findings.certain.insert(.nric)
        }
    }

    /// `131052-308T`.
    private static func isFinnish(_ code: Span<UInt8>) -> Bool {
        guard "+-ABCDEFUVWXY".utf8.contains(code[6]) else { return false }
        var number = 0
        for index in 0..<10 where index != 6 {
            guard isDigit(code[index]) else { return false }
            number = number * 10 + Int(code[index] - 0x30)
        }
        let (day, month) = (number / 10_000_000, number / 100_000 % 100)
        return (1...31).contains(day) && (1...12).contains(month) && CheckDigits.finnish(number: number, check: code[10])
    }
}
