import AssayCanonical
package import AssayTerms

/// Digests rows of one kind as they come.
///
/// SHA-256 over `assay run seal v1` and a zero byte, the kind's byte, 32 bytes of salt, each row behind a byte 1, and at
/// the end a byte 0 and the number of rows. Rows are in ascending order: metrics by place, pairs, latest values and
/// datasets by key (or name and digest), models by id and step, files by path, all texts compared by bytes.
package struct SealPartHasher: Sendable {
    package static let saltLength = 32
    static let prefix = Array("assay run seal v1".utf8) + [0]

    /// Rows are digested in pieces of about this many bytes.
    private static let pieceBytes = 16_384

    private var hasher = SHA256Hasher()
    private var rows = SealBytes()
    private var count: Int64 = 0

    /// - Precondition: `salt` has 32 bytes.
    package init(_ kind: SealPart.Kind, salt: [UInt8]) {
        precondition(salt.count == Self.saltLength, "a seal's salt has 32 bytes")
        hasher.update(Self.prefix)
        hasher.update([kind.code])
        hasher.update(salt)
    }

    package mutating func finish() -> SealPart {
        rows.append(byte: 0)
        rows.append(count)
        hasher.update(rows.bytes)
        return SealPart(count: count, digest: hasher.finish())
    }

    // MARK: - Rows

    package mutating func addMetric(
        place: Int64, key: Text, timestamp: Int64, step: Int64, value: Double, isNaN: Bool
    ) {
        add { row in
            row.append(place)
            Self.append(key, timestamp, step, value, isNaN, to: &row)
        }
    }

    /// - Parameter value: as it is stored: 0 where it is not a number.
    package mutating func addLatest(key: Text, timestamp: Int64, step: Int64, value: Double, isNaN: Bool) {
        add { Self.append(key, timestamp, step, value, isNaN, to: &$0) }
    }

    package mutating func add(_ info: RunInfo) {
        add { row in
            row.append(info.id)
            row.append(info.experimentID)
            row.append(info.name)
            row.append(info.userID)
            row.append(info.status.rawValue)
            row.append(info.startTime)
            row.append(info.endTime)
            row.append(Text(info.stage.rawValue))
            row.append(info.artifactURI)
            row.append(Text(info.createdBy))
        }
    }

    package mutating func add(_ pair: KeyValue) {
        add { row in
            row.append(pair.key)
            row.append(pair.value)
        }
    }

    package mutating func add(_ input: DatasetInput) {
        add { row in
            row.append(input.dataset.name)
            row.append(input.dataset.digest)
            row.append(input.dataset.sourceType)
            row.append(input.dataset.source)
            row.append(input.dataset.schema)
            row.append(input.dataset.profile)
            row.append(count: input.tags.count)
            for tag in input.tags.sorted(by: { $0.key < $1.key }) {
                row.append(tag.key)
                row.append(tag.value)
            }
        }
    }

    package mutating func add(modelInput model: Text) {
        add { $0.append(model) }
    }

    package mutating func add(_ output: ModelOutput) {
        add { row in
            row.append(output.modelID)
            row.append(output.step)
        }
    }

    /// - Parameter isHeld: whether the bytes are here; those of an erased file are not.
    package mutating func addFile(path: Text, size: Int64, digest: SHA256Digest, writtenBy: String, isHeld: Bool) {
        add { row in
            row.append(path)
            row.append(size)
            row.append(raw: digest.bytes)
            row.append(Text(writtenBy))
            row.append(flag: isHeld)
        }
    }

    private mutating func add(_ write: (inout SealBytes) -> Void) {
        rows.append(byte: 1)
        write(&rows)
        count += 1
        if rows.bytes.count >= Self.pieceBytes {
            hasher.update(rows.bytes)
            rows.removeAll()
        }
    }

    private static func append(
        _ key: Text, _ timestamp: Int64, _ step: Int64, _ value: Double, _ isNaN: Bool, to row: inout SealBytes
    ) {
        row.append(key)
        row.append(timestamp)
        row.append(step)
        row.append(isNaN ? 0 : value)
        row.append(flag: isNaN)
    }
}
