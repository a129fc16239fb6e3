import AssayTerms

/// The `name=value` lines of a part of a LightGBM model file.
struct LightGBMFields {
    private let fields: [Text: ArraySlice<UInt8>]
    /// `the head` or `tree 3`, for messages.
    let path: String
    let file: String

    /// - Throws: `.unreadable` for a name that stands twice, of which readers could take either.
    init(_ lines: [ArraySlice<UInt8>], path: String, file: String) throws(AssayError) {
        self.path = path
        self.file = file
        var fields: [Text: ArraySlice<UInt8>] = [:]
        for line in lines where !line.isEmpty {
            let cut = line.firstIndex(of: UInt8(ascii: "="))
            guard let name = Text(utf8: line[..<(cut ?? line.endIndex)]) else {
                throw AssayError(.unreadable, "\(file): \(path) has a line that is not UTF-8")
            }
            guard fields.updateValue(cut.map { line[($0 + 1)...] } ?? [], forKey: name) == nil else {
                throw AssayError(.unreadable, "\(file): \(path) has '\(name.string.prefix(60))' twice")
            }
        }
        self.fields = fields
    }

    func damaged(_ why: String) -> AssayError { AssayError(.unreadable, "\(file): \(path) \(why)") }
    func unsupported(_ why: String) -> AssayError { AssayError(.unsupported, "\(file): \(path) \(why)") }

    func has(_ name: String) -> Bool { fields[Text(name)] != nil }

    func text(_ name: String) throws(AssayError) -> String? {
        guard let value = fields[Text(name)] else { return nil }
        guard let text = String(validating: value, as: UTF8.self) else { throw damaged("has a '\(name)' that is not UTF-8") }
        return text
    }

    func count(_ name: String, limit: Int) throws(AssayError) -> Int {
        guard let text = try text(name) else { throw damaged("has no '\(name)'") }
        guard let number = Int(text), (0...limit).contains(number) else { throw damaged("has a '\(name)' that is not a whole number from 0 to \(limit)") }
        return number
    }

    /// Words between single spaces.
    func words(_ name: String) throws(AssayError) -> [Text]? {
        guard let value = fields[Text(name)] else { return nil }
        var words: [Text] = []
        for part in value.split(separator: UInt8(ascii: " ")) {
            guard let word = Text(utf8: part) else { throw damaged("has a '\(name)' that is not UTF-8") }
            words.append(word)
        }
        return words
    }

    /// `nil` where there is no such line.
    func integers(_ name: String, count: Int? = nil) throws(AssayError) -> [Int64]? {
        guard let value = fields[Text(name)] else { return nil }
        var numbers: [Int64] = []
        for part in value.split(separator: UInt8(ascii: " ")) {
            let isNegative = part.first == UInt8(ascii: "-")
            var number: Int64 = 0
            for byte in isNegative ? part.dropFirst() : part {
                guard byte &- UInt8(ascii: "0") <= 9, number <= 1 << 52 else {
                    throw damaged("has a '\(name)' with something else than a whole number at place \(numbers.count)")
                }
                number = number * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            guard part.count > (isNegative ? 1 : 0) else { throw damaged("has a '\(name)' with something else than a whole number") }
            numbers.append(isNegative ? -number : number)
        }
        if let count, numbers.count != count { throw damaged("has \(numbers.count) numbers in '\(name)' where \(count) are needed") }
        return numbers
    }

    func requiredIntegers(_ name: String, count: Int) throws(AssayError) -> [Int64] {
        guard let numbers = try integers(name, count: count) else { throw damaged("has no '\(name)'") }
        return numbers
    }

    /// What the library writes for numbers that digits do not tell.
    private static let words: [(word: StaticString, value: Double)] = [
        ("nan", .nan), ("-nan", .nan), ("inf", .infinity), ("-inf", -.infinity), ("infinity", .infinity), ("-infinity", -.infinity),
    ]

    /// Each number correctly rounded, `nan` and `inf` among them.
    func numbers(_ name: String, count: Int? = nil) throws(AssayError) -> [Double]? {
        guard let value = fields[Text(name)] else { return nil }
        var numbers: [Double] = []
        for part in value.split(separator: UInt8(ascii: " ")) {
            guard let number = DecimalNumber.double(part) ?? Self.words.first(where: { part.elementsEqual("\($0.word)".utf8) })?.value else {
                throw damaged("has a '\(name)' with something else than a number at place \(numbers.count)")
            }
            numbers.append(number)
        }
        if let count, numbers.count != count { throw damaged("has \(numbers.count) numbers in '\(name)' where \(count) are needed") }
        return numbers
    }

    func requiredNumbers(_ name: String, count: Int) throws(AssayError) -> [Double] {
        guard let numbers = try numbers(name, count: count) else { throw damaged("has no '\(name)'") }
        return numbers
    }
}
