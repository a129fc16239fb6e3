import AssayTerms

/// The header of an `.npy` file: a Python dictionary literal with exactly the keys `descr`, `fortran_order` and
/// `shape`. Only what NumPy writes is understood; nothing is evaluated.
struct NumpyHeader {
    struct Fields {
        var descriptor = ""
        /// Of a structured array, in order; empty for a plain one.
        var fields: [(name: String, descriptor: String)] = []
        var isFortranOrder = false
        var shape: [Int] = []
    }

    private let text: [UInt8]
    private let name: String
    private var position = 0

    init(_ text: ArraySlice<UInt8>, name: String) {
        self.text = Array(text)
        self.name = name
    }

    mutating func parse() throws(AssayError) -> Fields {
        var fields = Fields()
        var seen: Set<String> = []
        try expect("{")
        while !take("}") {
            let key = try string()
            guard seen.insert(key).inserted else { throw damaged("the key '\(key)' stands twice") }
            try expect(":")
            switch key {
            case "descr":
                if peek() == UInt8(ascii: "[") { fields.fields = try structure() } else { fields.descriptor = try string() }
            case "fortran_order":
                fields.isFortranOrder = try boolean()
            case "shape":
                fields.shape = try shape()
            default:
                throw damaged("the key '\(key)' is not known")
            }
            if !take(",") {
                try expect("}")
                break
            }
        }
        guard peek() == nil else { throw damaged("something follows the dictionary") }
        guard seen.count == 3 else { throw damaged("descr, fortran_order or shape is missing") }
        return fields
    }

    /// `[('left_child', '<i8'), …]`.
    private mutating func structure() throws(AssayError) -> [(name: String, descriptor: String)] {
        var fields: [(name: String, descriptor: String)] = []
        try expect("[")
        while !take("]") {
            try expect("(")
            let name = try string()
            try expect(",")
            guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
                throw AssayError(.unsupported, "\(self.name) has records within records, which are not read")
            }
            fields.append((name, try string()))
            guard take(")") else { throw AssayError(.unsupported, "\(self.name) has fields that are arrays, which are not read") }
            guard fields.count <= 256 else { throw damaged("there are more than 256 fields") }
            if !take(",") {
                try expect("]")
                break
            }
        }
        guard !fields.isEmpty else { throw damaged("there are no fields") }
        return fields
    }

    private mutating func shape() throws(AssayError) -> [Int] {
        var extents: [Int] = []
        try expect("(")
        while !take(")") {
            extents.append(try integer())
            guard extents.count <= 32 else { throw damaged("the shape has more than 32 axes") }
            if !take(",") {
                try expect(")")
                break
            }
        }
        return extents
    }

    private mutating func boolean() throws(AssayError) -> Bool {
        if take("True") { return true }
        if take("False") { return false }
        throw damaged("fortran_order is neither True nor False")
    }

    private mutating func integer() throws(AssayError) -> Int {
        var value: Int?
        while let byte = peekRaw(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            let (product, overflow) = (value ?? 0).multipliedReportingOverflow(by: 10)
            let (sum, second) = product.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            guard !overflow, !second else { throw damaged("the shape overflows") }
            value = sum
            position += 1
        }
        // Python 2 wrote long integers with an L.
        if value != nil, peekRaw() == UInt8(ascii: "L") { position += 1 }
        guard let value else { throw damaged("the shape holds something other than numbers") }
        return value
    }

    private mutating func string() throws(AssayError) -> String {
        guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            throw damaged("a string is missing")
        }
        position += 1
        let start = position
        while let byte = peekRaw(), byte != quote {
            guard byte != UInt8(ascii: "\\") else { throw damaged("a string has an escape") }
            position += 1
        }
        guard peekRaw() == quote else { throw damaged("a string does not end") }
        defer { position += 1 }
        return String(decoding: text[start..<position], as: UTF8.self)
    }

    private func peekRaw() -> UInt8? { position < text.count ? text[position] : nil }

    private mutating func peek() -> UInt8? {
        while let byte = peekRaw(), byte == 0x20 || byte == 0x0a { position += 1 }
        return peekRaw()
    }

    private mutating func take(_ word: StaticString) -> Bool {
        _ = peek()
        let bytes = Array("\(word)".utf8)
        guard text[position...].starts(with: bytes) else { return false }
        position += bytes.count
        return true
    }

    private mutating func expect(_ word: StaticString) throws(AssayError) {
        guard take(word) else { throw damaged("'\(word)' is missing") }
    }

    private func damaged(_ why: String) -> AssayError {
        AssayError(.unreadable, "\(name) has a damaged .npy header: \(why)")
    }
}
