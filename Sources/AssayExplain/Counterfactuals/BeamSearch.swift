import AssayTerms

/// Looks for changes of many inputs where all combinations are too many: from the changes that came nearest to the target one input more is changed.
///
/// What it finds is a change that reaches the target and from which no input can be left out; not the one of fewest inputs, nor the nearest.
struct BeamSearch {
    private static let width = 8

    private struct State {
        var change: RowCandidates.Change
        var nearness: Double
        var distance: Double
    }

    let row: RowCandidates
    /// How many inputs may change.
    let limit: Int
    /// Sets of inputs of which a part is found already.
    let isKnown: ([Int]) -> Bool

    /// - Returns: the nearest change of each set of inputs among those that were found with the fewest.
    func run(_ asker: inout ChangeAsker) throws(AssayError) -> [RowCandidates.Change] {
        var beam = [State(change: .init(variants: [], candidates: []), nearness: -.infinity, distance: 0)]
        for size in 1...max(limit, 1) where asker.left > 0 {
            // Something is left for the sizes that follow.
            let share = max(asker.left / (limit - size + 2), min(asker.left, 256))
            let changes = expand(beam, share)
            guard !changes.isEmpty else { break }
            var states: [State] = []
            var reached: [State] = []
            for first in stride(from: 0, to: changes.count, by: 4_096) {
                let part = Array(changes[first..<min(first + 4_096, changes.count)])
                for (change, answer) in zip(part, try asker.judge(part, row)) {
                    let state = State(change: change, nearness: answer.nearness, distance: row.distance(change))
                    if answer.isReached { reached.append(state) } else { states.append(state) }
                }
            }
            if !reached.isEmpty { return try improved(reached, &asker) }
            beam = best(states)
        }
        return []
    }

    /// One variant more, its candidates thinned evenly where there are too many.
    private func expand(_ beam: [State], _ share: Int) -> [RowCandidates.Change] {
        var open: [(state: State, variant: Int)] = []
        for state in beam {
            let groups = Set(state.change.variants.map { row.variants[$0].group })
            let taken = row.features(state.change.variants)
            for (number, variant) in row.variants.enumerated() where !groups.contains(variant.group) {
                let features = (taken + variant.features).sorted()
                if features.count <= limit, !isKnown(features) { open.append((state, number)) }
            }
        }
        guard !open.isEmpty else { return [] }
        let each = max(share / open.count, 1)
        var changes: [RowCandidates.Change] = []
        var seen: Set<RowCandidates.Change> = []
        for (state, variant) in open {
            for candidate in CandidatePool.thinned(Array(row.variants[variant].candidates.indices), each) where changes.count < share {
                let change = Self.adding(variant, candidate, to: state.change)
                if seen.insert(change).inserted { changes.append(change) }
            }
        }
        return changes
    }

    private static func adding(_ variant: Int, _ candidate: Int, to change: RowCandidates.Change) -> RowCandidates.Change {
        let spot = change.variants.firstIndex { $0 > variant } ?? change.variants.count
        var change = change
        change.variants.insert(variant, at: spot)
        change.candidates.insert(candidate, at: spot)
        return change
    }

    /// The nearest to the target, one of each set of inputs.
    private func best(_ states: [State]) -> [State] {
        let order = states.enumerated().sorted { first, second in
            if first.element.nearness != second.element.nearness { return first.element.nearness > second.element.nearness }
            if first.element.distance != second.element.distance { return first.element.distance < second.element.distance }
            return first.offset < second.offset
        }
        var kept: [State] = []
        for (_, state) in order where kept.count < Self.width {
            if !kept.contains(where: { $0.change.variants == state.change.variants }) { kept.append(state) }
        }
        return kept
    }

    /// Leaves out what is not needed, then moves each input nearer, until neither helps.
    private func improved(_ reached: [State], _ asker: inout ChangeAsker) throws(AssayError) -> [RowCandidates.Change] {
        var found: [RowCandidates.Change] = []
        let order = reached.enumerated().sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }
        var sets: Set<[Int]> = []
        for (_, state) in order where sets.insert(state.change.variants).inserted {
            var change = state.change
            var isBetter = true
            while isBetter, asker.left > 0 {
                isBetter = false
                let shorter = change.variants.indices.map { Self.dropping($0, from: change) }.filter { !$0.variants.isEmpty }
                if let next = try first(of: shorter, &asker) {
                    change = next
                    isBetter = true
                    continue
                }
                for spot in change.variants.indices {
                    let nearer = (0..<change.candidates[spot]).map { candidate in
                        var nearer = change
                        nearer.candidates[spot] = candidate
                        return nearer
                    }
                    if let next = try first(of: nearer, &asker) {
                        change = next
                        isBetter = true
                    }
                }
            }
            if !found.contains(where: { row.features($0.variants) == row.features(change.variants) }) { found.append(change) }
        }
        return found
    }

    private static func dropping(_ spot: Int, from change: RowCandidates.Change) -> RowCandidates.Change {
        var change = change
        change.variants.remove(at: spot)
        change.candidates.remove(at: spot)
        return change
    }

    private func first(of changes: [RowCandidates.Change], _ asker: inout ChangeAsker) throws(AssayError) -> RowCandidates.Change? {
        let part = Array(changes.prefix(asker.left))
        let judged = try asker.judge(part, row)
        return zip(part, judged).first { $0.1.isReached }?.0
    }
}
