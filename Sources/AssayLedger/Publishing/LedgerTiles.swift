import AssayLedgerFormat
import AssayTerms

/// Reading tiles of a folder whose older partial tiles are gone.
enum LedgerTiles {
    /// The bytes of `path`: its own file, or the beginning of a wider tile of the same place. `nil` if there is none.
    ///
    /// A wider tile begins with the narrower one's bytes, because a log only grows.
    static func read(_ path: TilePath, from files: any LedgerFiles) throws(AssayError) -> [UInt8]? {
        if let bytes = try files.read(path.text) { return bytes }
        guard path.isPartial else { return nil }
        let wider = try files.names(in: path.partialFolder).compactMap { Int($0) }
            .filter { $0 > path.width && $0 < TilePath.fullWidth }.sorted()
        for width in wider + [TilePath.fullWidth] {
            if let bytes = try files.read(path.resized(to: width).text) { return prefix(of: bytes, for: path) }
        }
        return nil
    }

    private static func prefix(of bytes: [UInt8], for path: TilePath) -> [UInt8]? {
        switch path.content {
        case .entries: EntryBundle.prefix(of: bytes, count: path.width)
        case .hashes: bytes.count >= 32 * path.width ? Array(bytes.prefix(32 * path.width)) : nil
        }
    }
}
