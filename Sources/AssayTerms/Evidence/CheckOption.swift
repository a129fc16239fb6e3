/// A parameter that a check takes beside its column: the required value of a consent, the rule for an outlier.
///
/// A check's options are part of what its number means, so a result repeats all of them, defaults included, and a policy
/// is answered only by results with the same ones.
package struct CheckOption: Hashable, Sendable {
    package enum Form: Hashable, Sendable {
        case text
        /// A document of several lines, JSON for example, of at most so many bytes.
        case document(limit: Int)
        /// One of these words.
        case word([Text])
        /// A finite decimal number within these bounds, both included.
        case number(least: Double, greatest: Double)
    }

    /// As it stands in a policy.
    package var name: Text
    package var form: Form
    /// What holds where nothing is said; `nil` where a check cannot do without.
    package var standard: Text?

    package init(_ name: Text, _ form: Form, standard: Text?) {
        self.name = name
        self.form = form
        self.standard = standard
    }

    /// The value in the form in which it is compared: a number in its shortest form, everything else as written.
    ///
    /// - Throws: `invalidArgument` where it is none of the option's values.
    package func value(reading text: Text, of check: String) throws(AssayError) -> Text {
        switch form {
        case .text: return text
        case .document(let limit):
            guard text.utf8Count <= limit else {
                throw AssayError(
                    .invalidArgument, "'\(name)' of \(check) has \(text.utf8Count) bytes; at most \(limit) are allowed")
            }
            return text
        case .word(let words):
            guard words.contains(text) else {
                let names = words.map(\.string).joined(separator: ", ")
                throw AssayError(.invalidArgument, "'\(name)' of \(check) is one of \(names), not '\(text)'")
            }
            return text
        case .number(let least, let greatest):
            let isDecimal = text.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
            guard isDecimal, let number = Double(text.string), number >= least, number <= greatest else {
                throw AssayError(
                    .invalidArgument, "'\(name)' of \(check) is a number from \(least) to \(greatest), not '\(text)'")
            }
            // Whole numbers have one form whoever wrote them: 3 and 3.0 are the same threshold.
            if let whole = Int64(exactly: number) { return Text("\(whole)") }
            return Text("\(number)")
        }
    }
}

extension CheckDescriptor {
    /// All options of the check, each as given or by its standard.
    ///
    /// - Throws: `invalidArgument` for an option the check does not have, a value it does not take, or one that is missing.
    package func filled(_ given: [Text: Text]) throws(AssayError) -> [Text: Text] {
        for name in given.keys.sorted() where !options.contains(where: { $0.name == name }) {
            let known = options.map(\.name.string).joined(separator: ", ")
            throw AssayError(
                .invalidArgument, "\(id) has no option '\(name)'" + (known.isEmpty ? "" : "; it has \(known)"))
        }
        var filled: [Text: Text] = [:]
        for option in options {
            if let text = given[option.name] {
                filled[option.name] = try option.value(reading: text, of: id)
            } else if let standard = option.standard {
                filled[option.name] = standard
            } else {
                throw AssayError(.invalidArgument, "\(id) needs '\(option.name)'")
            }
        }
        return filled
    }
}
