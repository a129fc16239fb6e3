import AssayData
import AssayServer
import AssayServing
import AssayTerms
import Logging
import ServiceLifecycle

/// Reads a store of features again when its file is another. While it cannot be read nothing is looked up in it: what is known to be old
/// is not served as if it were new.
struct FeatureStoreReload: Service {
    private static let pause = Duration.seconds(1)

    let store: FeatureStore
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // What changed between the start and now is read too.
            var seen: FileStamp??
            // Values that were replaced are let go here, a round later, and not by the request that has them last.
            var old: FeatureValues?
            while !Task.isCancelled {
                if old != nil { old = nil }
                let stamp = FileStamp(store.settings.store)
                if seen != .some(stamp) {
                    seen = stamp
                    old = await reload()
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func reload() async -> FeatureValues? {
        let path = store.settings.store
        let read = await (try? OwnThread.run { Result { () throws(AssayError) in try FeatureStoreFile.read(path) } })
            ?? .failure(AssayError(.unavailable, "no thread reads it"))
        let before = store.replace(with: read)
        do throws(AssayError) {
            let values = try store.values()
            guard values.digest != before?.digest else { return before }
            logger.notice(
                "a feature store is read again", metadata: ["view": "\(store.view)", "entities": "\(values.times.count)", "digest": "\(values.digest.hex)"])
        } catch {
            var reason = error.message
            if case .failure(let cause) = read { reason = cause.message }
            logger.error("features cannot be looked up; requests that need them are refused", metadata: ["view": "\(store.view)", "reason": "\(reason)"])
        }
        return before
    }
}
