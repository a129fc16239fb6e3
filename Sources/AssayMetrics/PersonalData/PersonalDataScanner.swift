import AssayTerms

/// What personal data a piece of text holds, by its form and its check digits.
///
/// `certain` are forms that say by themselves what they are (an address with an at sign, digits grouped as a social security
/// number, digits that keep a card's check sum). `possible` are bare digits that would do; a column decides whether they count.
/// One reader of bytes, without a pattern engine; it looks at each byte a bounded number of times.
enum PersonalDataScanner {
    struct Findings: Hashable {
        var certain = PersonalDataKind.Set()
        var possible = PersonalDataKind.Set()
    }

    /// More of one text than this is not looked at.
    static let byteLimit = 65_536

    static func findings(in text: Text) -> Findings {
        var findings = Findings()
        var bytes = Array(text.utf8.prefix(byteLimit))
        let hasDigit = bytes.contains(where: isDigit)
        // First, since the digits of an IBAN are no other number's.
        if hasDigit { scanWords(&bytes, &findings) }
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "@") {
                if isEmail(bytes, at: index) { findings.certain.insert(.email) }
            } else if isDigit(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "(") {
                let isStart = index == 0 || !(isWord(bytes[index - 1]) || bytes[index - 1] == UInt8(ascii: "."))
                if isStart, let run = DigitRun(bytes, from: index) {
                    run.judge(&findings)
                    index = run.end
                    continue
                }
            }
            index += 1
        }
        return findings
    }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    /// RFC 5322's dot-atom before the sign, after it names of which the last has two letters or more.
    private static func isEmail(_ bytes: [UInt8], at sign: Int) -> Bool {
        guard sign > 0 else { return false }
        let before = bytes[sign - 1]
        guard isWord(before) || "!#$%&'*+/=?^`{|}~-".utf8.contains(before) else { return false }
        var labels: [[UInt8]] = [[]]
        for byte in bytes[(sign + 1)...] {
            if byte == UInt8(ascii: ".") {
                labels.append([])
            } else if isWord(byte) && byte != UInt8(ascii: "_") || byte == UInt8(ascii: "-") {
                labels[labels.count - 1].append(byte)
            } else {
                break
            }
        }
        // A sentence may end behind it.
        while labels.count > 1, labels.last?.isEmpty ?? false { labels.removeLast() }
        guard labels.count >= 2, labels.allSatisfy({ !$0.isEmpty && $0.count <= 63 && $0.first != UInt8(ascii: "-") }) else {
            return false
        }
        let last = labels[labels.count - 1]
        return last.count >= 2 && last.allSatisfy { !isDigit($0) && $0 != UInt8(ascii: "-") }
    }

    /// Words of letters and digits: IBANs, which are blanked out, identity codes, IPv6 addresses.
    private static func scanWords(_ bytes: inout [UInt8], _ findings: inout Findings) {
        var index = 0
        while index < bytes.count {
            guard isWord(bytes[index]) || bytes[index] == UInt8(ascii: ":"), index == 0 || !isWord(bytes[index - 1]) else {
                index += 1
                continue
            }
            let rest = bytes[index...]
            let word = rest.prefix(40).prefix { isWord($0) }
            if rest.count >= 15, let length = ibanLength(rest) {
                findings.certain.insert(.iban)
                for place in index..<(index + length) { bytes[place] = 0x20 }
                index += length
                continue
            }
            if word.count == 9 { judgeNine(Array(word), &findings) }
            if let code = rest.count >= 11 ? Array(rest.prefix(11)) : nil, rest.count == 11 || !isWord(rest[index + 11]), isFinnish(code) {
                findings.certain.insert(.finnishIdentity)
            }
            let token = rest.prefix(46).prefix { isWord($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
            if token.count(where: { $0 == UInt8(ascii: ":") }) >= 2, token.count >= 3, token.contains(where: isDigit),
                IPAddress(String(decoding: token, as: UTF8.self)) != nil
            {
                findings.certain.insert(.address)
            }
            index += max(1, word.count)
        }
    }

    /// The bytes of the IBAN that begins here, spaces between its groups included.
    private static func ibanLength(_ rest: ArraySlice<UInt8>) -> Int? {
        var characters: [UInt8] = []
        var ends: [Int] = []
        var last: UInt8 = 0
        for (offset, byte) in rest.prefix(44).enumerated() {
            if byte == 0x20 {
                guard last != 0x20 else { break }
            } else {
                guard isDigit(byte) || (0x41...0x5A).contains(byte) else { break }
                characters.append(byte)
                ends.append(offset + 1)
            }
            last = byte
        }
        guard characters.count >= 15, (0x41...0x5A).contains(characters[0]), (0x41...0x5A).contains(characters[1]),
            isDigit(characters[2]), isDigit(characters[3]),
            let length = ibanLengths[Text(String(decoding: characters.prefix(2), as: UTF8.self))], characters.count >= length
        else { return nil }
        return CheckDigits.mod97(Array(characters.prefix(length))) ? ends[length - 1] : nil
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
    private static func judgeNine(_ word: [UInt8], _ findings: inout Findings) {
        let first = word[0]
        let letter = word[8]
        let middle = word[1...7]
        guard (0x41...0x5A).contains(letter), middle.allSatisfy(isDigit) else { return }
        let number = middle.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        if isDigit(first) {
            if CheckDigits.nif(number: Int(first - 0x30) * 10_000_000 + number, letter: letter) { findings.certain.insert(.nif) }
        } else if (UInt8(ascii: "X")...UInt8(ascii: "Z")).contains(first) {
            if CheckDigits.nif(number: Int(first - UInt8(ascii: "X")) * 10_000_000 + number, letter: letter) {
                findings.certain.insert(.nif)
            }
        } else if CheckDigits.nric(prefix: first, digits: middle.map { $0 - 0x30 }, letter: letter) {
            findings.certain.insert(.nric)
        }
    }

    /// `131052-308T`.
    private static func isFinnish(_ code: [UInt8]) -> Bool {
        guard code[0...5].allSatisfy(isDigit), "+-ABCDEFUVWXY".utf8.contains(code[6]), code[7...9].allSatisfy(isDigit) else { return false }
        let digits = (code[0...5] + code[7...9]).map { Int($0 - 0x30) }
        guard (1...31).contains(digits[0] * 10 + digits[1]), (1...12).contains(digits[2] * 10 + digits[3]) else { return false }
        return CheckDigits.finnish(number: digits.reduce(0) { $0 * 10 + $1 }, check: code[10])
    }
}
