/// Entries by their index; reads each bundle once while indexes rise.
final class LeafReader {
    private let files: any LogFiles
    let size: UInt64
    private var number: UInt64?
    private var entries: [ArraySlice<UInt8>] = []

    init(files: any LogFiles, size: UInt64) {
        self.files = files
        self.size = size
    }

    /// `nil` beyond the log, or if the bundle cannot be read as one.
    func leaf(_ index: UInt64) throws(LogReadError) -> LeafText? {
        guard index < size else { return nil }
        if number != index / 256 {
            let width = Int(min(256, size - index / 256 * 256))
            let bytes = try files.read(TileName(level: nil, index: index / 256, width: width).text)
            entries = bytes.flatMap { BundleCheck.entries($0, count: width) } ?? []
            number = index / 256
        }
        let place = Int(index % 256)
        return place < entries.count ? LeafText(bytes: entries[place]) : nil
    }
}
