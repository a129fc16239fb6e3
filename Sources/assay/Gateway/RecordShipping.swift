import AssayData
import AssayRecords
import AssayServer
import AssayTerms
import Logging
import ServiceLifecycle

/// Writes a gateway's records and brings them to the server; what it does not take by then waits for the next start.
struct RecordShipping: Service {
    private static let pollMilliseconds = 200
    private static let retrySeconds = 5

    let spool: RecordSpool
    let address: String
    let logger: Logger

    func run() async throws {
        let spool = spool
        async let writing: Void = OwnThread.run { spool.write() }
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
        try await writing
        // What was answered last; whatever the server does not take now stays in the folder.
        while (try? await shipNext()) == true {}
    }

    /// - Returns: whether there was something.
    /// - Throws: what keeps it from being shipped for now.
    private func shipNext() async throws -> Bool {
        let spool = spool
        guard let parcel = try await OwnThread.run({ try spool.parcel() }) else { return false }
        if let fault = parcel.fault {
            logger.error("a journal of records is put aside", metadata: ["reason": "\(fault)"])
            spool.putAside(parcel)
            return true
        }
        var isRefused = false
        for segment in parcel.segments {
            let bytes = SegmentWriter.bytes(of: segment)
            do {
                _ = try await ServerOptions.withClient(of: address) {
                    try await $0.post(ServerPath.predictions, text: bytes, type: PredictionRoutes.mediaType)
                }
            } catch let error as AssayError where [.invalidArgument, .conflict, .limitExceeded, .notFound].contains(error.code) {
                logger.error(
                    "the server refuses records of a model; their journal is put aside once the others of it are there",
                    metadata: ["journal": "\(parcel.name)", "model": "\(segment.model)", "reason": "\(error.message)"])
                isRefused = true
            }
        }
        if isRefused { spool.putAside(parcel) } else { spool.forget(parcel) }
        return true
    }
}
