import AssayColumns
import AssayModels
import AssayTerms

/// Explained rows and background rows in one table, from which rows of both are put together.
struct GameTable {
    /// One subset of one row's players.
    struct Item {
        let row: Int
        let subset: Int
        /// The place of the game that the subset is of.
        let game: Int
    }

    /// Each column's player.
    private let playerOf: [Int]
    var columnCount: Int { columns.count }
    private let backgroundCount: Int
    /// Background rows first, then the rows.
    private let columns: [Column]
    /// By row: the players of which a column varies, ascending.
    private let varying: [[Int]]

    /// - Parameter players: each input's player.
    /// - Throws: `invalidArgument` where rows and background hold values of different kinds.
    init(form: ModelForm, players: [Int], background: RowBlock, rows: RowBlock) throws(AssayError) {
        var playerOf: [Int] = []
        var columns: [Column] = []
        for (place, name) in form.inputs.enumerated() {
            let before = background[name]
            let after = rows[name]
            guard before != nil || after != nil else { continue }
            playerOf.append(players[place])
            columns.append(try JoinedColumns.join(before, background.rowCount, after, rows.rowCount, name: name))
        }
        self.playerOf = playerOf
        self.columns = columns
        backgroundCount = background.rowCount
        var varying = [Set<Int>](repeating: [], count: rows.rowCount)
        for (place, column) in columns.enumerated() {
            let first = column.value(at: 0)
            let isConstant = (1..<background.rowCount).allSatisfy { column.value(at: $0) == first }
            for row in varying.indices where !isConstant || column.value(at: background.rowCount + row) != first {
                varying[row].insert(playerOf[place])
            }
        }
        self.varying = varying.map { $0.sorted() }
    }

    /// The players in whose columns the row differs from a background row.
    func players(_ row: Int) -> [Int] { varying[row] }

    /// The items' rows: for each item every background row with the subset's values of the explained row.
    func block(_ items: ArraySlice<Item>, _ games: [Coalitions]) -> RowBlock {
        let count = items.count * backgroundCount
        var made: [Column] = []
        var isTaken = [Bool](repeating: false, count: items.count)
        for (number, column) in columns.enumerated() {
            let player = playerOf[number]
            var row = -1
            var among: Int?
            for (place, item) in items.enumerated() {
                if item.row != row {
                    row = item.row
                    among = varying[row].firstIndex(of: player)
                }
                isTaken[place] = among.map { games[item.game].contains(item.subset, $0) } ?? false
            }
            var sources: [Int] = []
            sources.reserveCapacity(count)
            for (place, item) in items.enumerated() {
                if isTaken[place] {
                    for _ in 0..<backgroundCount { sources.append(backgroundCount + item.row) }
                } else {
                    for row in 0..<backgroundCount { sources.append(row) }
                }
            }
            made.append(column.gathered(sources))
        }
        return RowBlock(rowCount: count, columns: made)
    }
}
