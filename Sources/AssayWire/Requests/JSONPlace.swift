/// Says which field of a JSON text a byte belongs to, for messages about text that could not be read.
enum JSONPlace {
    private enum Level {
        case object(member: String?)
        case array(index: Int)
    }

    /// The path like `metrics[3].value` of the innermost field that contains `offset`, or `nil` outside of any.
    ///
    /// It reads only as much structure as lies before `offset`, which the reader had accepted.
    static func field(at offset: Int, in bytes: [UInt8]) -> String? {
        var levels: [Level] = []
        var position = 0
        var expectsName = false
        while position < min(offset, bytes.count) {
            switch bytes[position] {
            case UInt8(ascii: "{"):
                levels.append(.object(member: nil))
                expectsName = true
            case UInt8(ascii: "["):
                levels.append(.array(index: 0))
                expectsName = false
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                _ = levels.popLast()
                expectsName = false
            case UInt8(ascii: ","):
                switch levels.last {
                case .object?:
                    expectsName = true
                    levels[levels.count - 1] = .object(member: nil)
                case .array(let index)?: levels[levels.count - 1] = .array(index: index + 1)
                case nil: break
                }
            case UInt8(ascii: "\""):
                let start = position + 1
                position = start
                while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
                    position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
                }
                if expectsName, position < bytes.count, case .object? = levels.last {
                    levels[levels.count - 1] = .object(member: String(decoding: bytes[start..<position], as: UTF8.self))
                    expectsName = false
                }
            default: break
            }
            position += 1
        }
        var path = ""
        for level in levels {
            switch level {
            case .object(let member?): path += path.isEmpty ? member : ".\(member)"
            case .object(nil): break
            case .array(let index): path += "[\(index)]"
            }
        }
        return path.isEmpty ? nil : path
    }
}
