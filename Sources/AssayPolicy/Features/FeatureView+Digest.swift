import AssayCanonical
import AssayJSON
package import AssayTerms

extension FeatureView {
    /// What values of the view mean, in one number: name, entity, timestamp, validity, features with their types.
    ///
    /// Where the rows come from, what is checked of them and what is said of them to people are left out: the same values may be made
    /// on another machine. SHA-256 of canonical JSON (RFC 8785).
    package var digest: SHA256Digest {
        func columns(_ columns: [(name: Text, type: String)]) -> JSONValue {
            .array(columns.map { ["name": .string($0.name.string), "type": .string($0.type)] })
        }
        let json: JSONValue = [
            "assay": .string(Self.format), "name": .string(name.string), "entity": columns(entities.map { ($0.name, $0.type.rawValue) }),
            "timestamp": .string(timestamp.string), "validity": .string(validity.microseconds.map { String($0) } ?? "unlimited"),
            "features": columns(features.map { ($0.name, $0.type.rawValue) }),
        ]
        guard let text = try? json.canonicalBytesWithoutFractions(of: "a feature view") else {
            preconditionFailure("a view's meaning is text alone")
        }
        return SHA256Hasher.digest(of: text)
    }
}
