import GRDB
import GRDBSQLite

extension Database {
    /// Runs `query` until SQLite has taken about `steps` steps of its virtual machine, as a count of work that does not
    /// depend on the machine or its load.
    ///
    /// - Returns: `nil` if the budget was spent before `query` was done. Reading only: an interrupted write would lose its
    ///   transaction.
    func withinBudget<Value>(steps: Int, _ query: () throws -> Value) throws -> Value? {
        var left = max(steps / Self.stepsPerCall, 1)
        return try withUnsafeMutablePointer(to: &left) { left in
            // Safe: the handler is taken away before `left` goes, and SQLite calls it on this thread only.
            sqlite3_progress_handler(
                sqliteConnection, CInt(Self.stepsPerCall),
                { context in
                    guard let left = context?.assumingMemoryBound(to: Int.self) else { return 0 }
                    left.pointee -= 1
                    return left.pointee <= 0 ? 1 : 0
                }, left)
            defer { sqlite3_progress_handler(sqliteConnection, 0, nil, nil) }
            do {
                return try query()
            } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT && left.pointee <= 0 {
                return nil
            }
        }
    }

    private static let stepsPerCall = 1_000
}
