/// Where blobs stand on the disk: `<folder>/<first two digits>/<id>`, and `<id>.tmp` while they are written.
enum BlobPath {
    static let temporaryEnding = ".tmp"
    /// The names of all shelves, `00` to `ff`.
    static let shelves = (0..<256).map { number in
        let digits = String(number, radix: 16)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }

    static func shelf(of id: BlobID, in folder: String) -> String { "\(folder)/\(id.hex.prefix(2))" }

    static func file(_ id: BlobID, in folder: String) -> String { "\(shelf(of: id, in: folder))/\(id.hex)" }

    /// The blob a file of `shelf` belongs to; `nil` for a name we never give.
    static func id(ofFile name: String, onShelf shelf: String) -> BlobID? {
        let hex = name.hasSuffix(temporaryEnding) ? String(name.dropLast(temporaryEnding.count)) : name
        return hex.hasPrefix(shelf) ? BlobID(hex: hex) : nil
    }
}
