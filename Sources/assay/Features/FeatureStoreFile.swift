import AssayCanonical
import AssayColumns
import AssayEvidence
import AssayJSON
import AssayPolicy
import AssayServing
import AssayTerms

/// The newest row of each entity in a file, `feature-store/v2`: a line of JSON that says the view, a line an entity, and one with the
/// SHA-256 of everything before it, by which a file is known to be whole.
enum FeatureStoreFile {
    private static let newline = UInt8(ascii: "\n")
    private static let endKey = "sha256"

    static func write(_ newest: FeatureTable.Newest, of view: FeatureView, to out: RowOutput) throws(AssayError) {
        var hasher = SHA256Hasher()
        func line(_ value: JSONValue) throws(AssayError) {
            let bytes = value.bytes() + [newline]
            hasher.update(bytes)
            try out.write(bytes)
        }
        try line(
            FeatureStoreHead(
                view: view.name, digest: view.digest, entities: view.entities.map { .init(name: $0.name, type: $0.type.column) },
                features: view.features.map { .init(name: $0.name, type: $0.type.column) }, validity: view.validity.microseconds,
                rowCount: newest.times.count
            ).json)
        for (row, time) in newest.times.enumerated() {
            try line([
                "entity": .array(newest.entities.map { FeatureColumnBuilder.cell($0, row) }), "time": .integer(time),
                "features": .array(newest.features.map { FeatureColumnBuilder.cell($0, row) }),
            ])
        }
        try out.write(JSONValue.object([endKey: .string(hasher.finish().hex)]).bytes() + [newline])
    }

    /// - Throws: `notFound`, `unreadable` for what is no such file or is not whole, `limitExceeded` beyond 512 MiB.
    static func read(_ path: String) throws(AssayError) -> FeatureValues {
        let bytes = try SmallFile.bytes(of: path, limit: SmallFile.profileLimit, isRegular: true)
        let start = bytes.dropLast().lastIndex(of: newline).map { $0 + 1 } ?? 0
        let end = Array(bytes[start...])
        guard start > 0, bytes.last == newline, let value = try? JSONValue(parsing: end, limits: JSONLimits(bytes: 1_024, depth: 2)),
            let digest = value[endKey]?.string.flatMap(SHA256Digest.init(hex:))
        else {
            throw AssayError(
                .unreadable, "\(path) is no \(FeatureValues.format), or its end is missing: assay features materialize writes one, and puts it in its place as a whole")
        }
        guard SHA256Hasher.digest(of: bytes[..<start]) == digest else {
            throw AssayError(.unreadable, "\(path) is damaged: its digest is another; write it anew with assay features materialize")
        }
        return try FeatureValues(bytes[..<start], digest: digest, path: path)
    }
}
