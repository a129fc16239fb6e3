import AssayJSON
import AssayTerms

/// How every saved mitigation begins: JSON that says its kind and version.
enum MitigationDocument {
    /// The document, once it is known to be of `version`.
    ///
    /// - Parameter bad: makes the error for what is no such document.
    /// - Throws: what `bad` makes, saying what is wrong and where; `unsupported` for another version.
    static func value(
        json bytes: [UInt8], name: String, version: String, _ bad: (String) -> AssayError
    ) throws(AssayError) -> JSONValue {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes, limits: JSONLimits(bytes: 16_777_216, depth: 8))
        } catch {
            throw bad(error.text(in: bytes))
        }
        guard let found = value["assay"]?.string else { throw bad("it does not say \"assay\": \"\(version)\"") }
        guard found == version else {
            throw AssayError(.unsupported, "\(name) is \(found), and \(version) is wanted here")
        }
        return value
    }
}
