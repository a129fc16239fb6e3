package import AssayJSON
package import AssayTerms

/// The fields of a paper, as data: what may stand in it, what has to, and for what.
///
/// A body is read against its form member by member, and nothing that the form does not name is kept. What comes out is the
/// paper's content: texts, whole numbers and lists of texts, with times in one spelling and people by name and id.
package struct PaperForm: Sendable {
    package indirect enum Shape: Sendable {
        /// At most so many bytes.
        case text(Int)
        case word([String])
        /// RFC 3339 or a date; kept as RFC 3339 in UTC, in whole seconds.
        case time
        case integer(ClosedRange<Int64>)
        /// A number as it is written: `12500.50`.
        case decimal
        /// The name of an account in use; its id is kept beside it under the field's name and `_id`.
        case person
        /// SHA-256 in hexadecimal digits.
        case digest
        /// The id of another paper.
        case paper
        case list(Shape)
    }

    package struct Field: Sendable {
        package let name: String
        package let shape: Shape
        package let isRequired: Bool
        /// For people: what it is for.
        package let sentence: String

        package init(_ name: String, _ shape: Shape, isRequired: Bool = false, _ sentence: String) {
            self.name = name
            self.shape = shape
            self.isRequired = isRequired
            self.sentence = sentence
        }
    }

    /// Lines are kept: these texts are documents.
    package static let documentLimit = 16 << 10
    package static let lineLimit = 500
    private static let listLimit = 200

    /// For messages: "a finding".
    package let what: String
    package let fields: [Field]

    package init(_ what: String, _ fields: [Field]) {
        self.what = what
        self.fields = fields
    }

    /// The content that `members` give.
    ///
    /// - Parameter person: the id of the account with a name; throws where there is none in use.
    /// - Throws: `invalidArgument`, naming the member and what it takes.
    package func read(_ members: JSONObject, person: (Text) throws -> String) throws -> JSONObject {
        for (name, _) in members.members where !fields.contains(where: { $0.name == name }) {
            throw AssayError(
                .invalidArgument, "\(what) has no '\(name.prefix(64))'. It has \(fields.map { "'\($0.name)'" }.joined(separator: ", ")).")
        }
        var content: JSONObject = [:]
        for field in fields {
            guard let value = members[field.name], !value.isNull else {
                if field.isRequired {
                    throw AssayError(.invalidArgument, "\(what) needs '\(field.name)': \(field.sentence)")
                }
                continue
            }
            content[field.name] = try Self.value(value, field.shape, field.name)
            if case .person = field.shape, let name = value.string { content[field.name + "_id"] = .string(try person(Text(name))) }
        }
        return content
    }

    private static func value(_ value: JSONValue, _ shape: Shape, _ name: String) throws(AssayError) -> JSONValue {
        switch shape {
        case .text(let limit):
            let text = try string(value, name, "a text")
            let isBlank = text.utf8.allSatisfy { $0 <= 0x20 }
            guard !isBlank, text.utf8.count <= limit, !text.utf8.contains(0) else {
                throw AssayError(.invalidArgument, "'\(name)' is a text of 1 to \(limit) bytes.")
            }
            return .string(text)
        case .word(let words):
            let text = try string(value, name, "one of \(words.joined(separator: ", "))")
            guard words.contains(text) else {
                throw AssayError(.invalidArgument, "'\(name)' is one of \(words.joined(separator: ", ")), not '\(text.prefix(64))'.")
            }
            return .string(text)
        case .time:
            let text = try string(value, name, "a time")
            do { return .string(Governance.time(try UseCases.moment(Text(text)))) } catch {
                throw AssayError(.invalidArgument, "'\(name)': \(error.message)")
            }
        case .integer(let range):
            guard let number = value.integer, range.contains(number) else {
                throw AssayError(.invalidArgument, "'\(name)' is a whole number from \(range.lowerBound) to \(range.upperBound).")
            }
            return .integer(number)
        case .decimal:
            let text = try string(value, name, "a number, written as text")
            guard isDecimal(text) else {
                throw AssayError(.invalidArgument, "'\(name)' is a number of at most 30 digits, written as text: \"12500.50\".")
            }
            return .string(text)
        case .person:
            return .string(try string(value, name, "the name of an account"))
        case .digest:
            let text = try string(value, name, "a digest")
            guard SHA256Digest(hex: text) != nil else {
                throw AssayError(.invalidArgument, "'\(name)' is a SHA-256: 64 hexadecimal digits in lower case.")
            }
            return .string(text)
        case .paper:
            let text = try string(value, name, "an id")
            guard Hex.decode(text)?.count == 16, text == text.lowercased() else {
                throw AssayError(.invalidArgument, "'\(name)' is an id: 32 hexadecimal digits in lower case.")
            }
            return .string(text)
        case .list(let shape):
            guard let items = value.array, items.count <= listLimit else {
                throw AssayError(.invalidArgument, "'\(name)' is a list of at most \(listLimit).")
            }
            var list: [JSONValue] = []
            for item in items { list.append(try self.value(item, shape, name)) }
            return .array(list)
        }
    }

    private static func string(_ value: JSONValue, _ name: String, _ what: String) throws(AssayError) -> String {
        guard let string = value.string else {
            throw AssayError(.invalidArgument, "'\(name)' is \(what), not \(value.kind).")
        }
        return string
    }

    private static func isDecimal(_ text: String) -> Bool {
        var digits = text.utf8[...]
        if digits.first == UInt8(ascii: "-") { digits = digits.dropFirst() }
        let parts = digits.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let areDigits = parts.allSatisfy { part in
            !part.isEmpty && part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
        return areDigits && digits.count <= 31
    }
}
