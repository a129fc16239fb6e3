/// Finds rows by their names: of two rows with one name the later.
///
/// Open addressing over the row numbers alone, at most half full. The hash begins with numbers drawn for this table, so that nobody can
/// choose names that collide; what is found does not depend on them.
///
/// - Complexity: O(1) a name on average; eight to sixteen bytes a row.
struct RecordIDTable: Sendable {
    private let ids: RecordIDs
    private var slots: [Int32]
    private let seed: (UInt64, UInt64)

    init(_ ids: RecordIDs, count: Int) {
        precondition(count <= Int(Int32.max) / 2, "more rows than a segment or window has")
        self.ids = ids
        seed = (.random(in: .min ... .max), .random(in: .min ... .max))
        var size = 16
        while size < 2 * count { size *= 2 }
        slots = [Int32](repeating: -1, count: size)
        for row in 0..<count { slots[slot(of: ids[row])] = Int32(row) }
    }

    subscript(id: RecordID) -> Int? {
        let row = slots[slot(of: id)]
        return row < 0 ? nil : Int(row)
    }

    /// Where the name is, or would be.
    private func slot(of id: RecordID) -> Int {
        let mask = slots.count - 1
        var hash = (id.high ^ seed.0).multipliedFullWidth(by: id.low ^ seed.1)
        hash = (hash.high ^ hash.low ^ UInt64(bitPattern: id.row)).multipliedFullWidth(by: seed.0 | 1)
        var slot = Int(truncatingIfNeeded: hash.high ^ hash.low) & mask
        while slots[slot] >= 0, ids[Int(slots[slot])] != id { slot = (slot + 1) & mask }
        return slot
    }
}
