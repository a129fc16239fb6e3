/// Names close to a misspelt one, for messages.
enum NearNames {
    /// At most `limit` of `candidates`, nearest first and then by name: those that a few edits reach (a third of
    /// the name's length, at least one), or that end with the same last part (`accuracy` for `metrics.accuracy`).
    ///
    /// - Complexity: O(candidates × length²); a name over 100 bytes has none.
    static func suggestions(for name: String, among candidates: [String], limit: Int = 3) -> [String] {
        guard name.utf8.count <= 100 else { return [] }
        let allowed = max(1, name.utf8.count / 3)
        let last = lastPart(name)
        let near = candidates.compactMap { candidate -> (distance: Int, name: String)? in
            let distance = editDistance(Array(name.lowercased().utf8), Array(candidate.lowercased().utf8))
            if distance <= allowed { return (distance, candidate) }
            return lastPart(candidate) == last ? (allowed + 1, candidate) : nil
        }
        return near.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(limit).map(\.name)
    }

    /// `; did you mean 'a' or 'b'?`, or nothing.
    static func question(for name: String, among candidates: [String]) -> String {
        let near = suggestions(for: name, among: candidates)
        return near.isEmpty ? "" : "; did you mean " + near.map { "'\($0)'" }.joined(separator: " or ") + "?"
    }

    private static func lastPart(_ name: String) -> Substring { name.split(separator: ".").last ?? "" }

    /// Edits over bytes: one inserted, dropped or changed, or two neighbours swapped (optimal string alignment).
    private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var before: [Int] = []
        var previous = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
                row.append(cost)
            }
            (before, previous) = (previous, row)
        }
        return previous[b.count]
    }
}
