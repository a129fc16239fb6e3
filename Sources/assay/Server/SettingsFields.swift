import AssayPolicy
import AssayTerms

/// The fields of one mapping in a file of settings; what is asked for is known, and what nobody asked for is an error.
final class SettingsFields {
    let place: String
    private let entries: [(key: Text, value: SettingsTree)]
    private var known: [Text] = []

    init(_ tree: SettingsTree, at place: String) throws {
        guard case .mapping(let entries) = tree else { throw AssayError(.invalidArgument, "\(place) must be a mapping.") }
        self.entries = entries
        self.place = place
    }

    var isEmpty: Bool { entries.isEmpty }

    func problem(_ name: String, _ words: String) -> AssayError { AssayError(.invalidArgument, "\(place): '\(name)' \(words).") }

    func text(_ name: String) throws -> String? {
        guard let value = value(name) else { return nil }
        guard case .text(let text) = value, !text.isEmpty else { throw problem(name, "must be text") }
        return text.string
    }

    func required(_ name: String) throws -> String {
        guard let text = try text(name) else { throw problem(name, "is missing") }
        return text
    }

    func number(_ name: String, _ range: ClosedRange<Int64>) throws -> Int64? {
        guard let text = try text(name) else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            throw problem(name, "is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func mapping(_ name: String) throws -> SettingsFields? {
        try value(name).map { try SettingsFields($0, at: "\(place): \(name)") }
    }

    func list(_ name: String) throws -> [String] {
        guard let value = value(name) else { return [] }
        guard case .list(let items) = value else { throw problem(name, "must be a list") }
        return try items.map { item in
            guard case .text(let text) = item else { throw problem(name, "must be a list of texts") }
            return text.string
        }
    }

    func pairs(_ name: String) throws -> [(Text, String)] {
        guard let value = value(name) else { return [] }
        guard case .mapping(let entries) = value else { throw problem(name, "must be a mapping") }
        return try entries.map { entry in
            guard case .text(let text) = entry.value else { throw problem(name, "must map texts to texts") }
            return (entry.key, text.string)
        }
    }

    /// - Throws: `invalidArgument` naming a field that nobody asked for.
    func refuseOthers() throws {
        guard let other = entries.first(where: { !known.contains($0.key) }) else { return }
        throw problem(other.key.string, "is not known; there are \(known.map(\.string).joined(separator: ", "))")
    }

    private func value(_ name: String) -> SettingsTree? {
        known.append(Text(name))
        return entries.first { $0.key == Text(name) }?.value
    }
}
