/// A kind of personal data, by Presidio's entity name.
package enum PersonalDataKind: String, Sendable, CaseIterable {
    case email = "EMAIL_ADDRESS"
    case phone = "PHONE_NUMBER"
    case card = "CREDIT_CARD"
    case iban = "IBAN_CODE"
    case address = "IP_ADDRESS"
    case socialSecurity = "US_SSN"
    case nhs = "UK_NHS"
    case nif = "ES_NIF"
    case pesel = "PL_PESEL"
    case aadhaar = "IN_AADHAAR"
    case finnishIdentity = "FI_PERSONAL_IDENTITY_CODE"
    case nric = "SG_NRIC_FIN"
    case person = "PERSON"

    var bit: UInt32 {
        switch self {
        case .email: 1 << 0
        case .phone: 1 << 1
        case .card: 1 << 2
        case .iban: 1 << 3
        case .address: 1 << 4
        case .socialSecurity: 1 << 5
        case .nhs: 1 << 6
        case .nif: 1 << 7
        case .pesel: 1 << 8
        case .aadhaar: 1 << 9
        case .finnishIdentity: 1 << 10
        case .nric: 1 << 11
        case .person: 1 << 12
        }
    }

    /// A set of kinds.
    package struct Set: Sendable, Hashable {
        private var bits: UInt32 = 0

        package init(_ kinds: [PersonalDataKind] = []) { for kind in kinds { insert(kind) } }

        package var isEmpty: Bool { bits == 0 }
        package func contains(_ kind: PersonalDataKind) -> Bool { bits & kind.bit != 0 }
        package mutating func insert(_ kind: PersonalDataKind) { bits |= kind.bit }
    }
}
