import AssayTerms

/// A value of XGBoost's model files, in JSON or UBJSON. Arrays of numbers, which are nearly all of a file, are kept flat.
enum BoosterValue: Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case float(Float)
    case text(String)
    case integers([Int64])
    case floats([Float])
    case list([BoosterValue])
    case object([Text: BoosterValue])
}

/// A place in a model file, by whose path errors name it.
struct BoosterNode: Sendable {
    let value: BoosterValue
    let path: String
    /// The file, for messages.
    let file: String

    /// - Parameter why: what follows the path; a member's name begins with a point.
    func damaged(_ why: String) -> AssayError { AssayError(.unreadable, "\(file): \(path)\(why.hasPrefix(".") ? "" : " ")\(why)") }
    func unsupported(_ why: String) -> AssayError { AssayError(.unsupported, "\(file): \(path) \(why)") }

    /// `nil` where there is no such member.
    func member(_ name: String) throws(AssayError) -> BoosterNode? {
        guard case .object(let members) = value else { throw damaged("is not an object") }
        guard let member = members[Text(name)] else { return nil }
        return BoosterNode(value: member, path: path.isEmpty ? name : "\(path).\(name)", file: file)
    }

    func required(_ name: String) throws(AssayError) -> BoosterNode {
        guard let member = try member(name) else { throw damaged("has no '\(name)'") }
        return member
    }

    func text() throws(AssayError) -> String {
        guard case .text(let text) = value else { throw damaged("is not a text") }
        return text
    }

    /// A number written as text, as XGBoost writes parameters.
    func count(_ limit: Int) throws(AssayError) -> Int {
        let text = try text()
        guard let number = Int(text), (0...limit).contains(number) else { throw damaged("is not a whole number from 0 to \(limit)") }
        return number
    }

    func integer() throws(AssayError) -> Int64 {
        guard case .integer(let number) = value else { throw damaged("is not a whole number") }
        return number
    }

    func items() throws(AssayError) -> [BoosterNode] {
        let elements: [BoosterValue]
        switch value {
        case .list(let list): elements = list
        case .integers(let numbers): elements = numbers.map { .integer($0) }
        case .floats(let numbers): elements = numbers.map { .float($0) }
        default: throw damaged("is not an array")
        }
        return elements.enumerated().map { BoosterNode(value: $0.element, path: "\(path)[\($0.offset)]", file: file) }
    }

    func integers(count: Int? = nil) throws(AssayError) -> [Int64] {
        let numbers: [Int64]
        switch value {
        case .integers(let own): numbers = own
        case .list(let list):
            // Flags, which early versions wrote as true and false; an empty array is a list.
            var own: [Int64] = []
            for element in list {
                guard case .boolean(let flag) = element else { throw damaged("is not an array of whole numbers") }
                own.append(flag ? 1 : 0)
            }
            numbers = own
        default: throw damaged("is not an array of whole numbers")
        }
        if let count, numbers.count != count { throw damaged("has \(numbers.count) numbers where \(count) are needed") }
        return numbers
    }

    func floats(count: Int? = nil) throws(AssayError) -> [Float] {
        let numbers: [Float]
        switch value {
        case .floats(let own): numbers = own
        case .integers(let own): numbers = own.map { Float($0) }
        case .list(let list) where list.isEmpty: numbers = []
        default: throw damaged("is not an array of numbers")
        }
        if let count, numbers.count != count { throw damaged("has \(numbers.count) numbers where \(count) are needed") }
        return numbers
    }

    func texts() throws(AssayError) -> [Text] {
        guard case .list(let list) = value else { throw damaged("is not an array of texts") }
        var texts: [Text] = []
        for element in list {
            guard case .text(let text) = element else { throw damaged("is not an array of texts") }
            texts.append(Text(text))
        }
        return texts
    }
}
