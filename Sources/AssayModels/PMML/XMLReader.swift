import AssayTerms

/// One element of an XML document. Prefixes of names are left out.
struct XMLElement: Sendable {
    let name: String
    let attributes: [Text: String]
    private(set) var children: [XMLElement] = []
    /// Text that stands in it, that of its children left out.
    private(set) var text = ""
    /// Where it begins, for messages.
    let line: Int

    fileprivate init(name: String, attributes: [Text: String], line: Int) {
        self.name = name
        self.attributes = attributes
        self.line = line
    }

    fileprivate mutating func add(_ child: XMLElement) { children.append(child) }
    fileprivate mutating func add(_ text: String) { self.text += text }

    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
}

/// Reads XML 1.0 in UTF-8 as far as documents without a DTD need it: elements, attributes, text, CDATA, comments, processing instructions,
/// the five entities and characters by number. A DTD is refused, since it could name files and grow without end.
///
/// - Source: W3C, Extensible Markup Language (XML) 1.0, fifth edition.
struct XMLReader {
    private let bytes: [UInt8]
    private let name: String
    private var position = 0
    private var line = 1
    private var elements = 0

    private static let depthLimit = 1_000
    private static let elementLimit = 20_000_000

    static func read(_ bytes: [UInt8], name: String) throws(AssayError) -> XMLElement {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw AssayError(.unreadable, "\(name) is not UTF-8 text") }
        var reader = XMLReader(bytes: bytes, name: name)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
        try reader.skipMisc()
        guard reader.take("<"), !reader.peek("/") else { throw reader.damaged("has no element") }
        let root = try reader.tree()
        try reader.skipMisc()
        guard reader.position == bytes.count else { throw reader.damaged("has more than one element at its top") }
        return root
    }

    private init(bytes: [UInt8], name: String) {
        self.bytes = bytes
        self.name = name
    }

    private func damaged(_ why: String) -> AssayError {
        AssayError(.unreadable, position < bytes.count ? "\(name) \(why) (line \(line))" : "\(name) is truncated: it ends within an element")
    }

    // MARK: Bytes

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func advance() {
        if bytes[position] == 0x0A { line += 1 }
        position += 1
    }

    private func peek(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        return (0..<count).allSatisfy { bytes[position + $0] == text.utf8Start[$0] }
    }

    private mutating func take(_ text: StaticString) -> Bool {
        guard peek(text) else { return false }
        for _ in 0..<text.utf8CodeUnitCount { advance() }
        return true
    }

    private mutating func skipSpace() { while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { advance() } }

    private mutating func skip(to end: StaticString, _ what: String) throws(AssayError) {
        while !peek(end) {
            guard position < bytes.count else { throw damaged("has \(what) that does not end") }
            advance()
        }
        _ = take(end)
    }

    /// White space, comments and processing instructions; the declaration is one of them.
    private mutating func skipMisc() throws(AssayError) {
        while true {
            skipSpace()
            if take("<!--") {
                try skip(to: "-->", "a comment")
            } else if take("<?") {
                let start = position
                try skip(to: "?>", "an instruction")
                let words = String(decoding: bytes[start..<position], as: UTF8.self).lowercased()
                if words.hasPrefix("xml "), words.contains("encoding"), !words.contains("utf-8"), !words.contains("us-ascii") {
                    throw AssayError(.unsupported, "\(name) says that it is in another encoding than UTF-8; save it as UTF-8")
                }
            } else if peek("<!DOCTYPE") {
                throw AssayError(.unsupported, "\(name) has a document type, by which it could name other files; remove the DOCTYPE")
            } else {
                return
            }
        }
    }

    // MARK: Elements

    /// An element whose `<` was taken, with all in it; without recursion, so that depth costs no stack.
    private mutating func tree() throws(AssayError) -> XMLElement {
        var open: [XMLElement] = []
        var (element, isClosed) = try start()
        while true {
            if isClosed {
                guard var parent = open.popLast() else { return element }
                parent.add(element)
                element = parent
                isClosed = false
                continue
            }
            if take("</") {
                let name = try self.name("an element")
                skipSpace()
                guard take(">"), local(name) == element.name else { throw damaged("closes '\(name.prefix(40))' where '\(element.name.prefix(40))' is open") }
                isClosed = true
            } else if take("<!--") {
                try skip(to: "-->", "a comment")
            } else if take("<![CDATA[") {
                let start = position
                try skip(to: "]]>", "a CDATA section")
                element.add(String(decoding: bytes[start..<(position - 3)], as: UTF8.self))
            } else if take("<?") {
                try skip(to: "?>", "an instruction")
            } else if peek("<!") {
                throw damaged("has a declaration within an element")
            } else if take("<") {
                guard open.count < Self.depthLimit else {
                    throw AssayError(.limitExceeded, "\(name) nests elements deeper than \(Self.depthLimit) levels")
                }
                open.append(element)
                (element, isClosed) = try start()
            } else if next != nil {
                element.add(try characters(until: UInt8(ascii: "<")))
            } else {
                throw damaged("ends")
            }
        }
    }

    private mutating func start() throws(AssayError) -> (XMLElement, isClosed: Bool) {
        elements += 1
        guard elements <= Self.elementLimit else { throw AssayError(.limitExceeded, "\(name) has more than \(Self.elementLimit) elements") }
        let line = line
        let name = try self.name("an element")
        var attributes: [Text: String] = [:]
        while true {
            skipSpace()
            if take("/>") { return (XMLElement(name: local(name), attributes: attributes, line: line), true) }
            if take(">") { return (XMLElement(name: local(name), attributes: attributes, line: line), false) }
            let attribute = try self.name("an attribute")
            skipSpace()
            guard take("=") else { throw damaged("has attribute '\(attribute.prefix(40))' without a value") }
            skipSpace()
            guard let quote = next, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw damaged("has a value without quotation marks") }
            advance()
            let value = try characters(until: quote)
            guard next == quote else { throw damaged("has a value that does not end") }
            advance()
            guard attributes.updateValue(value, forKey: Text(attribute)) == nil else { throw damaged("has attribute '\(attribute.prefix(40))' twice") }
        }
    }

    private func local(_ name: String) -> String { name.split(separator: ":").last.map(String.init) ?? name }

    private mutating func name(_ what: String) throws(AssayError) -> String {
        let start = position
        while let byte = next, byte >= 0x80 || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
            || "-_.:".utf8.contains(byte) { advance() }
        guard position > start else { throw damaged("has no name where \(what)'s is expected") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Text up to a byte, entities replaced.
    private mutating func characters(until end: UInt8) throws(AssayError) -> String {
        var result: [UInt8] = []
        while let byte = next, byte != end {
            if byte == UInt8(ascii: "&") {
                result += try entity()
                continue
            }
            guard byte != UInt8(ascii: "<") else { throw damaged("has '<' within a value") }
            guard byte >= 0x20 || [0x09, 0x0A, 0x0D].contains(byte) else { throw damaged("has a control character") }
            result.append(byte)
            advance()
        }
        return String(decoding: result, as: UTF8.self)
    }

    private mutating func entity() throws(AssayError) -> [UInt8] {
        let known: [(StaticString, String)] = [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\""), ("&apos;", "'")]
        for (entity, text) in known where take(entity) { return Array(text.utf8) }
        guard take("&#") else { throw damaged("has an entity that is none of the five") }
        let isHexadecimal = take("x")
        var digits = ""
        while let byte = next, byte != UInt8(ascii: ";"), digits.utf8.count < 8 {
            digits.unicodeScalars.append(Unicode.Scalar(byte))
            advance()
        }
        guard take(";"), let number = UInt32(digits, radix: isHexadecimal ? 16 : 10), number >= 0x20 || [9, 10, 13].contains(number),
            let scalar = Unicode.Scalar(number)
        else { throw damaged("has a character by a number that is none") }
        return Array(String(Character(scalar)).utf8)
    }
}
