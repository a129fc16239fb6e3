internal import AssayColumns
internal import AssayTerms
internal import Synchronization

/// The blocks of one pass, taken from their source where they are asked for or by a thread of their own, which is then up to
/// two blocks ahead.
final class BlocksAhead: Sendable {
    private static let limit = 2

    private struct Queue {
        var blocks: [Result<RowBlock?, AssayError>] = []
        var isStopped = false
    }

    /// The thread holds it while it reads; until the thread is started, and after it ended, the caller may.
    private let source: Mutex<BlockSource>
    private let queue = Mutex(Queue())
    private let free = Semaphore(BlocksAhead.limit)
    private let filled = Semaphore()
    private let threadEnded = Semaphore()

    init(table: DataTable) throws(AssayError) { source = Mutex(try BlockSource(table: table)) }

    /// The next block, read on the calling thread. Not once `start` has given `true`.
    func read() throws(AssayError) -> RowBlock? {
        try source.withLock { (source) throws(AssayError) in try source.next() }
    }

    /// From here on a thread reads. `false` where there is none to be had.
    func start() -> Bool {
        OwnThread.tryStart { [self] in
            fill()
            threadEnded.signal()
        }
    }

    private func fill() {
        while true {
            free.wait()
            if queue.withLock({ $0.isStopped }) { return }
            let next = Result { () throws(AssayError) in try read() }
            queue.withLock { $0.blocks.append(next) }
            filled.signal()
            guard case .success(.some) = next else { return }
        }
    }

    /// The next block of the thread's. Not after one was `nil` or an error.
    func take() throws(AssayError) -> RowBlock? {
        filled.wait()
        let next = queue.withLock { $0.blocks.removeFirst() }
        free.signal()
        return try next.get()
    }

    /// Has the thread end after the block it is at, and waits for that: who leaves the process must not leave it inside Arrow.
    func stop() {
        queue.withLock { $0.isStopped = true }
        free.signal()
        threadEnded.wait()
    }

    func finish() throws(AssayError) -> DataFacts {
        try source.withLock { (source) throws(AssayError) in try source.finish() }
    }
}
