import AssayMetrics
import AssayTerms

/// Which subsets of the columns that vary a row's explanation asks the model about, and with what weight each counts.
///
/// A subset is a run of words, column `i` being bit `i % 64` of word `i / 64`. The empty and the whole set are never among them.
struct Coalitions: Sendable {
    /// Of M players, all 2ᴹ − 2 in the order of their numbers, 1 first.
    let isExact: Bool
    let playerCount: Int
    let wordCount: Int
    /// Subset by subset.
    private(set) var words: [UInt64] = []
    /// By subset, summing to 1 with the Shapley kernel's shares of sizes; empty where all subsets are there.
    private(set) var weights: [Double] = []

    var count: Int { words.count / wordCount }
    var bytes: Int { (words.count + weights.count) * 8 }

    func contains(_ subset: Int, _ player: Int) -> Bool {
        words[subset * wordCount + player / 64] >> UInt64(player % 64) & 1 == 1
    }

    /// Given subsets, none of them empty or whole.
    init(players: Int, subsets: [[UInt64]]) {
        isExact = false
        playerCount = players
        wordCount = (players + 63) / 64
        words = subsets.flatMap { $0 }
    }

    /// All subsets where these are at most `samples`; else whole sizes from the outside in as long as the kernel's share of
    /// `samples` holds them, and for the sizes between random subsets with their complements.
    ///
    /// - Parameter seed: of numpy's legacy generator, begun anew for each row, so that a row is explained alike alone and in a table.
    /// - Precondition: at least two players; `samples` is positive.
    /// - Complexity: O(samples × players).
    /// - Source: Lundberg & Lee 2017, theorem 2; shap 0.51, `KernelExplainer.explain`, whose subsets these are after
    ///   `numpy.random.seed(seed)`.
    init(players: Int, samples: Int, seed: UInt32) {
        precondition(players >= 2 && samples >= 1, "there is nothing to draw")
        playerCount = players
        wordCount = (players + 63) / 64
        if players <= 30, (1 << players) - 2 <= samples {
            isExact = true
            words = (1..<((1 << players) - 1)).map { UInt64($0) }
            return
        }
        isExact = false
        let count = Double(players)
        let sizes = players / 2
        let pairedSizes = (players - 1) / 2
        var shares = (1...sizes).map { (count - 1) / (Double($0) * (count - Double($0))) }
        for size in 0..<pairedSizes { shares[size] *= 2 }
        let total = shares.reduce(0, +)
        for size in shares.indices { shares[size] /= total }

        var left = Double(samples)
        var remaining = shares
        var wholeSizes = 0
        for size in 1...sizes {
            let isPaired = size <= pairedSizes
            let subsets = Self.binomial(players, size)
            let needed = isPaired ? 2 * subsets : subsets
            guard left * remaining[size - 1] / needed >= 1 - 1e-8 else { break }
            wholeSizes += 1
            left -= needed
            if remaining[size - 1] < 1 {
                let rest = 1 - remaining[size - 1]
                for index in remaining.indices { remaining[index] /= rest }
            }
            let weight = shares[size - 1] / subsets / (isPaired ? 2 : 1)
            addAll(of: size, paired: isPaired, weight: weight)
        }
        guard wholeSizes < sizes else { return }
        let fixed = self.count
        draw(samples - fixed, sizesFrom: wholeSizes + 1, shares: shares, pairedSizes: pairedSizes, seed: seed)
        let weightLeft = shares[wholeSizes...].reduce(0, +)
        let drawn = weights[fixed...].reduce(0, +)
        for subset in fixed..<self.count { weights[subset] *= weightLeft / drawn }
    }

    private mutating func add(_ subset: [UInt64], _ weight: Double) {
        words += subset
        weights.append(weight)
    }

    private func complement(_ subset: [UInt64]) -> [UInt64] {
        var words = subset.map { ~$0 }
        if playerCount % 64 != 0 { words[wordCount - 1] &= (1 << UInt64(playerCount % 64)) - 1 }
        return words
    }

    /// In lexicographic order of their members, each followed by its complement.
    private mutating func addAll(of size: Int, paired: Bool, weight: Double) {
        var members = Array(0..<size)
        while true {
            let subset = self.subset(of: members)
            add(subset, weight)
            if paired { add(complement(subset), weight) }
            guard let place = members.indices.last(where: { members[$0] < playerCount - size + $0 }) else { return }
            members[place] += 1
            for next in (place + 1)..<max(size, place + 1) { members[next] = members[next - 1] + 1 }
        }
    }

    private func subset(of members: some Sequence<Int>) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: wordCount)
        for member in members { words[member / 64] |= 1 << UInt64(member % 64) }
        return words
    }

    /// A subset that is drawn again counts more, and so does its complement.
    private mutating func draw(_ wanted: Int, sizesFrom first: Int, shares: [Double], pairedSizes: Int, seed: UInt32) {
        var generator = MersenneTwister(seed: seed)
        var chances = shares
        // A draw of a paired size makes two subsets.
        for size in 0..<pairedSizes { chances[size] /= 2 }
        chances = Array(chances[(first - 1)...])
        let total = chances.reduce(0, +)
        var cumulated: [Double] = []
        for chance in chances { cumulated.append((cumulated.last ?? 0) + chance / total) }
        let last = cumulated[cumulated.count - 1]
        for index in cumulated.indices { cumulated[index] /= last }
        let drawnSizes = (0..<(4 * wanted)).map { _ -> Int in
            let unit = generator.nextUnit()
            return first + (cumulated.firstIndex { unit < $0 } ?? cumulated.count - 1)
        }
        var seen: [[UInt64]: Int] = [:]
        var left = wanted
        for size in drawnSizes {
            guard left > 0 else { return }
            var order = (0..<Int32(playerCount)).map { $0 }
            generator.shuffle(&order)
            let subset = subset(of: order[..<size].map(Int.init))
            let known = seen[subset]
            if let known {
                weights[known] += 1
            } else {
                seen[subset] = count
                left -= 1
                add(subset, 1)
            }
            guard left > 0, size <= pairedSizes else { continue }
            if let known {
                weights[known + 1] += 1
            } else {
                left -= 1
                add(complement(subset), 1)
            }
        }
    }

    /// C(n, k), exact to 2⁵³.
    static func binomial(_ n: Int, _ k: Int) -> Double {
        var value = 1.0
        for step in 0..<min(k, n - k) { value = (value * Double(n - step) / Double(step + 1)).rounded() }
        return value
    }
}
