/// What a kind of secret looks like: a literal that begins it, and what follows.
///
/// Only forms that say what they are: a rule that guessed from entropy would cry at every digest, and people would turn it off.
struct SecretRule: Sendable {
    enum Rest: Sendable {
        /// This many characters of the class, and none of it after the greatest number.
        case characters(CharacterClass, ClosedRange<Int>)
        /// `-----BEGIN … PRIVATE KEY-----`.
        case privateKey
        /// Two more parts of a JSON Web Token, the first a JSON object.
        case webToken
        /// `user:password@` of an address.
        case userAndPassword
    }

    /// A set of ASCII characters.
    struct CharacterClass: Sendable {
        private let low: UInt64
        private let high: UInt64

        init(_ text: String) {
            var (low, high) = (UInt64(0), UInt64(0))
            for byte in text.utf8 {
                if byte < 64 { low |= 1 << UInt64(byte) } else if byte < 128 { high |= 1 << UInt64(byte - 64) }
            }
            self.low = low
            self.high = high
        }

        func contains(_ byte: UInt8) -> Bool {
            byte < 64 ? low >> UInt64(byte) & 1 == 1 : byte < 128 && high >> UInt64(byte - 64) & 1 == 1
        }

        static let upperAndDigits = CharacterClass("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        static let hexadecimal = CharacterClass("0123456789abcdef")
        static let alphanumeric = CharacterClass("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        static let word = CharacterClass("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
        static let base64 = CharacterClass("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
        static let dotted = CharacterClass("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.")
    }

    /// In words, for people.
    let name: String
    let start: [UInt8]
    let rest: Rest
    /// Whether a letter or digit right before the literal makes it part of something else.
    let isWord: Bool

    init(_ name: String, _ start: String, _ rest: Rest, isWord: Bool = true) {
        self.name = name
        self.start = Array(start.utf8)
        self.rest = rest
        self.isWord = isWord
    }

    /// The longest a secret is looked at: what may stand in two pieces of a stream is kept together this far.
    static let window = 1_024

    static let all: [SecretRule] = [
        SecretRule("AWS access key", "AKIA", .characters(.upperAndDigits, 16...16)),
        SecretRule("AWS access key", "ASIA", .characters(.upperAndDigits, 16...16)),
        SecretRule("GitHub token", "ghp_", .characters(.alphanumeric, 36...255)),
        SecretRule("GitHub token", "gho_", .characters(.alphanumeric, 36...255)),
        SecretRule("GitHub token", "ghu_", .characters(.alphanumeric, 36...255)),
        SecretRule("GitHub token", "ghs_", .characters(.alphanumeric, 36...255)),
        SecretRule("GitHub token", "ghr_", .characters(.alphanumeric, 36...255)),
        SecretRule("GitHub token", "github_pat_", .characters(.word, 22...255)),
        SecretRule("GitLab token", "glpat-", .characters(.word, 20...255)),
        SecretRule("Slack token", "xoxb-", .characters(.word, 10...255)),
        SecretRule("Slack token", "xoxp-", .characters(.word, 10...255)),
        SecretRule("Slack token", "xoxa-", .characters(.word, 10...255)),
        SecretRule("Slack token", "xoxs-", .characters(.word, 10...255)),
        SecretRule("Google API key", "AIza", .characters(.word, 35...35)),
        SecretRule("Stripe key", "sk_live_", .characters(.alphanumeric, 16...255)),
        SecretRule("Stripe key", "rk_live_", .characters(.alphanumeric, 16...255)),
        SecretRule("OpenAI key", "sk-proj-", .characters(.word, 20...255)),
        SecretRule("Anthropic key", "sk-ant-", .characters(.word, 20...255)),
        SecretRule("Hugging Face token", "hf_", .characters(.alphanumeric, 34...40)),
        SecretRule("npm token", "npm_", .characters(.alphanumeric, 36...36)),
        SecretRule("PyPI token", "pypi-AgE", .characters(.word, 50...512)),
        SecretRule("Databricks token", "dapi", .characters(.hexadecimal, 32...32)),
        SecretRule("Vault token", "hvs.", .characters(.word, 20...512)),
        SecretRule("SendGrid key", "SG.", .characters(.dotted, 60...70)),
        SecretRule("Azure storage key", "AccountKey=", .characters(.base64, 40...255)),
        SecretRule("token of this server", "assay_user_", .characters(.word, 40...255)),
        SecretRule("token of this server", "assay_service_", .characters(.word, 40...255)),
        SecretRule("private key", "-----BEGIN ", .privateKey, isWord: false),
        SecretRule("JSON Web Token", "eyJ", .webToken),
        SecretRule("password in an address", "://", .userAndPassword, isWord: false),
    ]
}
