import AssayTerms

/// What a field holds in a row: nothing, a number, or a word.
enum PMMLValue: Hashable, Sendable {
    case missing
    case number(Double)
    /// A place among the model's words; ``PMMLWords/unknown`` is a word that it does not know.
    case word(Int32)

    var number: Double? {
        guard case .number(let value) = self else { return nil }
        return value
    }

    var truth: Bool? { number.map { $0 != 0 } }

    init(_ value: Double) { self = value.isNaN ? .missing : .number(value) }
}

/// The words that a model knows.
struct PMMLWords: Sendable {
    static let unknown: Int32 = -2

    private(set) var texts: [Text] = []
    private var places: [Text: Int32] = [:]

    mutating func place(of text: Text) -> Int32 {
        if let place = places[text] { return place }
        let place = Int32(texts.count)
        texts.append(text)
        places[text] = place
        return place
    }
}

/// Fields by place while a row is computed.
typealias PMMLRow = [PMMLValue]

/// An element of a document with typed attributes, and errors that name it.
struct PMMLElement: Sendable {
    let xml: XMLElement
    let file: String

    func damaged(_ why: String) -> AssayError { AssayError(.unreadable, "\(file): \(xml.name) in line \(xml.line) \(why)") }
    func unsupported(_ why: String) -> AssayError { AssayError(.unsupported, "\(file): \(xml.name) in line \(xml.line) \(why)") }

    var name: String { xml.name }
    var children: [PMMLElement] { xml.children.filter { $0.name != "Extension" }.map { PMMLElement(xml: $0, file: file) } }
    func all(_ name: String) -> [PMMLElement] { xml.all(name).map { PMMLElement(xml: $0, file: file) } }

    /// - Throws: where there are several, of which readers could take either.
    func only(_ name: String) throws(AssayError) -> PMMLElement? { try only("'\(name)'") { $0 == name } }

    /// The child of one of several names.
    func only(among names: Set<Text>, _ what: String) throws(AssayError) -> PMMLElement? { try only(what) { names.contains(Text($0)) } }

    private func only(_ what: String, _ isMeant: (String) -> Bool) throws(AssayError) -> PMMLElement? {
        let found = xml.children.filter { isMeant($0.name) }
        guard found.count <= 1 else { throw PMMLElement(xml: found[1], file: file).damaged("is a second \(what) of one \(xml.name)") }
        return found.first.map { PMMLElement(xml: $0, file: file) }
    }

    func text(_ attribute: String) -> String? { xml.attributes[Text(attribute)] }

    func required(_ attribute: String) throws(AssayError) -> String {
        guard let value = xml.attributes[Text(attribute)] else { throw damaged("has no '\(attribute)'") }
        return value
    }

    func number(_ attribute: String) throws(AssayError) -> Double? {
        guard let text = xml.attributes[Text(attribute)] else { return nil }
        guard let value = Self.number(text) else { throw damaged("has '\(attribute)' that is no number") }
        return value
    }

    static func number(_ text: String) -> Double? {
        DecimalNumber.double(DecimalNumber.trimmed(text)).flatMap { $0.isFinite ? $0 : nil }
    }

    /// The words of an `Array`, divided by white space; those with space stand in quotation marks.
    func words() throws(AssayError) -> [String] {
        var result: [String] = []
        var word = ""
        var isQuoted = false
        var isOpen = false
        var isEscaped = false
        for character in xml.text.unicodeScalars {
            if isEscaped {
                word.unicodeScalars.append(character)
                isEscaped = false
            } else if character == "\\", isQuoted {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
                isOpen = true
            } else if !isQuoted, [" ", "\t", "\n", "\r"].contains(character) {
                if isOpen || !word.isEmpty { result.append(word) }
                (word, isOpen) = ("", false)
            } else {
                word.unicodeScalars.append(character)
            }
        }
        guard !isQuoted else { throw damaged("has a quotation mark that is not closed") }
        if isOpen || !word.isEmpty { result.append(word) }
        return result
    }
}
