package import AssayJSON
package import AssayTerms

/// The largest integer whose neighbours are all exact in a double: 2^53 − 1.
private let largestExactInteger: Int64 = 9_007_199_254_740_991

extension JSONValue {
    /// The one text of this value (RFC 8785): no spaces, names sorted by UTF-16 code units, ECMAScript's numbers.
    ///
    /// `.integer(5)` and `.number(5)` have the same text.
    ///
    /// - Throws: `invalidArgument` for a number that is not finite, or an integer beyond ±(2^53 − 1), which other
    ///   readers of the text would round.
    package func canonicalBytes() throws(AssayError) -> [UInt8] {
        var bytes: [UInt8] = []
        try appendCanonical(to: &bytes)
        return bytes
    }

    /// The canonical text of a value that holds strings, booleans and integers only, `null`s, arrays and objects
    /// around them allowed: leaves, manifests and policies, whose bytes must not hang on how a number is rounded.
    ///
    /// - Throws: `invalidArgument` naming `document` and the place of the first number with a fraction.
    package func canonicalBytesWithoutFractions(of document: String) throws(AssayError) -> [UInt8] {
        if let path = pathOfFraction(at: "$") {
            throw AssayError(.invalidArgument, "\(document) may hold integers only; \(path) is another number")
        }
        return try canonicalBytes()
    }

    private func appendCanonical(to bytes: inout [UInt8]) throws(AssayError) {
        switch self {
        case .null, .bool, .string: append(to: &bytes)
        case .integer(let value):
            guard (-largestExactInteger...largestExactInteger).contains(value) else {
                throw AssayError(.invalidArgument, "canonical JSON holds no integer beyond 2^53 - 1; write it as text")
            }
            append(to: &bytes)
        case .number(let value):
            guard value.isFinite else {
                throw AssayError(.invalidArgument, "canonical JSON holds no number that is not finite")
            }
            append(to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                try element.appendCanonical(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            let members = object.members.sorted { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) }
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                JSONString.append(member.name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                try member.value.appendCanonical(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private func pathOfFraction(at path: String) -> String? {
        switch self {
        case .null, .bool, .integer, .string: return nil
        case .number: return path
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                if let found = element.pathOfFraction(at: "\(path)[\(index)]") { return found }
            }
            return nil
        case .object(let object):
            for member in object.members {
                if let found = member.value.pathOfFraction(at: "\(path).\(member.name)") { return found }
            }
            return nil
        }
    }
}
