import AssayCanonical
import AssayStore
import AssayTerms

/// A digest over values in a fixed order, each with its length, so that no two lists of values are one text.
///
/// The same function is fed from a source and from the store here; where both digests agree, both hold the same.
struct RecordDigest {
    private var hasher = SHA256Hasher()
    private var pending: [UInt8] = []

    private static let pieceBytes = 1 << 16

    mutating func add(_ value: Int64) {
        withUnsafeBytes(of: value.littleEndian) { pending.append(contentsOf: $0) }
        if pending.count >= Self.pieceBytes { flush() }
    }

    /// Infinities are the greatest finite doubles here, since MLflow's databases keep them as such; NaN is one value.
    mutating func add(_ value: Double) {
        let finite = value.isInfinite ? (value > 0 ? Double.greatestFiniteMagnitude : -.greatestFiniteMagnitude) : value
        add(Int64(bitPattern: (value.isNaN ? Double.nan : finite == 0 ? 0 : finite).bitPattern))
    }

    mutating func add(_ text: Text) {
        add(Int64(text.utf8Count))
        pending.append(contentsOf: text.utf8)
        if pending.count >= Self.pieceBytes { flush() }
    }

    /// A missing value differs from an empty one.
    mutating func add(_ text: Text?) {
        add(text == nil ? 0 : 1 as Int64)
        if let text { add(text) }
    }

    mutating func add(_ value: Int64?) {
        add(value == nil ? 0 : 1 as Int64)
        if let value { add(value) }
    }

    mutating func add(_ digest: SHA256Digest) { pending.append(contentsOf: digest.bytes) }

    mutating func add(_ pairs: [KeyValue]) {
        add(Int64(pairs.count))
        for pair in pairs.sorted(by: { $0.key < $1.key }) {
            add(pair.key)
            add(pair.value)
        }
    }

    mutating func finish() -> SHA256Digest {
        flush()
        return hasher.finish()
    }

    private mutating func flush() {
        hasher.update(pending)
        pending.removeAll(keepingCapacity: true)
    }
}

/// The digests of one record, part by part, so that a difference can be named.
struct RecordParts: Equatable {
    private(set) var parts: [(name: String, digest: SHA256Digest)] = []

    mutating func add(_ name: String, _ feed: (inout RecordDigest) -> Void) {
        var digest = RecordDigest()
        feed(&digest)
        add(name, digest.finish())
    }

    mutating func add(_ name: String, _ digest: SHA256Digest) { parts.append((name, digest)) }

    /// Over all parts.
    var digest: SHA256Digest {
        var digest = RecordDigest()
        for part in parts {
            digest.add(Text(part.name))
            digest.add(part.digest)
        }
        return digest.finish()
    }

    /// The names of the parts that are not the same in both.
    func differences(from other: RecordParts) -> [String] {
        let theirs = other.parts
        return parts.enumerated().compactMap { index, part in
            index < theirs.count && theirs[index].name == part.name && theirs[index].digest == part.digest ? nil : part.name
        }
    }

    static func == (left: RecordParts, right: RecordParts) -> Bool { left.digest == right.digest }
}
