import AssayTerms

/// What a column's name says about its values, and names of people.
enum ColumnHints {
    /// By the words of the name: `customer_first_name`, `FirstName`, `E-Mail`.
    static func kinds(of column: Text) -> PersonalDataKind.Set {
        var words: [String] = [""]
        var wasLower = false
        for character in column.string {
            if !(character.isLetter || character.isNumber) {
                words.append("")
                wasLower = false
                continue
            }
            if character.isUppercase, wasLower { words.append("") }
            wasLower = character.isLowercase
            words[words.count - 1] += character.lowercased()
        }
        words.removeAll(where: \.isEmpty)
        let joined = words.joined(separator: " ")
        func has(_ wanted: String) -> Bool { words.contains(wanted) || " \(joined) ".contains(" \(wanted) ") }
        func any(_ wanted: [String]) -> Bool { wanted.contains(where: has) }
        var kinds = PersonalDataKind.Set()
        if any(["phone", "telephone", "tel", "mobile", "cell", "fax", "telefon", "handy"]) { kinds.insert(.phone) }
        if any(["ssn", "social security", "social security number"]) { kinds.insert(.socialSecurity) }
        if any(["card", "pan", "credit card", "card number"]) { kinds.insert(.card) }
        if any(["nhs"]) { kinds.insert(.nhs) }
        if any(["pesel"]) { kinds.insert(.pesel) }
        if any(["aadhaar", "aadhar"]) { kinds.insert(.aadhaar) }
        let persons = [
            "first name", "firstname", "last name", "lastname", "surname", "given name", "family name", "full name", "fullname",
            "person name", "customer name", "patient name", "employee name", "client name", "applicant name", "vorname",
            "nachname", "middle name", "maiden name", "nombre", "apellido", "prenom", "prénom",
        ]
        if any(persons) || joined == "name" { kinds.insert(.person) }
        return kinds
    }

    /// Letters, and between them spaces, hyphens, apostrophes and points; at most five words.
    static func isLikeName(_ text: Text) -> Bool {
        if let isName = isLikeASCIIName(text.string.utf8.span) { return isName }
        var words = 1
        var letters = 0
        for scalar in text.string.unicodeScalars {
            if scalar == " " {
                words += 1
            } else if scalar.properties.isAlphabetic {
                letters += 1
            } else if !"-'’.".unicodeScalars.contains(scalar), !scalar.properties.isDiacritic {
                return false
            }
        }
        return letters >= 2 && words <= 5
    }

    /// The same of text whose first byte that decides is ASCII; `nil` where another byte comes before.
    private static func isLikeASCIIName(_ bytes: Span<UInt8>) -> Bool? {
        var words = 1
        var letters = 0
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == 0x20 {
                words += 1
            } else if (byte | 0x20) &- 0x61 < 26 {
                letters += 1
            } else if byte >= 0x80 {
                return nil
            } else if !"-'.^`".utf8.contains(byte) {
                // The last two are diacritics by their property.
                return false
            }
        }
        return letters >= 2 && words <= 5
    }

    static func beginsWithGivenName(_ text: Text) -> Bool {
        let first = text.string.prefix { $0 != " " }.lowercased()
        return givenNames.contains(Text(first))
    }

    /// Frequent given names of several countries' registers.
    private static let givenNames: Set<Text> = [
        "james", "mary", "john", "patricia", "robert", "jennifer", "michael", "linda", "william", "elizabeth", "david", "barbara",
        "richard", "susan", "joseph", "jessica", "thomas", "sarah", "charles", "karen", "christopher", "nancy", "daniel", "lisa",
        "matthew", "margaret", "anthony", "betty", "donald", "sandra", "mark", "ashley", "paul", "dorothy", "steven", "kimberly",
        "andrew", "emily", "kenneth", "donna", "george", "michelle", "joshua", "carol", "kevin", "amanda", "brian", "melissa",
        "edward", "deborah", "ronald", "stephanie", "timothy", "rebecca", "jason", "laura", "jeffrey", "helen", "ryan", "sharon",
        "jacob", "cynthia", "gary", "kathleen", "nicholas", "amy", "eric", "shirley", "stephen", "angela", "jonathan", "anna",
        "larry", "ruth", "justin", "brenda", "scott", "pamela", "brandon", "nicole", "frank", "katherine", "benjamin", "samantha",
        "peter", "hans", "klaus", "jürgen", "andreas", "stefan", "wolfgang", "ursula", "monika", "petra", "sabine", "renate",
        "jean", "pierre", "marie", "michel", "philippe", "isabelle", "nathalie", "josé", "jose", "juan", "maría", "maria",
        "carmen", "antonio", "francisco", "manuel", "giuseppe", "giovanni", "luca", "francesca", "mohammed", "muhammad", "ahmed",
        "fatima", "ali", "wei", "li", "yan", "jing", "hiroshi", "yuki", "raj", "priya", "anita", "sanjay", "olga", "ivan",
        "svetlana", "dmitri", "anders", "ingrid", "lars", "emma", "olivia", "noah", "liam", "sophia", "lucas", "mia", "leon",
    ]
}
