package import AssayTerms
import HTTPTypes

/// The fields of a form that a browser sends without a script.
package struct FormFields: Sendable {
    static let contentType = "application/x-www-form-urlencoded"
    static let tokenName: Text = "csrf"
    static let header = HTTPField.Name("X-CSRF-Token")!

    private let pairs: [(name: Text, value: Text)]

    /// `nil` for what is not valid percent-encoded UTF-8.
    package init?(_ body: [UInt8]) {
        guard let text = String(validating: body, as: UTF8.self), let pairs = PercentCoding.query(text) else { return nil }
        self.pairs = pairs
    }

    /// The field's value; `nil` for one that is not there, or there twice.
    package subscript(name: Text) -> Text? {
        let found = pairs.filter { $0.name == name }
        return found.count == 1 ? found[0].value : nil
    }
}
