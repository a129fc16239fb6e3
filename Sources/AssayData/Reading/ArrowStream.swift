internal import AssayTerms
internal import CArrow
internal import CArrowABI

/// Owner of one C stream and of the batch that was taken from it last.
final class ArrowStream {
    private let name: String
    private var stream = ArrowArrayStream()
    private var batch = ArrowArray()

    /// - Parameter open: fills the stream in.
    init(
        name: String, _ open: (UnsafeMutablePointer<ArrowArrayStream>, UnsafeMutablePointer<CArrowError>) -> Int32
    ) throws(AssayError) {
        self.name = name
        try ArrowCall.perform(on: name) { error in open(&stream, error) }
    }

    deinit {
        batch.release?(&batch)
        stream.release?(&stream)
    }

    /// The next batch, which is valid until the next call; `nil` at the end. Blocks.
    func next() throws(AssayError) -> ArrowArray? {
        batch.release?(&batch)
        batch = ArrowArray()
        guard let getNext = stream.get_next else { return nil }
        guard getNext(&stream, &batch) == 0 else {
            let text = stream.get_last_error?(&stream).map { String(cString: $0) }
            throw ArrowCall.error(text ?? "internalFault: the reader failed for an unknown reason", about: name)
        }
        return batch.release == nil ? nil : batch
    }
}
