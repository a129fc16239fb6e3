package import AssayColumns
package import AssayTerms
internal import CArrowABI

/// One pass over a data set, block by block. `next` blocks, so it belongs on a thread of its own (`OwnThread.run`),
/// on a command's main thread or in the evidence child, and not on Swift's cooperative pool.
package final class DataReader {
    private let table: DataTable
    private let stream: ArrowStream
    private let digest: PassDigest
    private var assemblers: [ColumnAssembler]
    private var batch: ArrowArray?
    private var batchPosition = 0
    private var firstRow = 0
    private var assembled = 0
    private var ended = false

    /// How this pass learns the digest of the bytes.
    enum PassDigest {
        /// From the bytes as the reader takes them.
        case running(RunningDigest)
        /// Beside a reader that jumps about in the file.
        case beside(BesideDigest)
    }

    init(table: DataTable, stream: ArrowStream, digest: PassDigest, assemblers: [ColumnAssembler]) {
        self.table = table
        self.stream = stream
        self.digest = digest
        self.assemblers = assemblers
    }

    /// The next rows, exactly `RowBlock.standardRowCount` in all blocks but the last; `nil` at the end.
    ///
    /// Text columns share one dictionary over all blocks of this reader; two readers number their texts alike.
    ///
    /// - Throws: what is wrong with the file, naming it, the line or row and the column; `conflict` where it was
    ///   written to while it was read.
    package func next() throws(AssayError) -> RowBlock? {
        while !ended, assembled < RowBlock.standardRowCount {
            guard let current = batch, batchPosition < Int(current.length) else {
                try takeBatch()
                continue
            }
            let length = min(Int(current.length) - batchPosition, RowBlock.standardRowCount - assembled)
            for index in assemblers.indices {
                guard let child = current.children?[index]?.pointee else {
                    throw AssayError(.internalFault, "\(table.name): a batch came with too few columns")
                }
                do throws(AssayError) {
                    try assemblers[index].append(
                        child, from: batchPosition + Int(current.offset), length: length, firstRow: firstRow + assembled)
                } catch {
                    throw AssayError(error.code, "\(table.name): \(error.message)", cause: error.cause)
                }
            }
            batchPosition += length
            assembled += length
        }
        guard assembled > 0 else { return nil }
        var columns: [Column] = []
        for index in assemblers.indices { columns.append(assemblers[index].finishBlock()) }
        let block = RowBlock(firstRow: firstRow, rowCount: assembled, columns: columns)
        firstRow += assembled
        assembled = 0
        return block
    }

    private func takeBatch() throws(AssayError) {
        batch = try stream.next()
        batchPosition = 0
        guard let batch else {
            ended = true
            return
        }
        for index in assemblers.indices {
            guard let child = batch.children?[index]?.pointee else {
                throw AssayError(.internalFault, "\(table.name): a batch came with too few columns")
            }
            do throws(AssayError) {
                try assemblers[index].startBatch(child)
            } catch {
                throw AssayError(error.code, "\(table.name): \(error.message)", cause: error.cause)
            }
        }
    }

    /// What this pass read, once `next` has given `nil`.
    ///
    /// - Throws: `conflict` where the bytes read were not those of one version of the file, or not those whose types
    ///   were found when the data set was opened.
    package func finish() throws(AssayError) -> DataFacts {
        precondition(ended, "a data set's facts are known when all of it was read")
        let digest =
            switch self.digest {
            case .running(let running): running.value
            case .beside(let beside): try beside.value()
            }
        try table.requireUnchanged(digest: digest)
        return DataFacts(rowCount: firstRow, digest: digest)
    }
}
