import AssayData
import AssayRecords
import AssayServer
import AssayTerms
import Logging
import ServiceLifecycle
import Synchronization

/// Writes a gateway's records and brings them to the server; what it does not take by then waits for the next start.
struct RecordShipping: Service {
    private static let pollMilliseconds = 200
    private static let retrySeconds = 5
    private static let watchMilliseconds = 250
    /// What waits is written within the spool's own deadline, or the disk hangs; twice that is enough to tell.
    private static let endMilliseconds = 10_000

    let spool: RecordSpool
    let address: String
    let logger: Logger

    func run() async throws {
        let spool = spool
        // No part of this task: a thread that waits for a disk cannot be called back, and may not hold up the end.
        let isWritten = Mutex(false)
        Task {
            try? await OwnThread.run { spool.write() }
            isWritten.withLock { $0 = true }
        }
        // Ended with this function: whoever waits for a disk that hangs is told.
        async let _: Void = Self.watch(spool)
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                var wait = Duration.milliseconds(Self.pollMilliseconds)
                do {
                    while try await shipNext() {}
                } catch {
                    let reason = (error as? AssayError)?.message ?? "\(type(of: error))"
                    logger.warning("records wait, since the server does not take them", metadata: ["reason": "\(reason)"])
                    wait = .seconds(Self.retrySeconds)
                }
                try? await Task.sleep(for: wait)
            }
        }
        spool.stop()
        for _ in 0..<Self.endMilliseconds / Self.watchMilliseconds where !isWritten.withLock({ $0 }) {
            // The present task may be cancelled, and then does not sleep.
            await Task.detached { try? await Task.sleep(for: .milliseconds(Self.watchMilliseconds)) }.value
        }
        guard isWritten.withLock({ $0 }) else {
            let counts = spool.counts
            logger.error(
                "the disk of records does not answer, so the gateway ends without it: what was acknowledged is in the folder, the others were answered without Assay-Record",
                metadata: ["lost": "\(counts.lost)", "bytes_waiting": "\(counts.waitingBytes)"])
            return
        }
        // What was answered last; whatever the server does not take now stays in the folder.
        while (try? await shipNext()) == true {}
    }

    private static func watch(_ spool: RecordSpool) async {
        while !Task.isCancelled {
            spool.expire()
            try? await Task.sleep(for: .milliseconds(watchMilliseconds))
        }
    }

    /// Ships one journal. What the server does not take of it now keeps neither the rest of it nor other journals from being shipped.
    ///
    /// - Returns: whether there was something.
    /// - Throws: where the server takes nothing now.
    private func shipNext() async throws -> Bool {
        let spool = spool
        guard let parcel = try await OwnThread.run({ spool.parcel() }) else { return false }
        var (isRefused, waits) = (false, false)
        for segment in parcel.segments {
            let bytes = SegmentWriter.bytes(of: segment)
            do {
                _ = try await ServerOptions.withClient(of: address) {
                    try await $0.post(ServerPath.predictions, text: bytes, type: PredictionRoutes.mediaType)
                }
                spool.note(shipped: segment, of: parcel)
            } catch let error as AssayError where Self.isAboutSegment(error) {
                let isForGood = Self.isForGood(error)
                logger.error(
                    isForGood
                        ? "the server refuses records of a model; their journal is put aside once the others of it are there"
                        : "the server does not take records of a model now; they wait, and others go before them",
                    metadata: ["journal": "\(parcel.name)", "model": "\(segment.model)", "reason": "\(error.message)"])
                if isForGood { isRefused = true } else { waits = true }
            }
        }
        if let fault = parcel.fault {
            logger.error("a journal of records is put aside, once what could be read of it is there", metadata: ["reason": "\(fault)"])
        }
        if waits {
            spool.postpone(parcel)
        } else if isRefused || parcel.fault != nil {
            spool.putAside(parcel)
        } else {
            spool.forget(parcel)
        }
        return true
    }

    /// Whether others may be taken although this one was not: whoever is not known, or asks too often, need not ask again for now.
    private static func isAboutSegment(_ error: AssayError) -> Bool {
        ![.unavailable, .unauthenticated, .tooSoon, .unreadable, .storageFull].contains(error.code)
    }

    private static func isForGood(_ error: AssayError) -> Bool {
        [.invalidArgument, .conflict, .limitExceeded, .notFound, .unsupported].contains(error.code)
    }
}
