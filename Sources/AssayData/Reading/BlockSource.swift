internal import AssayColumns
internal import AssayTerms
internal import CArrowABI

/// Reads a data set block by block on the calling thread, which it blocks.
final class BlockSource {
    private let table: DataTable
    private var assemblers: [ColumnAssembler]
    /// The file that is read, and of those before it what they were.
    private var part = 0
    private var stream: ArrowStream?
    private var digest: PassDigest?
    private var digests: [SHA256Digest] = []
    private var batch: ArrowArray?
    private var batchPosition = 0
    private var firstRow = 0
    private var assembled = 0
    private var ended = false

    init(table: DataTable) throws(AssayError) {
        self.table = table
        assemblers = table.columns.map { ColumnAssembler(name: $0.name, target: $0.type) }
        try openPart()
    }

    /// The name that messages give the file that is being read.
    private var fileName: String { table.parts[part].name }

    private func openPart() throws(AssayError) {
        let current = table.parts[part]
        // Timestamps are read from text here.
        let sources =
            current.format == .csv
            ? table.columns.map { $0.type == .timestamp ? .text : $0.type } : current.facts.map(\.type)
        for index in assemblers.indices { assemblers[index].startFile(of: sources[index]) }
        (stream, digest) = try current.open(types: sources, missingWords: table.missingWords)
    }

    /// As `DataReader.next`.
    func next() throws(AssayError) -> RowBlock? {
        while !ended, assembled < RowBlock.standardRowCount {
            guard let current = batch, batchPosition < Int(current.length) else {
                try takeBatch()
                continue
            }
            let length = min(Int(current.length) - batchPosition, RowBlock.standardRowCount - assembled)
            for index in assemblers.indices {
                guard let child = current.children?[index]?.pointee else {
                    throw AssayError(.internalFault, "\(fileName): a batch came with too few columns")
                }
                do throws(AssayError) {
                    try assemblers[index].append(
                        child, from: batchPosition + Int(current.offset), length: length, firstRow: firstRow + assembled)
                } catch {
                    throw AssayError(error.code, "\(fileName): \(error.message)", cause: error.cause)
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
        batch = try stream?.next()
        batchPosition = 0
        guard let batch else {
            try finishPart()
            return
        }
        for index in assemblers.indices {
            guard let child = batch.children?[index]?.pointee else {
                throw AssayError(.internalFault, "\(fileName): a batch came with too few columns")
            }
            do throws(AssayError) {
                try assemblers[index].startBatch(child)
            } catch {
                throw AssayError(error.code, "\(fileName): \(error.message)", cause: error.cause)
            }
        }
    }

    /// Holds the file against what it was, and goes on to the next.
    private func finishPart() throws(AssayError) {
        if let digest {
            let found = try digest.value()
            try table.parts[part].requireUnchanged(digest: found)
            digests.append(found)
        }
        (stream, digest) = (nil, nil)
        guard part + 1 < table.parts.count else {
            ended = true
            return
        }
        part += 1
        try openPart()
    }

    /// As `DataReader.finish`.
    func finish() throws(AssayError) -> DataFacts {
        precondition(ended, "a data set's facts are known when all of it was read")
        // The files of a folder may have changed since they were read.
        for (part, digest) in zip(table.parts, digests) { try part.requireUnchanged(digest: digest) }
        return DataFacts(rowCount: firstRow, digest: table.digest(ofParts: digests))
    }
}
