import AssayJSON
import AssayTerms
import AssayWorkflows

/// The JSON body of one of our own requests; every error names the member.
struct GovernanceBody {
    let object: JSONObject

    init(object: JSONObject) { self.object = object }

    /// Every member but those of `names`, for forms that read the rest.
    func members(without names: [String]) -> JSONObject {
        JSONObject(object.members.filter { member in !names.contains(member.name) }.map { ($0.name, $0.value) })
    }

    init(_ exchange: Exchange) throws {
        do {
            guard case .object(let object) = try JSONValue(parsing: exchange.body, limits: JSONLimits(bytes: 1 << 20, depth: 8))
            else { throw AssayError(.unreadable, "The body must be a JSON object.") }
            self.object = object
        } catch let error as JSONError {
            throw AssayError(.unreadable, "The body is no JSON: \(error.message) (byte \(error.offset)).", cause: error)
        }
    }

    func has(_ name: String) -> Bool { object[name].map { !$0.isNull } ?? false }

    func text(_ name: String) throws -> Text {
        guard let text = try optionalText(name), !text.isEmpty else {
            throw AssayError(.invalidArgument, "The body needs '\(name)', a string.")
        }
        return text
    }

    func optionalText(_ name: String) throws -> Text? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let string = value.string else {
            throw AssayError(.invalidArgument, "'\(name)' must be a string, not \(value.kind).")
        }
        return Text(string)
    }

    /// A version's number: an integer, or its digits as MLflow's clients send them.
    func number(_ name: String) throws -> Int {
        guard let value = object[name] else {
            throw AssayError(.invalidArgument, "The body needs '\(name)', a version's number.")
        }
        if let integer = value.integer.flatMap({ Int(exactly: $0) }), integer > 0 { return integer }
        guard let text = value.string else {
            throw AssayError(.invalidArgument, "'\(name)' must be a version's number, not \(value.kind).")
        }
        return try Self.versionNumber(text)
    }

    func optionalDigest(_ name: String) throws -> SHA256Digest? {
        guard let text = try optionalText(name) else { return nil }
        guard let digest = SHA256Digest(hex: text.string) else {
            throw AssayError(.invalidArgument, "'\(name)' must be 64 hexadecimal digits in lower case.")
        }
        return digest
    }

    /// A time in milliseconds since 1970.
    func milliseconds(_ name: String) throws -> Int64 {
        guard let time = object[name]?.integer, (0...253_402_300_799_999).contains(time) else {
            throw AssayError(.invalidArgument, "The body needs '\(name)', milliseconds since 1970.")
        }
        return time
    }

    /// Objects of an array; none where it is absent.
    func objects(_ name: String) throws -> [GovernanceBody] {
        guard let value = object[name], !value.isNull else { return [] }
        guard let array = value.array, array.allSatisfy({ $0.object != nil }) else {
            throw AssayError(.invalidArgument, "'\(name)' must be an array of objects.")
        }
        return array.compactMap(\.object).map { GovernanceBody(object: $0) }
    }

    /// `"target": {"stage": "Production"}`, `{"alias": "champion"}`, `"registration"` or `"retirement"`.
    func target() throws -> Governance.Place {
        switch object["target"]?.string {
        case "registration": return .registration
        case "retirement": return .retirement
        default: break
        }
        guard let target = object["target"]?.object, target.count == 1, let member = target.members.first,
            let name = member.value.string, !name.isEmpty
        else {
            throw AssayError(.invalidArgument, "The body needs 'target', {\"stage\": NAME}, {\"alias\": NAME}, \"registration\" or \"retirement\".")
        }
        switch member.name {
        case "stage": return .stage(Text(name))
        case "alias": return .alias(Text(name))
        default:
            throw AssayError(.invalidArgument, "A target is a stage or an alias, not a '\(member.name.prefix(64))'.")
        }
    }

    static func versionNumber(_ text: String) throws -> Int {
        guard let number = Int(text), number > 0, text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
        else { throw AssayError(.invalidArgument, "'\(text.prefix(64))' is no version's number.") }
        return number
    }
}
