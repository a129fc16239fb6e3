/// Check digits of numbers that name people and accounts. Digits are values 0 to 9.
enum CheckDigits {
    /// ISO/IEC 7812-1, annex B.
    static func luhn(_ digits: Span<UInt8>) -> Bool {
        var sum = 0
        for index in digits.indices {
            let value = Int(digits[digits.count - 1 - index]) * (index.isMultiple(of: 2) ? 1 : 2)
            sum += value > 9 ? value - 9 : value
        }
        return sum.isMultiple(of: 10)
    }

    /// ISO 13616: the first four characters go to the end, letters are 10 to 35, the rest by 97 is 1.
    static func mod97(_ characters: Span<UInt8>) -> Bool {
        var rest = 0
        for index in characters.indices {
            let character = characters[(index + 4) % characters.count]
            switch character {
            case 0x30...0x39: rest = (rest * 10 + Int(character - 0x30)) % 97
            case 0x41...0x5A: rest = (rest * 100 + Int(character - 0x41) + 10) % 97
            default: return false
            }
        }
        return rest == 1
    }

    /// NHS Data Dictionary, NHS NUMBER: weights 10 to 2, 11 minus the rest, 11 is 0, 10 is never given.
    static func nhs(_ digits: Span<UInt8>) -> Bool {
        guard digits.count == 10 else { return false }
        var sum = 0
        for index in 0..<9 { sum += Int(digits[index]) * (10 - index) }
        let check = (11 - sum % 11) % 11
        return check != 10 && check == Int(digits[9])
    }

    /// PESEL: weights 1 3 7 9, and a day and month that can be (the month says the century).
    static func pesel(_ digits: Span<UInt8>) -> Bool {
        guard digits.count == 11 else { return false }
        let weights: SIMD4<Int> = [1, 3, 7, 9]
        var sum = 0
        for index in 0..<10 { sum += Int(digits[index]) * weights[index % 4] }
        let month = (Int(digits[2]) * 10 + Int(digits[3])) % 20
        let day = Int(digits[4]) * 10 + Int(digits[5])
        return (10 - sum % 10) % 10 == Int(digits[10]) && (1...12).contains(month) && (1...31).contains(day)
    }

    /// Aadhaar: Verhoeff's scheme over the dihedral group of order 10; it begins with neither 0 nor 1.
    static func verhoeff(_ digits: Span<UInt8>) -> Bool {
        // Products in D5 by its rules: reflections are 5 to 9.
        func product(_ a: Int, _ b: Int) -> Int {
            switch (a < 5, b < 5) {
            case (true, true): (a + b) % 5
            case (true, false): (a + b - 5) % 5 + 5
            case (false, true): (a - 5 - b + 5) % 5 + 5
            case (false, false): (a - b + 5) % 5
            }
        }
        let permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
        var check = 0
        for index in digits.indices {
            var value = Int(digits[digits.count - 1 - index])
            for _ in 0..<(index % 8) { value = permutation[value] }
            check = product(check, value)
        }
        return check == 0
    }

    /// Spain's NIF and NIE: the number by 23 chooses the letter.
    static func nif(number: Int, letter: UInt8) -> Bool { Array("TRWAGMYFPDXBNJZSQVHLCKE".utf8)[number % 23] == letter }

    /// Finland's personal identity code: the nine digits by 31 choose the last character.
    static func finnish(number: Int, check: UInt8) -> Bool { Array("0123456789ABCDEFHJKLMNPRSTUVWXY".utf8)[number % 31] == check }

    /// Singapore's NRIC and FIN: weights 2 7 6 5 4 3 2, four more for T and G.
    static func nric(prefix: UInt8, number: Int, letter: UInt8) -> Bool {
        var sum = 0
        var rest = number
        // From the last of the seven digits to the first.
        for weight in [2, 3, 4, 5, 6, 7, 2] {
            sum += rest % 10 * weight
            rest /= 10
        }
        switch prefix {
        case UInt8(ascii: "S"): return Array("JZIHGFEDCBA".utf8)[sum % 11] == letter
        case UInt8(ascii: "T"): return Array("JZIHGFEDCBA".utf8)[(sum + 4) % 11] == letter
        case UInt8(ascii: "F"): return Array("XWUTRQPNMLK".utf8)[sum % 11] == letter
        case UInt8(ascii: "G"): return Array("XWUTRQPNMLK".utf8)[(sum + 4) % 11] == letter
        default: return false
        }
    }
}
