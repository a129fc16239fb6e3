package import AssayColumns
package import AssayTerms

/// How many rows of a column have each text. Kind: counted; memory one entry a distinct text.
package struct CategoryState: Sendable {
    package private(set) var missingCount = 0
    package private(set) var presentCount = 0
    /// Whether there were more distinct texts than the limit; the counts are given up then.
    package private(set) var isOverLimit = false
    package let limit: Int

    private var counts: [Text: Int] = [:]
    /// Counts by the codes of the dictionary in use; moved into `counts` when another one comes.
    private var dictionary: TextDictionary?
    private var codeCounts: [Int] = []

    /// - Parameter limit: the greatest number of distinct texts that are counted.
    package init(limit: Int) {
        precondition(limit > 0, "a state needs room for one text")
        self.limit = limit
    }

    /// From what a profile holds, without a limit of its own.
    package init(counted: [(text: Text, count: Int)]) {
        limit = .max
        for (text, count) in counted { counts[text, default: 0] += count }
        presentCount = counts.values.reduce(0, +)
    }

    /// A state that has given its counts up.
    package static func overLimit(presentCount: Int) -> CategoryState {
        var state = CategoryState(limit: .max)
        state.isOverLimit = true
        state.presentCount = presentCount
        return state
    }

    /// - Complexity: O(rows); a hash only for each distinct text of a dictionary, once.
    package mutating func add(codes: [Int32], validity: Validity?, dictionary: TextDictionary) {
        if self.dictionary !== dictionary {
            settle()
            self.dictionary = dictionary
        }
        let size = dictionary.count
        if isOverLimit || size > limit { giveUp() }
        if !isOverLimit, codeCounts.count < size {
            codeCounts += [Int](repeating: 0, count: size - codeCounts.count)
        }
        let counting = !isOverLimit
        for (row, code) in codes.enumerated() {
            if let validity, !validity[row] {
                missingCount += 1
            } else {
                presentCount += 1
                if counting { codeCounts[Int(code)] += 1 }
            }
        }
    }

    package mutating func merge(_ other: CategoryState) {
        settle()
        missingCount += other.missingCount
        presentCount += other.presentCount
        if other.isOverLimit { giveUp() }
        guard !isOverLimit else { return }
        for (text, count) in other.entries { counts[text, default: 0] += count }
        if counts.count > limit { giveUp() }
    }

    /// The texts by their bytes, each with its rows.
    package var entries: [(text: Text, count: Int)] {
        var settled = self
        settled.settle()
        return settled.counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private mutating func settle() {
        if let dictionary, !isOverLimit {
            let texts = dictionary.texts
            for (code, count) in codeCounts.enumerated() where count > 0 { counts[texts[code], default: 0] += count }
            if counts.count > limit { giveUp() }
        }
        dictionary = nil
        codeCounts = []
    }

    private mutating func giveUp() {
        isOverLimit = true
        counts = [:]
        codeCounts = []
    }
}
