package import AssayColumns
package import AssayTerms

/// One pass over a data set, block by block. `next` blocks, so it belongs on a thread of its own (`OwnThread.run`),
/// on a command's main thread or in the evidence child, and not on Swift's cooperative pool.
///
/// After the first block a thread of the reader's own assembles the next ones while the caller computes; a data set of one
/// block needs none. What is read does not depend on it.
package final class DataReader {
    private enum State {
        case first, here, ahead, ended
        case failed(AssayError)
    }

    private let blocks: BlocksAhead
    private var state = State.first
    private var hasThread = false

    init(table: DataTable) throws(AssayError) { blocks = try BlocksAhead(table: table) }

    deinit { if hasThread { blocks.stop() } }

    /// The next rows, exactly `RowBlock.standardRowCount` in all blocks but the last; `nil` at the end.
    ///
    /// Text columns share one dictionary over all blocks of this reader, which may hold texts of blocks that are still to
    /// come; two readers number their texts alike.
    ///
    /// - Throws: what is wrong with the file, naming it, the line or row and the column; `conflict` where it was
    ///   written to while it was read.
    package func next() throws(AssayError) -> RowBlock? {
        do throws(AssayError) {
            let block: RowBlock?
            switch state {
            case .first:
                block = try blocks.read()
                state = .here
                if block?.rowCount == RowBlock.standardRowCount {
                    hasThread = blocks.start()
                    if hasThread { state = .ahead }
                }
            case .here: block = try blocks.read()
            case .ahead: block = try blocks.take()
            case .ended: return nil
            case .failed(let error): throw error
            }
            if block == nil { state = .ended }
            return block
        } catch {
            state = .failed(error)
            throw error
        }
    }

    /// What this pass read, once `next` has given `nil`.
    package func finish() throws(AssayError) -> DataFacts {
        guard case .ended = state else { preconditionFailure("a data set's facts are known when all of it was read") }
        return try blocks.finish()
    }
}
