import ArgumentParser
import AssayPolicy
import AssayServing
import AssayTerms

/// What a gateway fills inputs in from.
struct FeatureStoreOptions: ParsableArguments {
    private static let fileLimit = 256 << 10

    @Option(
        help: ArgumentHelp(
            "Fill in features of views: a file that says from which stores and for whom (feature-stores/v1), or one store.",
            discussion: "A model says by itself which views it reads (assay.features among its metadata), or the file does. Stores are read again when they change.",
            valueName: "file"))
    var featureStores: String?

    /// - Throws: with file, line and column for what is wrong with the file; `notFound` or `unreadable` naming a store that is not there or
    ///   not whole.
    func read() throws(AssayError) -> FeatureStores? { try featureStores.map(Self.read) }

    static func read(_ path: String) throws(AssayError) -> FeatureStores {
        var stores: [FeatureStore] = []
        for settings in try settings(path) { stores.append(FeatureStore(settings, values: try FeatureStoreFile.read(settings.store))) }
        return try FeatureStores(stores)
    }

    private static func settings(_ path: String) throws(AssayError) -> [ServingFeatures] {
        let bytes: [UInt8]
        do throws(AssayError) {
            bytes = try SmallFile.bytes(of: path, limit: fileLimit, isRegular: true)
        } catch where error.code == .limitExceeded {
            // Nothing but a store is so long.
            return [ServingFeatures(store: path)]
        } catch {
            throw error
        }
        if bytes.starts(with: "{\"assay\":\"feature-store/".utf8) { return [ServingFeatures(store: path)] }
        let found: [ServingFeatures]
        do throws(PolicyProblems) {
            found = try FeatureStoresReader.read(bytes)
        } catch {
            throw error.error(file: path)
        }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        return found.map { one in
            guard !one.store.hasPrefix("/") else { return one }
            return ServingFeatures(store: folder + one.store, models: one.models, missing: one.missing, given: one.given, time: one.time)
        }
    }
}
