/// A JSON object: members in the order of their first appearance.
///
/// Names are compared by their UTF-8 bytes, so "é" written as one scalar and as two are different names.
/// Setting a name that is present replaces its value and keeps its place: the last duplicate wins.
///
/// - Complexity: lookup compares names one by one up to 12 members and hashes above; removing is O(`count`).
package struct JSONObject: Sendable {
    package typealias Member = (name: String, value: JSONValue)

    package private(set) var members: [Member] = []
    /// Places of names in `members`, kept once the object is large. Never iterated.
    private var places: [Name: Int]?

    /// Below this count comparing is quicker than hashing.
    private static let hashedAbove = 12

    package init() {}

    /// The members in order; of equal names the last value wins at the first place.
    package init(_ members: some Sequence<(String, JSONValue)>) {
        for (name, value) in members { set(name, to: value) }
    }

    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }

    /// Reading: the value or `nil`. Writing: replaces, appends, or with `nil` removes.
    package subscript(name: String) -> JSONValue? {
        get { place(of: name).map { members[$0].value } }
        set {
            guard let newValue else {
                removeValue(named: name)
                return
            }
            set(name, to: newValue)
        }
    }

    package mutating func set(_ name: String, to value: JSONValue) {
        if let place = place(of: name) {
            members[place].value = value
            return
        }
        members.append((name, value))
        if places != nil {
            places?[Name(name)] = members.count - 1
        } else if members.count > Self.hashedAbove {
            rebuildPlaces()
        }
    }

    package mutating func removeValue(named name: String) {
        guard let place = place(of: name) else { return }
        members.remove(at: place)
        if members.count > Self.hashedAbove { rebuildPlaces() } else { places = nil }
    }

    private func place(of name: String) -> Int? {
        if let places { return places[Name(name)] }
        return members.firstIndex { sameBytes($0.name, name) }
    }

    private mutating func rebuildPlaces() {
        var places: [Name: Int] = [:]
        places.reserveCapacity(members.count)
        for (place, member) in members.enumerated() { places[Name(member.name)] = place }
        self.places = places
    }

    /// A name hashed and compared by its bytes.
    private struct Name: Hashable {
        let string: String
        init(_ string: String) { self.string = string }

        static func == (left: Name, right: Name) -> Bool { sameBytes(left.string, right.string) }

        func hash(into hasher: inout Hasher) {
            var string = string
            string.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }
}

extension JSONObject: Equatable {
    /// The same names with equal values, in whatever order.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}

/// Whether two strings have the same UTF-8 bytes; `==` on `String` compares canonical forms.
func sameBytes(_ left: String, _ right: String) -> Bool {
    guard left.utf8.count == right.utf8.count else { return false }
    var (left, right) = (left, right)
    return left.withUTF8 { left in right.withUTF8 { right in left.elementsEqual(right) } }
}
