package import AssayTerms
import AssayJSON
import Synchronization

/// A `model.skops` file: a zip archive of `schema.json`, which describes Python objects, and `.npy` arrays.
///
/// Nothing is executed or imported: objects are read as names and attributes, and the reader of each known class
/// takes the attributes it needs. The members' names are not stable between writes and mean nothing.
///
/// Where one Python object is referenced twice, skops writes it twice under the same `__id__` and, when loading,
/// uses whichever it meets first. A file whose two copies differ would be one model here and another there, so it
/// is refused; with that, the order of reading does not matter.
///
/// - Source: skops 0.16, `skops/io/_persist.py`, `_audit.py`, `_general.py`, `_numpy.py`; protocols 0 to 2.
package struct SkopsFile: Sendable {
    let name: String
    let archive: ZipArchive
    let root: JSONValue
    private let budget: ReadBudget

    /// Bytes of arrays that may still be read. A schema can name one large member thousands of times.
    private final class ReadBudget: Sendable {
        let bytes: Mutex<Int>
        init(bytes: Int) { self.bytes = Mutex(bytes) }
    }

    /// `name` stands in messages.
    package init(_ bytes: [UInt8], name: String, limits: ZipLimits = .model) throws(AssayError) {
        self.name = name
        archive = try ZipArchive(bytes, name: name, limits: limits)
        let schema = try archive.contents(of: "schema.json")
        let root: JSONValue
        do {
            root = try JSONValue(parsing: schema)
        } catch {
            throw AssayError(.unreadable, "\(name): schema.json is not valid JSON: \(error)", cause: error)
        }
        guard case .integer(let protocolNumber)? = root["protocol"], protocolNumber >= 0 else {
            throw AssayError(.unreadable, "\(name): schema.json names no skops protocol")
        }
        guard protocolNumber <= 2 else {
            throw AssayError(
                .unsupported, "\(name) was saved with skops protocol \(protocolNumber); protocols 0 to 2 are read")
        }
        self.root = root
        budget = ReadBudget(bytes: limits.inflatedBytes)
        var seen: [Int64: JSONValue] = [:]
        try checkIdentities(root, &seen)
    }

    /// The bytes of an array; all reads together may not exceed what the archive may inflate to.
    func member(_ member: Text) throws(AssayError) -> [UInt8] {
        let bytes = try archive.contents(of: member)
        let isWithin = budget.bytes.withLock { rest in
            rest -= min(rest + 1, bytes.count)
            return rest >= 0
        }
        guard isWithin else {
            throw AssayError(.limitExceeded, "\(name) names its arrays so often that they exceed what is read of a file")
        }
        return bytes
    }

    var rootNode: SkopsNode { SkopsNode(json: root, path: "the model", file: self) }

    /// Each `__id__` stands for one content.
    private func checkIdentities(_ value: JSONValue, _ seen: inout [Int64: JSONValue]) throws(AssayError) {
        switch value {
        case .array(let elements):
            for element in elements { try checkIdentities(element, &seen) }
        case .object(let object):
            if let identity = object["__id__"] {
                guard let number = identity.integer else {
                    throw AssayError(.unreadable, "\(name): schema.json has an __id__ that is not an integer")
                }
                if let first = seen[number] {
                    guard try isSame(first, value) else {
                        throw AssayError(
                            .unreadable, "\(name): schema.json describes two different objects with the __id__ \(number)")
                    }
                    return
                }
                seen[number] = value
            }
            for member in object.members { try checkIdentities(member.value, &seen) }
        default: break
        }
    }

    /// Whether two descriptions give the same object: skops writes passing values (a shape, a type's empty array) anew
    /// each time, under other numbers and in other members, so numbers are left out and members compared by content.
    private func isSame(_ left: JSONValue, _ right: JSONValue) throws(AssayError) -> Bool {
        switch (left, right) {
        case (.array(let left), .array(let right)):
            guard left.count == right.count else { return false }
            for (left, right) in zip(left, right) where try !isSame(left, right) { return false }
            return true
        case (.object(let left), .object(let right)):
            guard left.count == right.count else { return false }
            for (place, member) in left.members.enumerated() where member.name != "__id__" {
                // The order of attributes is Python's order of setting them, and part of what is compared.
                let other = right.members[place]
                guard member.name == other.name else { return false }
                if member.name == "file", let first = member.value.string, let second = other.value.string {
                    if first == second { continue }
                    guard try self.member(Text(first)) == self.member(Text(second)) else { return false }
                } else if try !isSame(member.value, other.value) {
                    return false
                }
            }
            return true
        default:
            return left == right
        }
    }
}
