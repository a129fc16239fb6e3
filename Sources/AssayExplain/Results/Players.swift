package import AssayTerms

/// Whom attributions are given to: each input column by itself, or named groups of columns taken from a row together, as the dummy columns that were made
/// of one feature.
package struct Players: Sendable, Equatable {
    /// The players' names: groups where their first column stands, other columns by their own.
    package let names: [Text]
    /// Each input column's player.
    package let of: [Int]

    package var count: Int { names.count }
    package var hasGroups: Bool { names.count < of.count }

    /// Each column by itself.
    package init(inputs: [Text]) {
        names = inputs
        of = Array(inputs.indices)
    }

    /// - Throws: `invalidArgument` for a group without columns, a column that the model does not have or that stands in two groups, and two players of one
    ///   name.
    package init(inputs: [Text], groups: [(name: Text, columns: [Text])]) throws(AssayError) {
        var places: [Text: Int] = [:]
        for (place, name) in inputs.enumerated() { places[name] = place }
        var groupOf = [Int?](repeating: nil, count: inputs.count)
        for (number, group) in groups.enumerated() {
            guard !group.columns.isEmpty else { throw AssayError(.invalidArgument, "group '\(group.name)' names no column") }
            for column in group.columns {
                guard let place = places[column] else {
                    throw AssayError(
                        .invalidArgument, "group '\(group.name)' names column '\(column)', which the model does not have; it has "
                            + inputs.prefix(20).map { "'\($0)'" }.joined(separator: ", ") + (inputs.count > 20 ? " and others" : ""))
                }
                if let other = groupOf[place] {
                    throw AssayError(
                        .invalidArgument,
                        other == number
                            ? "group '\(group.name)' names column '\(column)' twice"
                            : "column '\(column)' stands in groups '\(groups[other].name)' and '\(group.name)'; a column belongs to one")
                }
                groupOf[place] = number
            }
        }
        var names: [Text] = []
        var of: [Int] = []
        var playerOfGroup = [Int?](repeating: nil, count: groups.count)
        for (place, name) in inputs.enumerated() {
            if let group = groupOf[place] {
                if playerOfGroup[group] == nil {
                    playerOfGroup[group] = names.count
                    names.append(groups[group].name)
                }
                of.append(playerOfGroup[group] ?? 0)
            } else {
                of.append(names.count)
                names.append(name)
            }
        }
        var seen: Set<Text> = []
        for name in names where !seen.insert(name).inserted {
            throw AssayError(.invalidArgument, "two of what is explained would be called '\(name)'; name the group otherwise")
        }
        self.names = names
        self.of = of
    }
}
