import AssayCanonical
package import AssayJSON
package import AssayTerms

/// What the log says of a run's rows at one moment: the payload of an entry of kind `run.sealed`.
///
/// The seals of a run are a chain: each names the entry of the one before it, and its range of metric rows begins where
/// that one's ended. All have the salt of the first, so that two seals of a run can be compared part by part.
package struct RunSeal: Hashable, Sendable {
    package static let subjectType = "run-seal"
    package static let format = "assay/run-seal/v1"

    /// Why the run was sealed then. Nothing hangs on it.
    package enum Reason: String, Sendable, CaseIterable {
        /// It has ended since the seal before.
        case ended
        /// It had ended at the seal before already, was changed, and nothing more came for a minute.
        case late
        /// So many rows had come.
        case rows
        /// It had not ended, and nothing came for a day.
        case idle
        /// A model version was registered from it.
        case registration
    }

    package let runID: Text
    /// From 1; from 1 again after a seal whose payload was erased, since nothing of it is known.
    package let number: Int64
    /// The id of the entry of the seal before; `nil` for the first.
    package let previous: String?
    package let reason: Reason
    /// Of the run when it was sealed.
    package let status: RunStatus
    package let salt: [UInt8]
    /// The range of the metric rows: places beyond `after` (from the first on, without one) up to and with `through`.
    /// Without any metric row so far both are `nil`.
    package let after: Int64?
    package let through: Int64?
    package let parts: Parts
    /// SHA-256 over all of the above but reason, in the form of docs/design/seals.md. Stands in the leaf as subject.
    package let digest: SHA256Digest

    /// One part of each kind.
    package struct Parts: Hashable, Sendable {
        private var list: [SealPart]

        /// - Parameter part: called once for each kind, in their order.
        package init(_ part: (SealPart.Kind) throws -> SealPart) rethrows {
            list = try SealPart.Kind.allCases.map(part)
        }

        package subscript(kind: SealPart.Kind) -> SealPart {
            // The list is made in the order of `allCases`, which has every kind.
            list[SealPart.Kind.allCases.firstIndex(of: kind) ?? 0]
        }

        /// The kinds of state whose rows differ; metrics, of which each seal covers others, are never among them.
        package func changes(since earlier: Parts) -> [SealPart.Kind] {
            SealPart.Kind.allCases.filter { $0 != .metrics && self[$0] != earlier[$0] }
        }
    }

    package init(
        runID: Text, number: Int64, previous: String?, reason: Reason, status: RunStatus, salt: [UInt8], after: Int64?,
        through: Int64?, parts: Parts
    ) {
        self.runID = runID
        self.number = number
        self.previous = previous
        self.reason = reason
        self.status = status
        self.salt = salt
        self.after = after
        self.through = through
        self.parts = parts
        var bytes = SealBytes()
        bytes.append(raw: SealPartHasher.prefix)
        bytes.append(byte: UInt8(ascii: "s"))
        bytes.append(raw: salt)
        bytes.append(runID)
        bytes.append(number)
        bytes.append(previous.map { Text($0) })
        bytes.append(status.rawValue)
        bytes.append(after)
        bytes.append(through)
        for kind in SealPart.Kind.allCases {
            bytes.append(parts[kind].count)
            bytes.append(raw: parts[kind].digest.bytes)
        }
        digest = SHA256Hasher.digest(of: bytes.bytes)
    }

    // MARK: - Text

    /// Places are text: they may lie beyond what canonical JSON has integers for.
    package var json: JSONValue {
        var object: JSONObject = [
            "format": .string(Self.format), "run": .string(runID.string), "number": .integer(number),
            "previous": previous.map { .string($0) } ?? .null, "reason": .string(reason.rawValue),
            "status": .string(status.name), "salt": .string(Hex.encode(salt)),
            "after": after.map { .string(String($0)) } ?? .null,
            "through": through.map { .string(String($0)) } ?? .null, "digest": .string(digest.hex),
        ]
        for kind in SealPart.Kind.allCases {
            object[kind.rawValue] = ["count": .integer(parts[kind].count), "sha256": .string(parts[kind].digest.hex)]
        }
        return .object(object)
    }

    /// - Throws: `unreadable` for anything but the payload of a seal whose digest is that of its other members.
    package init(json: JSONValue) throws(AssayError) {
        let fault = AssayError(.unreadable, "A run's seal in the log is not of the form \(Self.format).")
        func text(_ name: String) throws(AssayError) -> String? {
            guard let value = json[name] else { throw fault }
            if case .null = value { return nil }
            guard let text = value.string else { throw fault }
            return text
        }
        func place(_ name: String) throws(AssayError) -> Int64? {
            guard let digits = try text(name) else { return nil }
            guard let place = Int64(digits) else { throw fault }
            return place
        }
        guard try text("format") == Self.format, let run = try text("run"), let number = json["number"]?.integer,
            let reason = try text("reason").flatMap(Reason.init), let salt = try text("salt").flatMap({ Hex.decode($0) }),
            let status = try text("status").flatMap({ RunStatus(name: $0) }), salt.count == SealPartHasher.saltLength,
            let digest = try text("digest")
        else { throw fault }
        var parts: [SealPart] = []
        for kind in SealPart.Kind.allCases {
            guard let count = json[kind.rawValue]?["count"]?.integer,
                let digest = json[kind.rawValue]?["sha256"]?.string.flatMap({ SHA256Digest(hex: $0) })
            else { throw fault }
            parts.append(SealPart(count: count, digest: digest))
        }
        var rest = parts[...]
        self.init(
            runID: Text(run), number: number, previous: try text("previous"), reason: reason, status: status, salt: salt,
            after: try place("after"), through: try place("through"), parts: Parts { _ in rest.removeFirst() })
        guard self.digest.hex == digest else { throw fault }
    }
}
