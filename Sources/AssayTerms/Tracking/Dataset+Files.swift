extension Dataset {
    /// The folder below which a run, a logged model or a version keeps the bytes of data sets, each in a folder of its name.
    package static let folder = "datasets"

    /// The data set that the file at a checked artifact path belongs to: `datasets/<name>/…`; `nil` for any other file.
    package static func name(ofFileAt path: Text) -> Text? {
        let segments = path.string.split(separator: "/", maxSplits: 2)
        guard segments.count == 3, segments[0] == folder else { return nil }
        return Text(String(segments[1]))
    }
}
