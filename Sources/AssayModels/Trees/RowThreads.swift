import Glibc
import Synchronization

/// Rows worked through in chunks by several threads.
package enum RowThreads {
    /// Calls `body` once for each chunk of rows, in any order, and returns when all are done. A chunk's rows must not touch what another's do.
    ///
    /// - Parameter threads: with the caller's own; where no thread is to be had the caller does the work.
    package static func forEach(rowCount: Int, chunk: Int, threads: Int, _ body: @Sendable (Range<Int>) -> Void) {
        let chunks = (rowCount + chunk - 1) / chunk
        let next = Atomic(0)
        func work() {
            while true {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < chunks else { return }
                body(number * chunk..<min((number + 1) * chunk, rowCount))
            }
        }
        guard threads > 1, chunks > 1 else { return work() }
        withoutActuallyEscaping(work) { work in
            var others: [pthread_t] = []
            for _ in 1..<min(threads, chunks) {
                let box = Unmanaged.passRetained(Work(work))
                var thread = pthread_t()
                let failure = pthread_create(
                    &thread, nil,
                    { pointer in
                        guard let pointer else { return nil }
                        Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body()
                        return nil
                    }, box.toOpaque())
                guard failure == 0 else {
                    box.release()
                    break
                }
                others.append(thread)
            }
            work()
            for thread in others { pthread_join(thread, nil) }
        }
    }

    private final class Work {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }
}
