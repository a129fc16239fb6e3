import AssayTerms

@testable import AssayLedger

/// Recorded entries in memory, with the promises the store gives.
actor MemorySource: LedgerSource {
    private var leaves: [[UInt8]] = []
    private var sequenced = 0

    func record(_ count: Int) {
        for _ in 0..<count { leaves.append(Array("entry \(leaves.count)".utf8)) }
    }

    /// An older database put back.
    func forget(to count: Int) {
        leaves.removeLast(leaves.count - count)
        sequenced = min(sequenced, count)
    }

    func change(_ index: Int) { leaves[index].append(0) }

    var all: [[UInt8]] { leaves }

    func unsequenced(limit: Int) -> [UnsequencedEntry] {
        (sequenced..<leaves.count).prefix(limit).map { UnsequencedEntry(id: "\($0)", ordinal: Int64($0)) }
    }

    func assign(firstIndex: UInt64, to entries: [UnsequencedEntry]) throws {
        guard firstIndex == sequenced, entries.enumerated().allSatisfy({ $0.element.ordinal == sequenced + $0.offset })
        else { throw AssayError(.conflict, "not the next index") }
        sequenced += entries.count
    }

    func sequencedCount() -> UInt64 { UInt64(sequenced) }

    func leaves(in range: Range<UInt64>) -> [[UInt8]] { Array(leaves[Int(range.lowerBound)..<Int(range.upperBound)]) }
}
