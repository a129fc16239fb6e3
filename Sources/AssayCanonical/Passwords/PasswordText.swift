package import AssayTerms
import Foundation

/// A password as it is hashed: the UTF-8 bytes of its compatibility form (Unicode NFKC), as NIST SP 800-63B asks, so that the
/// same keys on another keyboard or system give the same bytes.
package enum PasswordText {
    /// In characters as people count them, of the compatibility form.
    package static let shortest = 12
    /// Long enough for any phrase; short enough that nobody makes us hash megabytes.
    package static let longestBytes = 1_024

    /// The bytes to be hashed, or `nil` for what cannot have been a password of anybody: too long, or empty.
    package static func bytes(_ password: String) -> [UInt8]? {
        guard !password.isEmpty, password.utf8.count <= longestBytes else { return nil }
        return Array(password.precomposedStringWithCompatibilityMapping.utf8)
    }

    /// Whether `password` may become that of the account `name`.
    ///
    /// Length is what makes guessing dear; rules about kinds of characters only make people write passwords down.
    ///
    /// - Throws: `invalidArgument` for one that is too short or too long, has control characters, repeats one character,
    ///   holds the account's name, or looks like a token.
    package static func check(_ password: String, forAccount name: Text) throws(AssayError) {
        guard password.utf8.count <= longestBytes else {
            throw AssayError(.invalidArgument, "A password has at most \(longestBytes) bytes.")
        }
        guard !password.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw AssayError(.invalidArgument, "A password has no line breaks and no control characters.")
        }
        let form = password.precomposedStringWithCompatibilityMapping
        guard form.count >= shortest else {
            throw AssayError(.invalidArgument, "A password has at least \(shortest) characters. Several words make a good one.")
        }
        guard Set(form).count > 3 else {
            throw AssayError(.invalidArgument, "A password of so few different characters is guessed at once. Several words make a good one.")
        }
        guard name.utf8Count < 4 || !form.lowercased().contains(name.string.lowercased()) else {
            throw AssayError(.invalidArgument, "A password does not hold the account's own name.")
        }
        guard !form.hasPrefix("assay_") else {
            throw AssayError(.invalidArgument, "A password does not begin like a token, with 'assay_'.")
        }
    }
}
