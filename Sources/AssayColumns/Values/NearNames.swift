package import AssayTerms

/// Which existing name someone probably meant.
package enum NearNames {
    /// Up to three of `names` that are `name` but for case, or differ from it by few enough edits (one for every three
    /// characters, at least one), nearest first.
    ///
    /// An edit is an insertion, a deletion, a substitution or a swap of neighbours (the optimal string alignment
    /// distance).
    /// - Complexity: O(names × length²); names longer than 100 characters are compared without edits.
    package static func near(_ name: Text, among names: [Text]) -> [Text] {
        let wanted = Array(name.string.lowercased().unicodeScalars)
        let allowed = max(1, wanted.count / 3)
        var found: [(distance: Int, index: Int)] = []
        for (index, candidate) in names.enumerated() {
            let scalars = Array(candidate.string.lowercased().unicodeScalars)
            if scalars == wanted {
                found.append((0, index))
            } else if wanted.count <= 100, scalars.count <= 100, abs(scalars.count - wanted.count) <= allowed {
                let distance = self.distance(wanted, scalars)
                if distance <= allowed { found.append((distance, index)) }
            }
        }
        found.sort { ($0.distance, $0.index) < ($1.distance, $1.index) }
        return found.prefix(3).map { names[$0.index] }
    }

    /// `no column 'gendr'; did you mean 'gender'? The columns are 'age', 'gender' and 12 more`.
    package static func message(missingColumn name: Text, columns: [Text]) -> String {
        let near = near(name, among: columns)
        let list = columns.isEmpty ? "there are no columns" : "the columns are \(ValueList.text(columns, limit: 20))"
        return "no column \(ValueList.quoted(name))\(near.isEmpty ? ";" : question(near)) \(list)"
    }

    /// `; did you mean 'gender' or 'genre'?`, or nothing where no name is near.
    package static func question(_ near: [Text]) -> String {
        near.isEmpty ? "" : "; did you mean \(near.map { "'\($0)'" }.joined(separator: " or "))?"
    }

    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let substitution = previous[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(substitution, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforePrevious[column - 1] + 1)
                }
                current.append(best)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[right.count]
    }
}
